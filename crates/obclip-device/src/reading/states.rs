//! What is told of somebody's body by the words around it: "the third is ripped", "despite her bulk", "in rehab for a burn", "sober
//! for ten years", "a girl the colour of cinnamon", "hair from blond to brown". The phrase is taken whole, whichever word it holds.

use super::features::phrase_end;
use super::grammar::{is_in, little, run, word};
use super::looks::{ends, is_somebody};
use super::measures::is_person;
use crate::lexicon::{Entry, Lexicon, WordKind};
use crate::rules::OCCUPATION;
use crate::tokens::{Clitic, Token};

/// The phrase that starts at `at`, its number of tokens and the axis it tells.
pub(super) fn state(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let found = match word(tokens, at) {
        "is" | "are" | "was" | "looks" => told_of_one(tokens, at),
        "despite" | "notwithstanding" | "because" | "for" | "given" => despite(tokens, at),
        "in" | "wearing" | "wears" | "wore" => {
            in_treatment(tokens, at).or_else(|| wears_size(tokens, at))
        }
        "uses" | "needs" | "using" | "needing" => needs_because(tokens, at),
        "the" | "colour" | "color" => colour_of_somebody(tokens, at),
        "from" => recoloured(tokens, at),
        "under" => under_dye(tokens, at),
        "like" => skin_like(tokens, at),
        "with" | "without" => marked(tokens, at),
        "built" => built_for(tokens, at),
        "who" | "that" | "just" | "recently" | "had" | "gave" => had_birth(tokens, at)
            .or_else(|| ails(tokens, at))
            .or_else(|| rehaired(tokens, at))
            .or_else(|| takes_medicine(tokens, at)),
        "has" | "have" | "dyed" | "shaved" | "bleached" | "permed" => rehaired(tokens, at),
        "got" | "gets" | "getting" => got(tokens, at),
        "takes" | "taking" | "injects" | "injecting" => takes_medicine(tokens, at),
        "more" | "less" | "much" | "even" => to_be_more(tokens, at),
        _ => starts_treatment(tokens, at)
            .or_else(|| ill_and(tokens, at))
            .or_else(|| for_years(tokens, at))
            .or_else(|| keeps(tokens, at))
            .or_else(|| made_stronger(tokens, at))
            .or_else(|| most_of_several(tokens, at))
            .or_else(|| all_over(tokens, at))
            .or_else(|| one_of_several(tokens, at)),
    }?;
    is_somebody(tokens).then_some(found)
}

fn is_break(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_none_or(Token::is_break)
}

fn breaks_before(tokens: &[Token], at: usize) -> bool {
    at.checked_sub(1).is_none_or(|before| tokens[before].is_break())
}

/// The axis that a word tells: "thin", "thinness", "pallor".
fn axis_of(text: &str) -> Option<&'static str> {
    let listed =
        |text: &str| Lexicon::v1().topics(text).iter().copied().find(|topic| *topic != OCCUPATION);
    let stem = text.strip_suffix("ness");
    let in_y = || listed(&format!("{}y", stem?.strip_suffix('i')?));
    if is_in(BODILY, text) {
        Some("body-type")
    } else if is_in(OF_SKIN, text) {
        Some("skin-tone")
    } else if is_in(OF_HEALTH, text) {
        Some("disability")
    } else {
        listed(text).or_else(|| listed(stem?)).or_else(in_y)
    }
}

const BODILY: &str = "bulk height stature size weight girth build frame physique figure curves belly shape proportions ripped \
huge big tall slim hefty large small short";
const OF_HEALTH: &str = "frailty cough infirmity weakness sickness injury injuries wound wounds limp fever sober clean ailments \
handicap impairment condition fragility";
const OF_SKIN: &str =
    "pallor tan swarthiness complexion paleness darkness fairness ruddiness freckles sunburn skin";

/// "is ripped" of "the third is ripped": said of one of several persons.
fn told_of_one(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let one = at.checked_sub(1)?;
    let ordinal = is_in("first second third fourth fifth last other middle", word(tokens, one))
        && one.checked_sub(1).is_some_and(|the| word(tokens, the) == "the");
    if !ordinal || !follows_persons(tokens, one) {
        return None;
    }
    let said = at + 1 + run(tokens, at + 1, STILL);
    let mut end = said + 1;
    let showing = word(tokens, said) == "showing";
    let axis = if showing { "pregnancy" } else { axis_of(word(tokens, said))? };
    if word(tokens, end) == "and" && axis_of(word(tokens, end + 1)).is_some() {
        end += 2;
    }
    end += run(tokens, end, "already again now");
    let closes = is_break(tokens, end) || is_in("and while but", word(tokens, end));
    closes.then_some((end - at, axis))
}

const STILL: &str = "hardly barely just very quite already almost all rather so too not still now";

/// Whether somebody and no animal is spoken of before `at`.
fn follows_persons(tokens: &[Token], at: usize) -> bool {
    let animal = |text: &str| Lexicon::v1().kind(text) == Some(WordKind::Animal);
    let several = |text: &str| matches!(Lexicon::v1().entry(text), Some(Entry::Group(..)));
    let of_animals =
        |token: &Token| animal(&token.text) || token.text.strip_suffix('s').is_some_and(animal);
    (0..at).any(|at| is_person(tokens, at) || several(word(tokens, at)))
        && !tokens.iter().any(of_animals)
}

/// "ivory" of "one tan, one ivory,"
fn one_of_several(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let one = at.checked_sub(1)?;
    let alone = is_in("one another", word(tokens, one))
        && breaks_before(tokens, one)
        && is_break(tokens, at + 1);
    (alone && is_in(TONES, word(tokens, at)) && follows_persons(tokens, one))
        .then_some((1, "skin-tone"))
}

const TONES: &str = "ivory ebony bronze copper porcelain alabaster caramel chocolate honey peach golden mahogany light dark fair brown";

/// "despite her bulk", "for all his pallor", "because of her short stature", "despite his darkness of skin".
fn despite(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let whose = match (word(tokens, at), word(tokens, at + 1)) {
        ("despite" | "notwithstanding" | "given", _) => at + 1,
        ("because", "of") | ("for", "all") => at + 2,
        _ => return None,
    };
    if !is_in("his her their my", word(tokens, whose)) {
        return None;
    }
    let start = whose + 1;
    let n_words = (start..start + MOST_WORDS).take_while(|&at| goes_on(tokens, at)).count();
    let last = start + n_words.checked_sub(1)?;
    let axis = axis_of(word(tokens, last))?;
    let mut end = last + 1;
    if word(tokens, end) == "of" && axis_of(word(tokens, end + 1)).is_some() {
        end += 2;
    }
    Some((end - at, axis))
}

const MOST_WORDS: usize = 4;

fn goes_on(tokens: &[Token], at: usize) -> bool {
    tokens.get(at).is_some_and(|token| !token.is_break() && little(&token.text).is_none())
}

/// "in rehab for a spinal injury", "in remission from lymphoma"
fn in_treatment(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let treated = word(tokens, at) == "in"
        && is_in(TREATMENTS, word(tokens, at + 1))
        && is_in("for from after", word(tokens, at + 2));
    let end = phrase_end(tokens, at + 3).filter(|_| treated)?;
    Some((end - at, "disability"))
}

const TREATMENTS: &str = "rehab rehabilitation recovery remission detox therapy treatment hospital hospice counselling counseling physiotherapy traction";

/// "wearing a size 22", "in an XXL"
fn wears_size(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    const LETTERS: &str = "xxs xs xl xxl xxxl";
    let size = at + 1 + run(tokens, at + 1, "a an");
    let figure = |at: usize| {
        let text = word(tokens, at);
        text.starts_with(|first: char| first.is_ascii_digit())
            || is_in(LETTERS, text)
            || is_in("zero two four six eight ten twelve fourteen sixteen eighteen twenty", text)
    };
    let end = match word(tokens, size) {
        "size" if figure(size + 1) => size + 2,
        text if is_in(LETTERS, text) => size + 1,
        _ => return None,
    };
    is_break(tokens, end).then_some((end - at, "body-type"))
}

/// "uses a tablet because she can't speak"
fn needs_because(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let because = phrase_end(tokens, at + 1).filter(|&end| word(tokens, end) == "because")?;
    let pronoun = is_in("he she they", word(tokens, because + 1));
    let unable = is_in("can't cannot can couldn't", word(tokens, because + 2));
    let end = (because..because + LONGEST_CLAUSE).find(|&at| is_break(tokens, at))?;
    (pronoun && unable).then_some((end - at, "disability"))
}

const LONGEST_CLAUSE: usize = 10;

/// "the colour of cinnamon" right after somebody, not after a coat.
fn colour_of_somebody(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let colour = at + usize::from(word(tokens, at) == "the");
    let of = is_in("colour color", word(tokens, colour)) && word(tokens, colour + 1) == "of";
    let noun = Lexicon::v1().entry(word(tokens, at.checked_sub(1)?));
    let somebody = noun.is_some_and(Entry::is_person_noun);
    let end = phrase_end(tokens, colour + 2).filter(|_| of && somebody)?;
    Some((end - at, "skin-tone"))
}

/// "from blond to brown" after "hair"
fn recoloured(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let axis = match word(tokens, at.checked_sub(1)?) {
        "skin" | "complexion" => "skin-tone",
        part if is_in(HAIR, part) => "hair-eye-colour",
        _ => return None,
    };
    let to = (at + 1..at + 4).find(|&at| word(tokens, at) == "to")?;
    let last = (to + 1..to + 4).take_while(|&at| goes_on(tokens, at)).last()?;
    Some((last + 1 - at, axis))
}

const HAIR: &str =
    "hair eyes beard eyebrows moustache mustache curls braids ponytail fringe bangs locks";

/// "under her black dye"
fn under_dye(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let whose = is_in("her his their my", word(tokens, at + 1));
    let dye = (at + 3..at + 5).find(|&at| is_in("dye", word(tokens, at)))?;
    let coloured = (at + 2..dye).all(|at| goes_on(tokens, at)) && whose;
    coloured.then_some((dye + 1 - at, "hair-eye-colour"))
}

/// "like parchment" after "skin" or "skin is"
fn skin_like(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let said = |at: &usize| is_in("is was looks looked just almost", word(tokens, *at));
    let subject = (0..at).rev().take(MOST_WORDS).find(|at| !said(at))?;
    let skin = is_in("skin complexion", word(tokens, subject));
    let end = phrase_end(tokens, at + 1).filter(|_| skin)?;
    Some((end - at, "skin-tone"))
}

/// "with a deep tan", "with a birthmark on her cheek", "with acne scars"; a scar of a fight travels.
fn marked(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    if !is_person(tokens, at.checked_sub(1)?) {
        return None;
    }
    let start = at + 1 + run(tokens, at + 1, "a an the his her their some many a few no");
    let mut words = (start..start + MOST_WORDS).take_while(|&at| goes_on(tokens, at));
    let mark = words.find(|&at| {
        let before = word(tokens, at - 1);
        is_in(MARKS, word(tokens, at))
            || at > start
                && is_in("scar scars patches marks", word(tokens, at))
                && axis_of(before).is_some()
    })?;
    let mut end = mark + 1 + run(tokens, mark + 1, "scar scars marks patches spots");
    if is_in("on over across under around above below", word(tokens, end)) {
        end = phrase_end(tokens, end + 1)?;
    }
    let tan = is_in("tan suntan sunburn pallor", word(tokens, mark));
    let acts = word(tokens, end).ends_with('s') || word(tokens, end).ends_with("ed");
    // "with freckles and a straw hat": the hat hangs on the link.
    let closes = word(tokens, end) != "and" && (acts || ends(tokens, end));
    closes.then_some((end - at, if tan { "skin-tone" } else { "disability" }))
}

const MARKS: &str = "tan suntan sunburn pallor birthmark birthmarks mole moles freckles acne pimples blotches rash blemishes";

/// "moles all over her face" at the beginning of a phrase
fn all_over(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let mark = is_in(MARKS, word(tokens, at)) || is_in("wrinkles spots scars", word(tokens, at));
    let over = at + 1 + run(tokens, at + 1, "all scattered sprinkled");
    let placed = is_in("over on across", word(tokens, over))
        && is_in("his her their my the", word(tokens, over + 1));
    if !(mark && placed && breaks_before(tokens, at)) {
        return None;
    }
    let end = phrase_end(tokens, over + 1)?;
    is_break(tokens, end).then_some((end - at, "disability"))
}

/// "fattest" of "the fattest of three beekeepers"
fn most_of_several(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let the = at.checked_sub(1).is_some_and(|the| word(tokens, the) == "the");
    if !(the && word(tokens, at + 1) == "of" && is_in(MOST, word(tokens, at))) {
        return None;
    }
    let few =
        at + 2 + run(tokens, at + 2, "the all two three four five six seven eight my these those");
    // "the tallest of the three towers"
    let persons = |at: usize| {
        is_person(tokens, at)
            || matches!(Lexicon::v1().entry(word(tokens, at)), Some(Entry::Group(..)))
    };
    let several = is_in("them us", word(tokens, at + 2)) || persons(few);
    several.then_some((1, "body-type"))
}

const MOST: &str = "fattest thinnest tallest shortest strongest weakest slimmest leanest heaviest lightest biggest smallest chubbiest \
skinniest curviest plumpest stoutest stockiest palest darkest fairest blondest";

/// "has dyed her hair green", "who shaved his head", "had bleached their eyebrows"
fn rehaired(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let verb = at + run(tokens, at, "who that has have had just recently");
    let done =
        is_in("dyed shaved bleached permed coloured colored cut grown lost", word(tokens, verb));
    let whose = is_in("his her their my all", word(tokens, verb + 1));
    let part = verb + 1 + run(tokens, verb + 1, "all his her their my");
    let bodily = is_in(HAIR, word(tokens, part)) || is_in("hair head", word(tokens, part));
    if !(done && whose && bodily) {
        return None;
    }
    let mut end = part + 1;
    while end < part + MOST_WORDS && goes_on(tokens, end) && !word(tokens, end).ends_with('s') {
        end += 1;
    }
    Some((end - at, "hair-eye-colour"))
}

/// "got fat", "gets very pale": a change of a body with its verb.
fn got(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let said = at + 1 + run(tokens, at + 1, "so very really quite too more rather");
    let axis = axis_of(word(tokens, said))?;
    let bodily = is_in("body-type skin-tone hair-eye-colour disability pregnancy", axis);
    let somebody = at.checked_sub(1).is_some_and(|before| is_person(tokens, before));
    (bodily && somebody && ends(tokens, said + 1)).then_some((said + 1 - at, axis))
}

/// "who takes insulin"
fn takes_medicine(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let verb = at + run(tokens, at, "who that");
    let takes = is_in("takes taking took injects injecting", word(tokens, verb));
    let medicine = verb + 1 + run(tokens, verb + 1, "his her their daily");
    (takes && is_in(MEDICINES, word(tokens, medicine))).then_some((medicine + 1 - at, "disability"))
}

const MEDICINES: &str = "insulin antidepressants medication medications meds chemo lithium methadone statins painkillers morphine sedatives \
steroids antipsychotics ritalin prozac anticoagulants beta-blockers antiretrovirals";

/// "built for sprinting" after somebody
fn built_for(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let somebody = is_person(tokens, at.checked_sub(1)?) || breaks_before(tokens, at);
    let end = match word(tokens, at + 1) {
        "for" if somebody && goes_on(tokens, at + 2) => {
            phrase_end(tokens, at + 2).unwrap_or(at + 3).max(at + 3)
        }
        _ => return None,
    };
    let person = (0..at).any(|at| is_person(tokens, at));
    (person && (ends(tokens, end) || end == at + 3)).then_some((end - at, "body-type"))
}

/// "stronger" of "make the cyclist stronger"
fn made_stronger(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let before = at.checked_sub(1)?;
    if !is_in(COMPARED, word(tokens, at)) {
        return None;
    }
    let closes = is_break(tokens, at + 1) || word(tokens, at + 1) == "and";
    let made = (0..before).any(|at| is_in("make makes making turn render draw", word(tokens, at)));
    let somebody = Lexicon::v1().entry(word(tokens, before)).is_some_and(Entry::is_person_noun)
        || is_in("him them", word(tokens, before));
    (closes && made && somebody).then_some((1, "body-type"))
}

const COMPARED: &str = "thinner fatter taller shorter stronger weaker slimmer leaner heavier bigger smaller chubbier skinnier curvier healthier \
plumper bulkier stockier";

/// "who just had a C-section", "who gave birth", "had an embryo transfer"
fn had_birth(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let who = at + run(tokens, at, "who that");
    let verb = who + run(tokens, who, "just recently only newly has have had");
    let just = verb > who && is_in("just recently newly", word(tokens, who));
    if just && word(tokens, verb) == "a" && is_in("baby child", word(tokens, verb + 1)) {
        return Some((verb + 2 - at, "pregnancy"));
    }
    let after_had = verb > who && is_in("has have had", word(tokens, verb - 1));
    let end = match word(tokens, verb) {
        "twins" | "triplets" | "quadruplets" | "quads" if after_had => verb + 1,
        "froze" | "freezes" if word(tokens, verb + 2) == "eggs" && who > at => verb + 3,
        "gave" if word(tokens, verb + 1) == "birth" => verb + 2,
        "got" | "underwent" | "undergone" | "survived" | "lost" => treatment_end(tokens, verb + 1)?,
        _ if after_had => treatment_end(tokens, verb)?,
        _ => return None,
    };
    Some((end - at, "pregnancy"))
}

/// "starting fertility treatment", "waiting for our due date"
fn starts_treatment(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let verb = is_in(
        "starting beginning undergoing awaiting waiting having doing finishing considering planning facing",
        word(tokens, at),
    );
    let end = treatment_end(tokens, at + 1).filter(|_| verb)?;
    Some((end - at, "pregnancy"))
}

/// "a C-section", "for our due date", "her third round of IVF": where it ends.
fn treatment_end(tokens: &[Token], at: usize) -> Option<usize> {
    let noun = at
        + run(
            tokens,
            at,
            "for to a an the her his our their my another first second third fourth failed emergency round rounds cycle cycles of",
        );
    let end = match (word(tokens, noun), word(tokens, noun + 1)) {
        ("c", "section")
        | ("due", "date")
        | ("embryo", "transfer")
        | ("egg", "retrieval")
        | ("fertility", "treatment" | "treatments")
        | ("tubal", "ligation") => noun + 2,
        (text, _) if is_in(BIRTHS, text) => noun + 1,
        _ => return None,
    };
    let end = end + run(tokens, end, "cycle cycles treatment treatments");
    tokens.get(end).is_none_or(|next| !next.hyphen).then_some(end)
}

const BIRTHS: &str = "caesarean cesarean miscarriage miscarriages stillbirth abortion termination hysterectomy epidural ivf iui surrogacy adoption";

/// "sick and shivering" between breaks: what is said beside an illness.
fn ill_and(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    const BESIDE: &str = "shivering trembling sweating swaying coughing panting vomiting sneezing retching fainting shaking \
wheezing bleeding limping exhausted drained collapsed delirious weakened";
    let told = word(tokens, at + 1) == "and"
        && breaks_before(tokens, at)
        && is_break(tokens, at + 3)
        && is_in(BESIDE, word(tokens, at + 2));
    let axis = axis_of(word(tokens, at)).filter(|_| told)?;
    is_in("disability skin-tone", axis).then_some((3, "disability"))
}

/// "who limps", "who barely walks": what a body does that is ill.
fn ails(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let verb = at + 1 + run(tokens, at + 1, "badly slightly often always sometimes still");
    let ails = word(tokens, at) == "who" && is_in(AILS, word(tokens, verb));
    ails.then_some((verb + 1 - at, "disability"))
}

const AILS: &str = "limps limp limped stutters stutter stuttered stammers stammer stammered lisps lisp wheezes wheeze hallucinates hallucinate \
sleepwalks faints convulses twitches";

/// "more muscular" of "make her more muscular": with its degree.
fn to_be_more(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let said = at + run(tokens, at, "more less much even far");
    let whom = word(tokens, at.checked_sub(1)?);
    let axis = axis_of(word(tokens, said))?;
    let closes = is_break(tokens, said + 1) || is_in("and with in on", word(tokens, said + 1));
    let bodily = is_in("body-type skin-tone hair-eye-colour disability pregnancy", axis);
    let made =
        is_in("her him them me us looks look looking be appear", whom) || is_person(tokens, at - 1);
    (bodily && made && closes).then_some((said + 1 - at, axis))
}

/// "sober for ten years", "cancer-free for six months" between breaks.
fn for_years(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let joined = usize::from(tokens.get(at + 1).is_some_and(|next| next.hyphen));
    let link = at + 1 + joined;
    if word(tokens, link) != "for" || !breaks_before(tokens, at) {
        return None;
    }
    let free = joined == 1 && word(tokens, at + 1) == "free";
    let axis = if free { "disability" } else { axis_of(word(tokens, at))? };
    let time = (link + 1..link + 5).find(|&at| is_in(TIMES, word(tokens, at)))?;
    let end = time + 1 + run(tokens, time + 1, "now already");
    is_break(tokens, end).then_some((end - at, axis))
}

const TIMES: &str = "days weeks months years year decades decade life ages";

/// "anxiety" of "my cousin's anxiety keeps her indoors", "expectancy" of "her expectancy makes her glow".
fn keeps(tokens: &[Token], at: usize) -> Option<(usize, &'static str)> {
    let before = at.checked_sub(1)?;
    let whose = is_in("his her their my", word(tokens, before))
        || tokens[before].clitic == Clitic::Genitive && is_person(tokens, before);
    let keeps =
        is_in("keeps makes leaves forces confines stops prevents slows", word(tokens, at + 1));
    if !whose || !keeps {
        return None;
    }
    let text = word(tokens, at);
    let axis = if text == "expectancy" { "pregnancy" } else { axis_of(text)? };
    Some((1, axis))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    /// The words of the phrase at `at`.
    fn check(text: &str, at: usize, expected: &str) {
        let tokens = tokenize(text);
        let n_tokens = state(&tokens, at).map_or(0, |(n_tokens, _)| n_tokens);
        let words: Vec<_> =
            tokens[at..at + n_tokens].iter().map(|token| token.text.as_str()).collect();
        assert_eq!(words.join(" "), expected, "{text}");
    }

    #[test]
    fn states_are_taken_whole() {
        check("three friends, the third is ripped, laughing", 5, "is ripped");
        check("despite her bulk, the dancer floats", 0, "despite her bulk");
        check("a man in rehab for a burn and learning pottery", 2, "in rehab for a burn");
        check("a woman wearing a size 22, on a beach", 2, "wearing a size 22");
        check("a girl the colour of cinnamon bakes a pie", 2, "the colour of cinnamon");
        check("the actor's hair from blond to brown", 3, "from blond to brown");
        check("a woman who just had a C-section sleeping", 2, "who just had a c section");
        check("sober for ten years, the singer smiles", 0, "sober for ten years");
    }

    #[test]
    fn things_travel() {
        check("three doors, the third is huge", 5, "");
        check("a girl in a coat the colour of cinnamon", 5, "");
        check("a man, despite the rain", 3, "");
        check("a train from Paris to Rome, a man", 2, "");
        check("a child, a dress from red to blue", 5, "");
    }
}
