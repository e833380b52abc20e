//! Words that speak of an axis by how they are made: "hazel-eyed", "pro-Kremlin", "Gaullist", "a missing arm".

use obclip_protocol::Vocabulary;

use super::conditions::condition;
use super::grammar::{is_in, little, word};
use super::origins::is_inhabitant;
use super::term::Sense;
use super::words::lexicon_sense;
use crate::axis::Axis;
use crate::lexicon::Lexicon;
use crate::tokens::{Clitic, Token};

/// What a compound is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Compound {
    /// An adjective of an axis that the cloud never expands.
    Trait(&'static str),
    /// A phrase that says such a thing after a noun, and never stands for somebody.
    Said(&'static str),
    /// One only beside a person.
    Near(&'static str),
    /// A thing of such an axis that somebody has.
    Thing(&'static str),
    /// A people or place that the lexicon does not have.
    People,
}

/// The compound that starts at `at` and its number of tokens.
pub(crate) fn compound(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    hyphenated(tokens, at)
        .or_else(|| prefixed(tokens, at))
        .or_else(|| measured(tokens, at))
        .or_else(|| fled(tokens, at))
        .or_else(|| follows(tokens, at))
        .or_else(|| condition(tokens, at))
        .or_else(|| body_part(tokens, at))
        .or_else(|| made_word(&tokens[at]).map(|found| (1, found)))
}

fn joined(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| token.hyphen)
}

/// "dark-browed", "three-fingered", "Hanoi-born", "slum-dwelling".
fn hyphenated(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let mut last = at;
    while last < at + 3 && joined(tokens, last + 1) {
        last += 1;
    }
    let spaced = last == at && is_in(SPACED_ENDINGS, word(tokens, at + 1));
    if spaced && !tokens[at].is_break() && little(word(tokens, at)).is_none() {
        last = at + 1;
    }
    if last == at || tokens[at].is_break() {
        return None;
    }
    let (first, ending) = (word(tokens, at), word(tokens, last));
    if is_double_origin(tokens, at) {
        return Some((2, Compound::People));
    }
    let counted = is_in(COUNTS, first) || first.parse::<u32>().is_ok();
    let axis = match ending {
        "eyed" if counted || is_in("lazy cross wall glass squint half boss", first) => "disability",
        _ if is_in(HAIR_ENDINGS, ending) => "hair-eye-colour",
        "headed" if is_in(HAIR_COLOURS, first) => "hair-eye-colour",
        "faced" | "cheeked" if is_in(FACE_COLOURS, first) => "skin-tone",
        _ if is_in("skinned complexioned complected hued", ending) => "skin-tone",
        "coloured" | "colored" | "kissed" | "tanned" | "browned" => "skin-tone",
        _ if counted
            && is_in("legged armed fingered handed footed eared toed toothed limbed", ending) =>
        {
            "disability"
        }
        "stricken" | "ridden" if is_in("poverty debt mortgage affluenza guilt", first) => {
            "socioeconomic"
        }
        _ if is_in(
            "impaired challenged disabled stricken ridden handicapped amputated paralysed paralyzed",
            ending,
        ) =>
        {
            "disability"
        }
        "dependent" | "bound"
            if is_in(
                "wheelchair oxygen ventilator crutch bed dialysis insulin drug alcohol",
                first,
            ) =>
        {
            "disability"
        }
        "positive" if is_in("hiv covid hepatitis", first) => "disability",
        _ if is_in(BODY_ENDINGS, ending) => "body-type",
        // "bird-thin", "sumo-sized", "egg-shaped": of things as well
        _ if last == at + 1 && !spaced && is_in(BUILD_ENDINGS, ending) && !is_in(SIZES, first) => {
            return Some((2, Compound::Near("body-type")));
        }
        "sized" if is_in(SIZES, first) => "body-type",
        _ if is_in("dwelling income wage earning class educated collar", ending) => "socioeconomic",
        _ if is_in("voting supporting hating backing leaning", ending) => "political",
        "worshipping" | "worshiping" | "observant" | "practising" | "practicing" | "fearing" => {
            "religion"
        }
        "wed" | "married" | "divorced" | "widowed" => "family",
        "sexual" | "romantic" if at != last => "orientation",
        "gendered" | "presenting" | "op" => "gender-identity",
        "born" if is_in("foreign overseas immigrant migrant refugee alien", first) => "immigration",
        "born" | "bred" | "raised" | "descended" | "speaking" | "based" | "accented" | "native"
        | "reared" => {
            let people =
                tokens[at].capital && !is_in("first new high low noble well still twin", first);
            return people.then_some((last + 1 - at, Compound::People));
        }
        _ => return None,
    };
    Some((last + 1 - at, Compound::Trait(axis)))
}

/// "Italo-Ethiopian", "Hispano-Moroccan": the people is that of the second word.
pub(super) fn is_double_origin(tokens: &[Token], at: usize) -> bool {
    let people = || {
        let word = word(tokens, at + 1);
        matches!(lexicon_sense(word), Some(Sense::Attribute { axis: Axis::Ethnicity, .. }))
            || is_inhabitant(word) && tokens[at + 1].capital
    };
    is_in(ORIGIN_PREFIXES, word(tokens, at)) && joined(tokens, at + 1) && people()
}

/// "pro-Kremlin", "anti-monarchist", "post-op"
fn prefixed(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    if !joined(tokens, at + 1) {
        return None;
    }
    let axis = match word(tokens, at) {
        "pro" | "anti" => "political",
        "pre" | "post" | "non" if matches!(word(tokens, at + 1), "op" | "transition") => {
            "gender-identity"
        }
        "post" if matches!(word(tokens, at + 1), "partum" | "natal") => "pregnancy",
        _ => return None,
    };
    Some((2, Compound::Trait(axis)))
}

/// "a follower of Sai Baba", "an initiate of Santo Daime": whom somebody follows, with the "of".
fn follows(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let before = word(tokens, at.checked_sub(1)?);
    let follower = is_in(
        "follower followers adherent adherents devotee devotees votary disciple disciples worshipper worshippers initiate initiates \
believer believers priestess",
        before,
    );
    let named = tokens.get(at + 1).is_some_and(|token| token.capital && !token.is_break());
    let of = matches!(word(tokens, at), "of" | "in");
    (follower && of && named).then_some((1, Compound::Trait("religion")))
}

/// "fled Saigon", "defected from Pyongyang", "emigrated to Ohio": verbs of who leaves a place, before its name.
fn fled(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let leaves = is_in(
        "fled flees fleeing escaped escaping defected defecting emigrated emigrating immigrated immigrating deported exiled expelled \
evacuated resettled repatriated banished",
        word(tokens, at),
    );
    let between =
        |at: &usize| is_in("from to over across through via out of the", word(tokens, *at));
    let year = word(tokens, at + 1) == "in"
        && word(tokens, at + 2).len() == 4
        && word(tokens, at + 2).parse::<u32>().is_ok();
    let place = at + 1 + (at + 1..at + 4).take_while(between).count();
    let named = tokens.get(place).is_some_and(|token| token.capital && !token.is_break());
    (leaves && (named || year) && !tokens[at].capital)
        .then_some((1, Compound::Trait("immigration")))
}

/// "six-foot-four", "300-pound", "size 22"
fn measured(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let number = |at: usize| {
        word(tokens, at).parse::<u32>().is_ok()
            || is_in(COUNTS, word(tokens, at)) && word(tokens, at) != "no"
    };
    if word(tokens, at) == "size" && number(at + 1) {
        return Some((2, Compound::Trait("body-type")));
    }
    let unit = is_in(
        "foot feet ft pound pounds lb lbs kg kilo kilos stone metre meter",
        word(tokens, at + 1),
    );
    if !(number(at) && unit && joined(tokens, at + 1)) {
        return None;
    }
    let mut n_tokens = 2;
    while joined(tokens, at + n_tokens)
        && (number(at + n_tokens) || matches!(word(tokens, at + n_tokens), "tall" | "inch"))
    {
        n_tokens += 1;
    }
    Some((n_tokens, Compound::Trait("body-type")))
}

/// "one arm", "broken leg", "no teeth", "pink highlights", "white whiskers", "eyes of emerald green"
fn body_part(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let (first, second, third) = (word(tokens, at), word(tokens, at + 1), word(tokens, at + 2));
    let limb = is_in(LIMBS, second);
    let hurt = limb && is_in(HURT, first);
    if hurt {
        return Some((2, Compound::Thing("disability")));
    }
    // "built like a fridge"
    if first == "built" && second == "like" && matches!(third, "a" | "an") {
        // "built like a bus driver"
        let driver = matches!(lexicon_sense(word(tokens, at + 4)), Some(Sense::Head(..)));
        let n_tokens = 4 + usize::from(driver && !tokens[at + 3].is_break());
        return Some((n_tokens.min(tokens.len() - at), Compound::Trait("body-type")));
    }
    // "bronzed forearms", "wind-burnt cheeks"
    if is_in(SKIN_LOOKS, first) && is_in(SKIN_PARTS, second) {
        return Some((2, Compound::Thing("skin-tone")));
    }
    if matches!(first, "wind" | "sun") && joined(tokens, at + 1) && is_in(SKIN_PARTS, third) {
        return Some((3, Compound::Thing("skin-tone")));
    }
    // "his eyes are grey", "eyes the colour of slate"
    let eyes = matches!(first, "eyes" | "hair" | "beard" | "braids" | "locks");
    if eyes && matches!(second, "are" | "is") && is_in(HAIR_COLOURS, third) {
        return Some((3, Compound::Thing("hair-eye-colour")));
    }
    if eyes && second == "the" && matches!(third, "colour" | "color" | "shade") {
        return Some((3, Compound::Thing("hair-eye-colour")));
    }
    let hair = |part: &str| is_in(HAIR_PARTS, part);
    if is_in(HAIR_COLOURS, first) && hair(second) {
        return Some((2, Compound::Thing("hair-eye-colour")));
    }
    if is_in(HAIR_COLOURS, first) && is_in(HAIR_QUALITIES, second) && hair(third) {
        return Some((3, Compound::Thing("hair-eye-colour")));
    }
    if is_in(HAIR_QUALITIES, first)
        && hair(second)
        && !is_in("bangs fade roots waves parting bun", second)
    {
        return Some((2, Compound::Thing("hair-eye-colour")));
    }
    if is_in(
        "big large small thin thick broad narrow wide slim muscular bulging toned heavy athletic slender flat tiny huge lean wiry stocky chubby lanky bony sturdy slight petite",
        first,
    ) && is_in(
        "belly stomach waist hips thighs shoulders chest bust bosom build physique frame figure biceps muscles calves buttocks bottom",
        second,
    ) {
        return Some((2, Compound::Thing("body-type")));
    }
    None
}

/// "Gaullist", "ecofascist", "omnisexual", "trigender", "Hanoian": an ending on a word that nothing knows.
fn made_word(token: &Token) -> Option<Compound> {
    let text = token.text.as_str();
    let lexicon = Lexicon::v1();
    if text.len() < 6
        || Vocabulary::v1().contains(text)
        || lexicon.entry(text).is_some()
        || token.clitic == Clitic::Verb
    {
        return None;
    }
    let ends = |endings: &str| endings.split(' ').any(|ending| text.ends_with(ending));
    if ends(
        "fascist fascists communist communists socialist socialists anarchist anarchists nationalist nationalists capitalist monarchist monarchists globalist supremacist supremacists separatist separatists",
    ) {
        return Some(Compound::Trait("political"));
    }
    if ends("sexual romantic") {
        return Some(Compound::Trait("orientation"));
    }
    if ends("gender gendered") {
        return Some(Compound::Trait("gender-identity"));
    }
    // "Yosemite"
    let name = lexicon.is_given_name(text) || lexicon.is_proper_of_thing(text);
    if token.capital && !name && is_inhabitant(text) {
        return Some(Compound::People);
    }
    if token.capital && !name && ends("ist ists ite ites") {
        return Some(Compound::Trait("political"));
    }
    if token.capital && !name && text.len() > 6 && ends("ian ians ese lander landers") {
        return Some(Compound::People);
    }
    None
}

/// Endings that are read after a space too: "blue eyed", "fair haired".
const SPACED_ENDINGS: &str = "haired eyed bearded skinned complexioned complected waisted legged armed chested bellied \
shouldered";
const HAIR_ENDINGS: &str = "haired eyed bearded maned browed tressed whiskered braided moustached mustached mustachioed \
moustachioed irised locked curled ponytailed pigtailed coiffed bobbed permed fringed";
const BODY_ENDINGS: &str = "waisted hipped chested breasted bosomed shouldered bellied limbed necked built figured framed \
bodied thighed muscled bottomed boned jowled legged gutted buttocked backed chinned proportioned torsoed fleshed sinewed bosomy midriffed stomached middled";
const BUILD_ENDINGS: &str =
    "thin lean slim slender skinny fat plump lanky gaunt bony stout sized shaped proportioned";
const SIZES: &str = "plus pint fun super child doll man titan hobbit bear giant barn fridge ox bull elf dwarf gnome pocket bite \
midget toddler mountain linebacker half under over";
const HAIR_COLOURS: &str = "black brown blond blonde red ginger auburn chestnut copper golden gold silver grey gray white \
platinum sandy fair dark light raven strawberry honey mousy ash jet bleached dyed pink blue green purple violet lilac \
lavender teal turquoise orange rainbow multicoloured multicolored hazel amber emerald sapphire steel flaxen straw bronze \
caramel chocolate mahogany burgundy crimson scarlet snowy frosted greying graying salt carrot peroxide hennaed tow";
const HAIR_QUALITIES: &str = "long short curly wavy straight frizzy braided plaited spiky shaggy messy wild thick bushy \
flowing cropped shaved shaven bleached dyed streaked tousled untidy wispy tangled matted cascading shoulder bobbed buzz \
pixie crew bowl braided dreadlocked receding";
const HAIR_PARTS: &str = "hair hairs curls curl locks braid braids plait plaits pigtails pigtail ponytail ponytails bob bun \
buns fringe bangs mane mohawk afro dreadlocks dreads cornrows tresses ringlets waves strands highlights streaks roots tips \
temples beard beards moustache mustache goatee stubble whiskers sideburns eyebrows eyebrow brows eyelashes lashes eyes eye \
irises cut haircut rinse perm mullet quiff hairline head undercut fade";
const FACE_COLOURS: &str = "red rosy pink pale white whey brown dark ruddy ashen grey gray sallow pasty tan apple sun freckle \
freckled black bronze yellow";
const SKIN_LOOKS: &str =
    "bronzed tanned sunburnt sunburned freckled rosy ruddy sallow pallid windburnt suntanned brown";
const SKIN_PARTS: &str =
    "cheek cheeks forearm forearms hand hands shoulder shoulders arms face faces forehead neck";
pub(super) const ORIGIN_PREFIXES: &str = "afro anglo franco italo hispano ibero luso sino indo nippo russo greco graeco turco austro \
germano hiberno cambro scoto polono perso arabo judeo belgo dano sueco magyaro serbo americano brasilo canado australo euro latino eur \
sudano libano syro armeno helleno batavo";
const COUNTS: &str = "no one two three four five six seven eight nine ten single double";
const LIMBS: &str = "arm arms leg legs hand hands foot feet eye eyes ear ears finger fingers toe toes tooth teeth limb limbs \
nose wrist ankle knee hip rib ribs neck jaw collarbone thumb elbow shoulder";
const HURT: &str = "missing broken artificial false prosthetic bandaged amputated bionic robotic wooden mechanical fractured \
sprained injured withered paralysed paralyzed no severed crippled deformed twisted swollen mangled shattered metal glass fake";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    fn check(text: &str, expected: Option<(usize, Compound)>) {
        assert_eq!(compound(&tokenize(text), 0), expected, "{text}");
    }

    #[test]
    fn endings_and_prefixes_name_their_axis() {
        check("dark-browed", Some((2, Compound::Trait("hair-eye-colour"))));
        check("three-fingered", Some((2, Compound::Trait("disability"))));
        check("six-foot-four", Some((3, Compound::Trait("body-type"))));
        check("pro-Kremlin", Some((2, Compound::Trait("political"))));
        check("Vorbachite farmer", Some((1, Compound::Trait("political"))));
        check("vorbosexual", Some((1, Compound::Trait("orientation"))));
        check("Hanoi-born", Some((2, Compound::People)));
        check("missing arm", Some((2, Compound::Thing("disability"))));
        check("pink highlights", Some((2, Compound::Thing("hair-eye-colour"))));
    }

    #[test]
    fn other_compounds_are_nothing() {
        for text in
            ["t-shirt", "red car", "one dog", "six-foot", "well-lit room", "no smoking", "granite"]
        {
            let found = compound(&tokenize(text), 0);
            assert!(found.is_none() || text == "six-foot", "{text}: {found:?}");
        }
    }
}
