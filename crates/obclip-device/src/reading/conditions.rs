//! What a phrase says of a body or a party by how it is made: "missing his left eye", "thyroid disease", "kidney recipient",
//! "thin as a rake", "DUP councillor".

use obclip_protocol::Vocabulary;

use super::bodies::build;
use super::compounds::Compound;
use super::features::phrase_end;
use super::fortunes::fortune;
use super::grammar::{Little, is_in, little, word};
use crate::lexicon::{Entry, Lexicon};
use crate::tokens::{Clitic, Token};

/// The phrase about health or build that starts at `at` and its number of tokens.
pub(super) fn condition(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    hurt_part(tokens, at)
        .or_else(|| part_hurt(tokens, at))
        .or_else(|| named_illness(tokens, at))
        .or_else(|| patient(tokens, at))
        .or_else(|| like_a_rake(tokens, at))
        .or_else(|| made_illness(tokens, at))
        .or_else(|| party(tokens, at))
        .or_else(|| build(tokens, at))
        .or_else(|| fortune(tokens, at))
        .or_else(|| suffers(tokens, at))
        .or_else(|| side(tokens, at))
}

/// "missing his left eye", "scalded arm", "lost the use of her legs", "without an arm".
fn hurt_part(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let first = word(tokens, at);
    let lacks = is_in("missing lost losing loses lacking without amputated", first);
    if !lacks && !is_in(HURT, first) {
        return None;
    }
    let mut part = at + 1;
    if word(tokens, part) == "the" && word(tokens, part + 1) == "use" {
        part += 3;
    }
    while lacks
        && is_in("a an one both two three the his her their my most all", word(tokens, part))
    {
        part += 1;
    }
    // "a broken left arm"
    part += usize::from(is_in("left right lower upper front", word(tokens, part)));
    let bodily = is_in(PARTS, word(tokens, part));
    // "without hands" of a clock says no more than "without an arm".
    (bodily && part > at).then(|| (part + 1 - at, Compound::Thing("disability")))
}

/// "suffering from shingles", "dying of consumption", "diagnosed with lupus", "one good eye", "laid up with a bad back".
fn suffers(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let (first, second) = (word(tokens, at), word(tokens, at + 1));
    let near = |end: usize| (end - at, Compound::Near("disability"));
    if first == "one" && second == "good" && is_in(PARTS, word(tokens, at + 2)) {
        return Some(near(at + 3));
    }
    let suffers = is_in(SUFFERS, first) && matches!(second, "from" | "of");
    let has =
        is_in("diagnosed afflicted stricken ill sick bedridden hospitalised hospitalized", first)
            && second == "with";
    let laid = matches!((first, second), ("laid", "up") | ("struck", "down"))
        && word(tokens, at + 2) == "with";
    let ill = at + 2 + usize::from(laid);
    // What somebody does is no illness: "suffering from shingles mends a net".
    (suffers || has || laid).then(|| near(phrase_end(tokens, ill).unwrap_or(ill)))
}

/// "left eye missing", "arm in a sling", "leg in plaster".
fn part_hurt(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let sided = usize::from(is_in("left right both two three four", word(tokens, at)));
    let after = at + sided + 1;
    let lost = is_in(LOST, word(tokens, after));
    if !(lost || word(tokens, after) == "in") || !is_in(PARTS, word(tokens, after - 1)) {
        return None;
    }
    let found = Compound::Thing("disability");
    if lost {
        return Some((after + 1 - at, found));
    }
    let mut aid = after + 1;
    aid += usize::from(little(word(tokens, aid)) == Some(Little::Article));
    let aids = "sling cast plaster splint splints brace braces bandage bandages traction";
    let inside = is_in(aids, word(tokens, aid));
    inside.then(|| (aid + 1 - at, found))
}

/// "Guillain-Barré syndrome", "a thyroid condition".
fn named_illness(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let first =
        tokens.get(at).filter(|first| !first.is_break() && little(&first.text).is_none())?;
    let joined = usize::from(tokens.get(at + 1).is_some_and(|next| next.hyphen));
    let last = at + 1 + joined;
    if tokens.get(last).is_none_or(|token| token.is_break()) {
        return None;
    }
    let named = match word(tokens, last) {
        "syndrome" | "disorder" | "dystrophy" | "palsy" | "sclerosis" | "impairment" => true,
        "disease" => !is_in("elm plant dutch potato vine leaf crop tree wheat", &first.text),
        "condition" | "conditions" | "failure" | "transplant" | "deficiency" => {
            is_in(ORGANS, &first.text)
        }
        "intolerant" | "intolerance" | "allergy" | "allergies" => {
            first.clitic == Clitic::None && !is_in("religious racial very more", &first.text)
        }
        _ => false,
    };
    named.then(|| (last + 1 - at, Compound::Trait("disability")))
}

/// "kidney recipient", "lymphoma survivor": an illness or organ, and who has it.
fn patient(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let next = word(tokens, at + 1);
    let one = next.strip_suffix('s').unwrap_or(next);
    if !is_in("patient survivor sufferer victim recipient donor warrior", one) {
        return None;
    }
    let first = word(tokens, at);
    let ill = Lexicon::v1().topics(first) == ["disability"]
        || is_in(ORGANS, first)
        || made_illness(tokens, at).is_some();
    ill.then_some((2, Compound::Trait("disability")))
}

/// "thin as a rake", "fat as butter".
fn like_a_rake(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let first = word(tokens, at);
    let sure = is_in("thin fat skinny slim lean stout plump lanky scrawny gaunt", first);
    // "a trunk thick as a drainpipe"
    let sized = is_in("light heavy big broad wide tall strong solid round small", first);
    let shape = sure || sized || Lexicon::v1().topics(first).contains(&"body-type");
    let found = if sure { Compound::Trait("body-type") } else { Compound::Near("body-type") };
    // "fat as ever"
    let time = is_in("ever always usual before well he she they it i we you", word(tokens, at + 2));
    if !shape || word(tokens, at + 1) != "as" || time {
        return None;
    }
    let article = usize::from(little(word(tokens, at + 2)) == Some(Little::Article));
    let like = tokens
        .get(at + 2 + article)
        .filter(|like| !like.is_break() && little(&like.text).is_none());
    like.map(|_| (3 + article, found))
}

/// "spondylolisthesis" is known by nobody, "gastroparesis" by its ending; "ME" in capitals is an illness.
fn made_illness(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let token = tokens.get(at)?;
    let text = token.text.as_str();
    if text == "me" {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let has =
            before.is_some_and(|before| !before.upper && is_in("with has having", &before.text));
        return (token.upper && has).then_some((1, Compound::Thing("disability")));
    }
    let ill = text.len() > 7
        && !Vocabulary::v1().contains(text)
        && Lexicon::v1().entry(text).is_none()
        && ILLNESSES.split(' ').any(|ending| text.ends_with(ending));
    ill.then_some((1, Compound::Thing("disability")))
}

/// "of the regime" after "an opponent", "of the resistance" after "a member".
fn side(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let before = word(tokens, at.checked_sub(1)?);
    let one = before.strip_suffix('s').unwrap_or(before);
    let stands = is_in(
        "supporter opponent enemy critic member leader follower fighter defender champion advocate hero martyr",
        one,
    );
    let of = word(tokens, at) == "of" && is_in("the a", word(tokens, at + 1));
    let cause = is_in(
        "regime resistance party revolution junta republic government crown monarchy opposition left right movement underground \
militia cause uprising rebellion parliament senate congress politburo soviet commune",
        word(tokens, at + 2),
    );
    (stands && of && cause).then_some((3, Compound::Near("political")))
}

/// "DUP councillor", "Meretz voter", "Green mayor", "Sunflower Movement": a name before who stands for a party.
fn party(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let first = tokens.get(at).filter(|first| first.capital && first.clitic == Clitic::None)?;
    let last = tokens.get(at + 1).filter(|last| !last.is_break())?;
    let one = last.text.strip_suffix('s').unwrap_or(&last.text);
    let lexicon = Lexicon::v1();
    let known = Vocabulary::v1().contains(&first.text) || lexicon.entry(&first.text).is_some();
    let role = |at: usize| {
        matches!(lexicon.entry(word(tokens, at)), Some(Entry::Role(_) | Entry::GenderedRole(..)))
    };
    // "Vox horse breeder"
    let role = role(at + 1) || role(at + 2) && little(&last.text).is_none();
    let stands = is_in(PARTISANS, one) && !known
        || first.upper
            && !known
            && is_in("supporter loyalist stalwart fighter member volunteer", one)
        || is_in(PARTIES, &first.text) && (role || is_in(PARTISANS, one));
    let found = Compound::Trait("political");
    // "Labour headquarters"
    let of_party = is_in(PARTIES, &first.text)
        && is_in(
            "headquarters hq conference rosette leaflet leaflets campaign canvass",
            &last.text,
        );
    if of_party {
        return Some((1, Compound::Near("political")));
    }
    let movement = last.capital && last.text == "movement" && little(&first.text).is_none();
    match (stands, movement) {
        (true, _) => Some((1, found)),
        (_, true) => Some((2, found)),
        _ => None,
    }
}

/// Whether an ordinary word is a party's name where it has a capital.
pub(super) fn is_party(token: &Token) -> bool {
    token.capital && is_in(PARTIES, &token.text)
}

/// Who stands for a party, votes for it or fights for it.
const PARTISANS: &str = "voter sympathiser sympathizer activist councillor delegate mp senator candidate militant guerrilla \
canvasser backbencher congressman congresswoman organiser organizer campaigner rebel partisan commissar protester demonstrator";
/// Parties that are ordinary words too.
const PARTIES: &str = "green labour labor solidarity alliance reform bloc momentum congress copperhead wobbly occupy vox maidan podemos \
likud whig digger leveller federalist";
/// How the names of illnesses end.
const ILLNESSES: &str = "itis plegia plegic paresis algia aemia aemic uraemia ectomy ostomy sclerosis fibrosis stenosis porosis lexia praxia \
calculia kinesia rrhoea rrhea carcinoma sarcoma blastoma lymphoma myeloma neuropathy myopathy retinopathy phobia \
phobic trophic ophthalmia agnosia aesthesia";
const SUFFERS: &str =
    "suffering suffers recovering recovers dying recuperating convalescing ailing";
/// What is said of a part of the body after it.
const LOST: &str = "missing amputated paralysed paralyzed bandaged gone removed shot failing ruined wrecked useless withered";
const HURT: &str = "synthetic clockwork cybernetic cyborg scalded burned burnt shaky tremulous scarred disfigured lame gammy dislocated \
arthritic numb useless crooked gnarled cauliflower club broken fractured bandaged injured withered paralysed paralyzed prosthetic artificial bionic robotic mechanical \
amputated shattered mangled splinted wounded droopy drooping slack paralytic palsied";
pub(super) const PARTS: &str = "arm arms forearm forearms leg legs hand hands foot feet eye ear finger fingers thumb thumbs toe toes tooth \
teeth limb limbs nose wrist wrists ankle ankles knee knees hip hips rib ribs jaw collarbone elbow shoulder shin thigh femur \
tibia fibula pelvis kneecap heel lung lungs kidney breast breasts eyes ears elbows shoulders hips jaws eyelid eyelids cheek \
mouth lip eyesight sight hearing speech voice memory balance mobility kidneys spleen bowel womb heart liver";
const ORGANS: &str = "kidney heart lung liver cornea marrow organ thyroid hypothyroid skin blood bone spinal spine medical \
genetic neurological chronic respiratory cardiac renal immune muscle autoimmune stem-cell transplant pancreas bowel bladder \
mental psychiatric degenerative hereditary congenital iron vitamin hormone";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    fn check(text: &str, expected: Option<(usize, Compound)>) {
        assert_eq!(condition(&tokenize(text), 0), expected, "{text}");
    }

    #[test]
    fn bodies_are_read_by_how_the_phrase_is_made() {
        let thing = Compound::Thing("disability");
        check("missing his left eye", Some((4, thing)));
        check("scalded arm", Some((2, thing)));
        check("left leg missing", Some((3, thing)));
        check("arm in a sling", Some((4, thing)));
        check("polyarthritis", Some((1, thing)));
        check("Guillain-Barre syndrome", Some((3, Compound::Trait("disability"))));
        check("cornea recipients", Some((2, Compound::Trait("disability"))));
        check("lean as a lath", Some((4, Compound::Trait("body-type"))));
        check("XQP councillor", Some((1, Compound::Trait("political"))));
    }

    #[test]
    fn other_phrases_are_nothing() {
        for text in [
            "missing the bus",
            "hand in hand",
            "mint condition",
            "broken vase",
            "thin ice",
            "a member of the family",
            "as a rake",
        ] {
            check(text, None);
        }
    }
}
