//! Pregnancy by how the phrase is made: "eight months gone", "baby due in May", "her bump", "heavy with twins", "awaiting
//! their first child", "belly at forty weeks". Read before ages, so that weeks of a pregnancy are no age.

use super::compounds::Compound;
use super::grammar::{is_in, run, word};
use super::looks::{ends, phrase_end};
use super::measures::is_person;
use crate::lexicon::{Entry, Lexicon};
use crate::tokens::{Clitic, Token};

/// The phrase about a pregnancy that starts at `at` and its number of tokens.
pub(super) fn expecting(tokens: &[Token], at: usize) -> Option<(usize, Compound)> {
    let sure = |n_tokens| (n_tokens, Compound::Trait("pregnancy"));
    let near = |n_tokens| (n_tokens, Compound::Near("pregnancy"));
    let first = word(tokens, at);
    // Most words can start none of these.
    if !(is_in(STARTS, first)
        || is_count(tokens, at)
        || is_in(LARGE, first)
        || is_in(BELLIES, first))
    {
        return None;
    }
    around_birth(tokens, at)
        .or_else(|| weeks(tokens, at))
        .or_else(|| baby_due(tokens, at))
        .or_else(|| awaiting(tokens, at))
        .or_else(|| heavy_with_child(tokens, at))
        .or_else(|| fell_with(tokens, at))
        .or_else(|| due(tokens, at))
        .map(sure)
        .or_else(|| bump(tokens, at).or_else(|| belly(tokens, at)).map(near))
        .or_else(|| waters_broke(tokens, at).map(if first == "her" { sure } else { near }))
        .or_else(|| showing(tokens, at).map(near))
}

fn is_count(tokens: &[Token], at: usize) -> bool {
    let text = word(tokens, at);
    is_in(COUNTS, text)
        || text.len() < 3 && text.parse::<u32>().is_ok_and(|n| (3..=42).contains(&n))
}

/// Whether another word of the prompt is about having a baby, so that weeks and bellies are too.
fn is_evident(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| is_in(EVIDENCE, &token.text))
}

/// "three weeks overdue", "seven months into her pregnancy", "late in her pregnancy", "in her third trimester", "past her due
/// date", "about to give birth": a time that is told from a birth, with the words around it.
fn around_birth(tokens: &[Token], at: usize) -> Option<usize> {
    let span = at + run(tokens, at, SPANS);
    let counted = at + (at..span).take_while(|&at| !is_in(TIMES, word(tokens, at))).count() < span;
    if counted && is_in("overdue postpartum postnatal postnatally", word(tokens, span)) {
        return Some(span + 1 - at);
    }
    let mut link = span
        + run(
            tokens,
            span,
            "halfway midway partway late early deep well far shortly soon right heavily",
        );
    let led = link > at;
    let links = run(
        tokens,
        link,
        "into from past before after until till off since through to of in on away beyond shy short near nearing towards approaching",
    );
    if links == 0 {
        let about = is_in("about ready", word(tokens, at)) && word(tokens, at + 1) == "to";
        return about.then(|| gives_birth(tokens, at + 2)).flatten().map(|end| end - at);
    }
    link += links;
    let first = word(tokens, link - links);
    let late = link
        + run(
            tokens,
            link,
            "her the their my a an its early late mid very final last closing expected first second third fourth fifth sixth seventh eighth ninth long short hard difficult easy",
        );
    let stage = late
        + run(
            tokens,
            late,
            "trimester month months week weeks day days stages stage phase half end start beginning round rounds cycle cycles",
        );
    let of = stage + run(tokens, stage, "of her the their");
    if let Some(end) = birth(tokens, of) {
        let told = led || of > link || is_in("past near nearing approaching", first);
        return (told && !is_in("of from off", word(tokens, at))).then_some(end - at);
    }
    let trimester = stage > late && word(tokens, stage - 1) == "trimester";
    (trimester && first == "in" && links == 1).then_some(stage - at)
}

/// "pregnancy", "due date", "giving birth", "delivery": where the word for a birth ends.
fn birth(tokens: &[Token], at: usize) -> Option<usize> {
    match (word(tokens, at), word(tokens, at + 1)) {
        ("due", "date") | ("giving", "birth") | ("c", "section") => Some(at + 2),
        ("ivf" | "iui" | "miscarriage" | "stillbirth" | "abortion", _) => Some(at + 1),
        (
            "pregnancy" | "childbirth" | "delivery" | "birth" | "confinement" | "labour" | "labor"
            | "caesarean" | "lying",
            next,
        ) if next != "of" && next != "to" => Some(at + 1),
        _ => None,
    }
}

/// Whether a pregnancy is evident, or a belly that is told in a compound.
fn is_bellied(tokens: &[Token]) -> bool {
    is_evident(tokens) || tokens.iter().any(|token| is_in("bellied gravid", &token.text))
}

/// "give birth", "have her baby", "deliver twins": where it ends.
fn gives_birth(tokens: &[Token], at: usize) -> Option<usize> {
    match (word(tokens, at), word(tokens, at + 1)) {
        ("give", "birth") => Some(at + 2),
        // A courier is ready to deliver too.
        ("deliver", next) if next.is_empty() || next == "," => is_bellied(tokens).then_some(at + 1),
        ("have" | "deliver", _) => {
            let young = at + 1 + run(tokens, at + 1, "a an the her their first second third");
            is_in(YOUNG, word(tokens, young)).then_some(young + 1)
        }
        _ => None,
    }
}

/// "seven months gone", "gone seven months", "twenty weeks in", "forty weeks and counting", "week 34", "in her sixth
/// month", "at five months"; "36 weeks" where another word is evident.
fn weeks(tokens: &[Token], at: usize) -> Option<usize> {
    let first = word(tokens, at);
    if is_in("week month", first) && is_count(tokens, at + 1) {
        return is_evident(tokens).then_some(2);
    }
    if first == "in" && is_in("her their my", word(tokens, at + 1)) {
        let month = is_in(ORDINALS, word(tokens, at + 2)) && word(tokens, at + 3) == "month";
        return month.then_some(4);
    }
    let lead = run(tokens, at, "gone at nearly almost about");
    let mut unit = at + lead;
    while unit < at + lead + 2 && is_count(tokens, unit) {
        unit += 1;
    }
    let half = 3 * usize::from(word(tokens, unit) == "and" && word(tokens, unit + 2) == "half");
    unit += half;
    if unit == at + lead || !is_in("week weeks month months", word(tokens, unit)) {
        return None;
    }
    // "six and a half months and fixing the roof": nobody but a baby is so old, and here is none.
    let begins = at.checked_sub(1).is_none_or(|before| tokens[before].is_break());
    let months = word(tokens, unit) == "months" && is_in(LATE, word(tokens, at)) && begins;
    let of_baby = || tokens.iter().any(|token| is_in(LITTLE_ONES, &token.text));
    let followed =
        word(tokens, unit + 1) == "and" || tokens.get(unit + 1).is_some_and(Token::is_break);
    let tail = unit + 1;
    if first == "gone" {
        return Some(tail - at);
    }
    let told = match word(tokens, tail) {
        "gone" | "pregnant" | "preggo" | "preggers" | "gravid" | "gestation" | "expecting" => 1,
        "along" | "on" if lead == 0 && ends(tokens, tail + 1) => 1,
        "in" if lead == 0 && tokens.get(tail + 1).is_none_or(Token::is_break) => 1,
        "and" if word(tokens, tail + 1) == "counting" => 2,
        "to" if word(tokens, tail + 1) == "go" => 2,
        "far" if word(tokens, tail + 1) == "gone" => 2,
        _ if is_in(BELLIES, word(tokens, tail)) => 1,
        "old" => return None,
        _ if months && followed && !of_baby() => 0,
        _ if is_evident(tokens) && ends_or_self(tokens, tail) => 0,
        // "a violinist at 39 weeks on the roof"
        _ if first == "at"
            && word(tokens, unit) == "weeks"
            && at.checked_sub(1).is_some_and(|before| is_person(tokens, before))
            && ends(tokens, tail)
            && !of_baby() =>
        {
            0
        }
        // "she is 38 weeks", "a woman, 38 weeks,"
        _ if lead == 0
            && word(tokens, unit) == "weeks"
            && is_said_of_mother(tokens, at)
            && ends(tokens, tail)
            && !of_baby() =>
        {
            0
        }
        _ => return None,
    };
    Some(tail + told - at)
}

fn ends_or_self(tokens: &[Token], at: usize) -> bool {
    ends(tokens, at) || is_in("herself himself themselves", word(tokens, at))
}

/// "baby due at Christmas", "quadruplets on the way", "baby number five incoming", "a baby kicking inside her".
pub(super) fn baby_due(tokens: &[Token], at: usize) -> Option<usize> {
    let mut baby = at + run(tokens, at, "a an the another her their our his my first second third");
    let little_one = word(tokens, baby) == "little" && word(tokens, baby + 1) == "one";
    if !(little_one || is_in(YOUNG, word(tokens, baby))) || tokens[baby].clitic == Clitic::Genitive
    {
        return None;
    }
    baby += if word(tokens, baby) == "little" { 2 } else { 1 };
    if is_in("number no", word(tokens, baby)) {
        baby += 2;
    }
    baby += run(tokens, baby, "is are was still now");
    let (first, second, third) =
        (word(tokens, baby), word(tokens, baby + 1), word(tokens, baby + 2));
    let n_tokens = match first {
        "due" | "incoming" | "overdue" | "coming" => 1,
        "on" if second == "the" && third == "way" => 3,
        "aboard" => 1,
        "in" if is_in("belly tummy womb tum utero", second) => 2,
        "in" if is_in("her the my", second) && is_in("belly tummy womb tum", third) => 3,
        "kicking" | "moving" | "growing" | "turning" | "stirring" | "wriggling"
            if is_in("inside within", second) =>
        {
            2 + usize::from(is_in("her me", third))
        }
        _ => return None,
    };
    Some(baby + n_tokens - at)
}

/// "she's due any minute", "the mother is due in May", "a woman, due any day now": of whoever is not a train.
fn due(tokens: &[Token], at: usize) -> Option<usize> {
    if word(tokens, at) != "due" || !is_said_of_mother(tokens, at) {
        return None;
    }
    let when =
        at + 1 + run(tokens, at + 1, "any in on at next this within early late mid about a an the");
    let time = run(
        tokens,
        when,
        "minute moment second day days week weeks month time now soon today tonight tomorrow january february march april may june \
july august september october november december spring summer autumn winter christmas easter one two three four five",
    );
    // "a surgeon who is due in two weeks scrubs in"
    let acts = word(tokens, when + time).ends_with('s');
    (time > 0 && (acts || ends(tokens, when + time))).then_some(when + time - at)
}

/// Whether the word before `at` is "she is", "a mother is" or a woman and a comma.
fn is_said_of_mother(tokens: &[Token], at: usize) -> bool {
    let helps = |at: &usize| {
        is_in("is was are were i'm am now just nearly almost already", word(tokens, *at))
    };
    let Some(subject) = (0..at).rev().find(|at| !helps(at)) else { return false };
    let contracted = tokens[subject].clitic != Clitic::None;
    let said = subject + 1 < at || contracted || tokens[subject].is_break();
    let subject = match tokens[subject].is_break() {
        true => subject.checked_sub(1),
        false => Some(subject),
    };
    // Who may be expecting is not asked.
    let person = |at: usize| {
        is_in("she he they i we who", word(tokens, at))
            || Lexicon::v1().entry(word(tokens, at)).is_some_and(Entry::is_person_noun)
    };
    said && subject.is_some_and(person)
}

/// "waters gone", "her water just broke": not "water breaking over a weir".
fn waters_broke(tokens: &[Token], at: usize) -> Option<usize> {
    let water = at + run(tokens, at, "her my the their");
    let breaks = match word(tokens, water) {
        "water" => "broke",
        "waters" => "gone broke broken breaking",
        _ => return None,
    };
    let end = water + 1 + run(tokens, water + 1, "have has just already about to");
    (is_in(breaks, word(tokens, end)) && ends(tokens, end + 1)).then_some(end + 1 - at)
}

/// "awaiting their first child", "expecting her fourth", "bearing the heir", "carrying twins".
fn awaiting(tokens: &[Token], at: usize) -> Option<usize> {
    let verb = word(tokens, at);
    if !is_in("awaiting waiting expecting awaits expects bearing carrying carries gestating", verb)
    {
        return None;
    }
    let whose = run(tokens, at + 1, "for a an the her his their our my");
    let ordinal = at + 1 + whose;
    let counted = run(tokens, ordinal, ORDINALS);
    let young = ordinal + counted;
    let is_young = is_in(YOUNG, word(tokens, young));
    let unborn = is_in("twins triplets quadruplets quads heir heirs", word(tokens, young))
        || word(tokens, young) == "child" && is_in("his the", word(tokens, at + 1));
    // "carrying a baby in her womb"
    let inside = is_in("in inside", word(tokens, young + 1));
    let womb = young + 2 + run(tokens, young + 2, "her the their my");
    if is_young && inside && is_in("womb belly tummy", word(tokens, womb)) {
        return Some(womb + 1 - at);
    }
    let told = match verb {
        // "a woman carrying a baby" has it in her arms.
        "carrying" | "carries" | "bearing" if !is_young => {
            counted > 0 && whose > 0 && ends(tokens, young) && is_evident(tokens)
        }
        "carrying" | "carries" | "bearing" => unborn || counted > 0,
        "waiting" => is_young && counted > 0 && word(tokens, at + 1) == "for",
        _ => is_young || counted > 0 && whose > 0,
    };
    told.then_some(young + usize::from(is_young) - at)
}

/// "big with twins", "heavy with shame and child", "teeming with an heir", "quick with child".
fn heavy_with_child(tokens: &[Token], at: usize) -> Option<usize> {
    let large = is_in(LARGE, word(tokens, at)) || word(tokens, at) == "pregnant";
    if !large || word(tokens, at + 1) != "with" {
        return None;
    }
    let mut young = at + 2 + run(tokens, at + 2, "a an the her his their another");
    if word(tokens, young + 1) == "and" {
        young += 2;
    }
    young += run(tokens, young, ORDINALS);
    is_in(YOUNG, word(tokens, young)).then_some(young + 1 - at)
}

/// "caught with her fifth", "fallen with her fourth", "near her time", "bun well and truly in the oven".
fn fell_with(tokens: &[Token], at: usize) -> Option<usize> {
    let (first, second, third) = (word(tokens, at), word(tokens, at + 1), word(tokens, at + 2));
    let fell = is_in("caught fallen fell pregnant gone", first) && second == "with";
    if fell && is_in("her their my another", third) {
        let ordinal = at + 3;
        let counted = is_in(ORDINALS, word(tokens, ordinal)) && ends(tokens, ordinal + 1);
        return counted.then_some(4);
    }
    if is_in("bun buns", first) {
        let oven = (at + 1..(at + 8).min(tokens.len())).find(|&at| word(tokens, at) == "oven")?;
        let inside = word(tokens, oven - 1) == "the" && word(tokens, oven - 2) == "in";
        let said =
            (at + 1..oven - 2).all(|at| is_in("well and truly firmly still", word(tokens, at)));
        return (inside && said).then_some(oven + 1 - at);
    }
    (first == "dilated" && is_count(tokens, at + 1)).then_some(3)
}

/// "bump", "her six-month bump", "bump number two": not "a bump in the road", "speed bump".
fn bump(tokens: &[Token], at: usize) -> Option<usize> {
    if !is_in("bump bumps", word(tokens, at)) || tokens[at].hyphen {
        return None;
    }
    let before = at.checked_sub(1).map_or(",", |before| word(tokens, before));
    let next = word(tokens, at + 1);
    let of_road =
        is_in("speed fist goose road chest razor ski mogul hit hits hitting head", before)
            || is_in("fist fists map mapping key stop ahead", next)
            || next == "in" && word(tokens, at + 2) == "the";
    let number = if next == "number" { 2 } else { 0 };
    let shown = number > 0 || ends(tokens, at + 1) && !is_in("on out", next);
    (shown && !of_road).then_some(1 + number)
}

/// "belly like a full moon", "rounded stomach" and "hand on belly" where another word is evident.
fn belly(tokens: &[Token], at: usize) -> Option<usize> {
    let shape = run(
        tokens,
        at,
        "big round rounded large huge swollen swelling growing bare stretch marked tight taut",
    );
    let belly = at + shape;
    // "in the middle of a bridge"
    let of = word(tokens, belly) == "middle" && word(tokens, belly + 1) == "of";
    if of || !is_in(BELLIES, word(tokens, belly)) || is_in("bump bumps", word(tokens, belly)) {
        return None;
    }
    let like = word(tokens, belly + 1) == "like";
    let end = if like { phrase_end(tokens, belly + 2) } else { None };
    let round = end.is_some_and(|end| is_in(ROUND, word(tokens, end - 1)));
    (round || is_evident(tokens)).then(|| end.unwrap_or(belly + 1) - at)
}

/// "unwed, showing, in the snow": between breaks nothing else shows.
fn showing(tokens: &[Token], at: usize) -> Option<usize> {
    let alone =
        at > 0 && tokens[at - 1].is_break() && tokens.get(at + 1).is_none_or(Token::is_break);
    (word(tokens, at) == "showing" && alone).then_some(1)
}

/// Words of a span of time.
const TIMES: &str = "year years day days week weeks month months hour hours fortnight";
const SPANS: &str = "year years day days week weeks month months hour hours fortnight a an one two three four five six seven eight nine ten eleven twelve \
thirteen fourteen fifteen sixteen twenty thirty forty several few couple and half just only nearly almost about over mere some of 1 2 3 4 5 6 7 \
8 9 10 11 12 14 16 20";
const STARTS: &str = "after before since year years day days weeks months hours two one several few couple just halfway midway partway late early deep well far shortly past \
approaching nearing ready week month in gone at nearly almost about a an the another her their our his my first second third water waters \
baby babies twins triplets quadruplets quads child heir awaiting waiting expecting awaits expects bearing carrying carries gestating \
caught fallen fell pregnant bun buns dilated due bump bumps showing rounded swelling growing bare stretch tight taut";
const COUNTS: &str = "three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen \
nineteen twenty thirty forty";
const LATE: &str = "five six seven eight nine";
/// Whose age is told in months.
const LITTLE_ONES: &str = "baby babies infant infants toddler toddlers newborn child kid boy girl son daughter twins puppy kitten pup \
foal calf lamb cub grandson granddaughter nephew niece";
const ORDINALS: &str =
    "first second third fourth fifth sixth seventh eighth ninth tenth next last final";
const YOUNG: &str = "baby babies child twins triplets quadruplets quads heir heirs firstborn newborn little-one pickney bairn";
const LARGE: &str =
    "big great heavy large huge swollen round full ripe blooming teeming quick plump gone";
const BELLIES: &str = "belly bellies tummy stomach abdomen tum bump bumps middle";
const ROUND: &str =
    "moon melon watermelon globe pumpkin gourd drum sail basketball beachball buoys buoy balloon";
/// Words of which one makes weeks and bellies those of a pregnancy.
const EVIDENCE: &str = "pregnant pregnancy preggo preggers preggy expecting expectant expectin maternity maternal antenatal prenatal \
obstetric obstetrics obstetrician midwife midwives doula multiparous primiparous nulliparous gravid gravida gestational gestation \
trimester ultrasound sonogram scan bump bumps womb unborn fetal foetal fetus foetus labour contractions parturient gestating \
eclampsia due";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    fn check(text: &str, expected: Option<usize>) {
        let found = expecting(&tokenize(text), 0).map(|(n_tokens, _)| n_tokens);
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn pregnancies_are_read_by_how_the_phrase_is_made() {
        check("seven months gone", Some(3));
        check("twenty weeks in, a detective", Some(3));
        check("thirty weeks, prenatal yoga", Some(2));
        check("in her sixth month", Some(4));
        check("a baby due at Christmas", Some(3));
        check("quadruplets on the way", Some(4));
        check("baby kicking inside her", Some(4));
        check("waters gone, petrol low", Some(2));
        check("awaiting their first child", Some(4));
        check("bearing the heir", Some(3));
        check("heavy with shame and child", Some(5));
        check("caught with her fifth, cobbles", Some(4));
        check("bump under a jacket", Some(1));
        check("belly like a full moon", Some(5));
    }

    #[test]
    fn who_is_due_is_no_train() {
        let found = |text: &str, at: usize| expecting(&tokenize(text), at).map(|(n, _)| n);
        assert_eq!(found("she's due any minute", 1), Some(3));
        assert_eq!(found("a mother is due in May", 3), Some(3));
        assert_eq!(found("she is 38 weeks", 2), Some(2));
        assert_eq!(found("a train due any minute", 2), None);
        assert_eq!(found("the train is due any minute", 3), None);
    }

    #[test]
    fn other_phrases_are_nothing() {
        for text in [
            "six weeks old",
            "carrying a baby",
            "bump in the road",
            "heavy with snow",
            "the baby laughs",
            "belly like a barrel",
            "in her sixth year",
        ] {
            check(text, None);
        }
    }
}
