//! Ages without the word for years: "pushing seventy", "sixty if a day", "27 summers", "will not see fifty again".

use super::ages::{AgePhrase, Cursor, MAX_AGE_YEARS, SMALL_NUMBER, THIS_YEAR, of_years, reached};
use super::grammar::is_in;
use crate::lexicon::{Entry, Lexicon};
use crate::tokens::{Clitic, Token};

/// An age said in a roundabout way, where something can be said of somebody: after a break or a word such as "both".
pub(super) fn hedged_age(tokens: &[Token], at: usize) -> Option<AgePhrase> {
    // Most words can start none of these.
    let cursor = Cursor { tokens, at };
    let may_start = starts_saying(tokens, at) || is_in(STARTS, cursor.word());
    if !may_start && !cursor.starts_number() {
        return None;
    }
    not_again(&mut cursor.clone(), at)
        .or_else(|| big_birthday(&mut cursor.clone(), at))
        .or_else(|| class_of(&mut cursor.clone(), at))
        .or_else(|| years_behind(&mut cursor.clone(), at))
        .or_else(|| at_years(&mut cursor.clone(), at))
        .or_else(|| after_pronoun(&mut cursor.clone(), at))
        .or_else(|| after_noun(&mut cursor.clone(), at))
        .or_else(|| has_years(&mut cursor.clone(), at))
        .or_else(|| months(&mut cursor.clone(), at))
        .or_else(|| about_years(&mut cursor.clone(), at))
}

fn years(cursor: &mut Cursor) -> Option<u32> {
    cursor.number().filter(|&years| (1..=MAX_AGE_YEARS).contains(&years))
}

/// "will not see fifty again", "won't see forty again"
fn not_again(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    let will = cursor.eat("will would shall");
    let not = cursor.eat("not never won't wont wouldn't ne'er");
    if !(will || not) || !cursor.eat("see") {
        return None;
    }
    let years = years(cursor)?;
    cursor.eat("again").then(|| cursor.phrase(start, of_years(years + 5)))
}

/// "the big five-oh", "the big 4-0"
fn big_birthday(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    if !(cursor.eat("the") && cursor.eat("big")) {
        return None;
    }
    let tens = years(cursor)?;
    let zero = cursor.eat("oh o 0");
    (zero || tens > SMALL_NUMBER && tens % 10 == 0)
        .then(|| cursor.phrase(start, of_years(if zero { 10 * tens } else { tens })))
}

/// "class of 2024": who left school then.
fn class_of(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    if !(cursor.eat("class") && cursor.eat("of")) {
        return None;
    }
    let year = cursor.number().filter(|year| (1940..=2035).contains(year))?;
    Some(cursor.phrase(start, of_years(THIS_YEAR.saturating_sub(year) + LEAVES_SCHOOL)))
}

/// "with ninety-nine years behind him", "eighty winters", "27 summers"
fn years_behind(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    cursor.eat("with had has of at");
    cursor.eat("some about only but full");
    if !cursor.starts_number() {
        return None;
    }
    let years = years(cursor)?;
    cursor.eat("odd long");
    let seasons = cursor.eat("summers winters springs autumns harvests monsoons");
    let counted = seasons || cursor.eat("years");
    let mut ahead = cursor.clone();
    let behind = ahead.eat("behind on upon under") && ahead.eat("him her them his their");
    let whose = ahead.at - 1;
    if behind {
        ahead.eat("back belt shoulders");
        *cursor = ahead;
    }
    let time = is_in("ago later before hence of since past earlier", cursor.word());
    let possessive = behind.then_some(whose);
    (counted && behind || seasons && !time)
        .then(|| AgePhrase { possessive, ..cursor.phrase(start, of_years(years)) })
}

/// "weary at fifty-nine,": not "at 60 degrees", nor "at six".
fn at_years(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    if !cursor.eat("at") {
        return None;
    }
    let figures = cursor.word().starts_with(|c: char| c.is_ascii_digit());
    while cursor.eat("nearly almost barely only past over about around the ripe old age of") {}
    let years = years(cursor)?;
    // "crowned at nine months"
    if cursor.eat("months weeks") {
        return (start > 0 && cursor.ends()).then(|| cursor.phrase(start, of_years(0)));
    }
    if years <= SMALL_NUMBER {
        return None;
    }
    cursor.fraction();
    let more = cursor.tokens.get(cursor.at + 1);
    // "at 17:30"
    let time =
        figures && more.is_some_and(|next| next.text.starts_with(|c: char| c.is_ascii_digit()));
    let ends = cursor.at_edge() || !figures && is_in("and but still", cursor.word());
    (ends && !time && start > 0).then(|| cursor.phrase(start, of_years(years)))
}

/// "a boy who has twelve years"
fn has_years(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    let subject = start.checked_sub(1).map(|before| &cursor.tokens[before])?;
    let somebody = is_in("who he she", &subject.text) || is_person(&subject.text);
    if !somebody || !cursor.eat("has had") {
        return None;
    }
    let years = years(cursor)?;
    (cursor.eat("years") && cursor.at_edge()).then(|| cursor.phrase(start, of_years(years)))
}

/// "a baby, six months, in a sling": months of whoever is so young.
fn months(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    let comma = start.checked_sub(1).filter(|&before| cursor.tokens[before].is_break())?;
    let young = cursor.tokens.get(comma.checked_sub(1)?)?;
    if !is_in("baby babies infant infants newborn toddler toddlers daughter son twins", &young.text)
    {
        return None;
    }
    cursor.number()?;
    (cursor.eat("months weeks days") && cursor.at_edge()).then(|| cursor.phrase(start, of_years(0)))
}

/// Whether a word is of one person or several.
fn is_person(word: &str) -> bool {
    Lexicon::v1().entry(word).is_some_and(Entry::is_person_noun)
}

/// ", about twelve," where somebody was named before it: the hour is "around six" and "past six".
fn is_apposed(cursor: &Cursor, start: usize) -> bool {
    let tokens = cursor.tokens;
    let comma = start.checked_sub(1).is_some_and(|before| tokens[before].is_break());
    let hour = is_in("around past", &tokens[start].text);
    let somebody = || {
        tokens[..start].iter().any(|token| {
            is_person(&token.text)
                || is_in("he she", &token.text)
                || token.capital && Lexicon::v1().is_given_name(&token.text)
        })
    };
    comma && !hour && cursor.at_edge() && somebody()
}

/// "she fourteen, he twelve", "both twenty-two", "one only fourteen"
fn after_pronoun(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    let before = &cursor.tokens.get(start.checked_sub(1)?)?;
    // "two sisters, one nine, the other eleven"
    let one = is_in("one other another elder younger", &before.text)
        && cursor.tokens[..start].iter().any(|token| is_person(&token.text));
    if !(one || is_in("he she both each eldest youngest oldest themselves now", &before.text))
        || before.clitic != Clitic::None
    {
        return None;
    }
    let years = years(cursor)?;
    cursor.at_edge().then(|| cursor.phrase(start, of_years(years)))
}

/// "men 40-55,", "women 30 years": figures right after a person.
fn after_noun(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    use Entry::{Group, Kin, Person, Role};
    let before = cursor.tokens.get(start.checked_sub(1)?)?;
    if !matches!(Lexicon::v1().entry(&before.text), Some(Person(_) | Kin(_) | Group(..) | Role(_)))
    {
        return None;
    }
    let years = years(cursor).filter(|&years| years > SMALL_NUMBER)?;
    let joined = cursor.tokens.get(cursor.at).is_some_and(|next| next.hyphen);
    let range =
        joined && cursor.number().is_some_and(|more| (years..=MAX_AGE_YEARS).contains(&more));
    let counted = cursor.eat("years yrs yr");
    let time = is_in("of ago later before in after experience", cursor.word());
    (range && cursor.at_edge() || counted && !time).then(|| cursor.phrase(start, of_years(years)))
}

/// "pushing seventy", "a shade under fifty", "sixty if a day", "ten or thereabouts", "a hundred and one", "three-and-thirty"
fn about_years(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    // "two hundred years"
    let more = cursor.tokens.get(start + 1).is_some_and(|next| next.text == "and");
    let counted =
        cursor.word() == "hundred" && !more && start > 0 && !cursor.tokens[start - 1].is_break();
    if counted || !starts_saying(cursor.tokens, start) {
        return None;
    }
    let hedge = hedge(cursor);
    let first = cursor.at;
    let years = years(cursor)?;
    let composed = cursor.at > first + 2
        || is_in("score", &cursor.tokens[cursor.at - 1].text)
        || cursor.tokens[first].text.ends_with("score");
    let tail = tail(cursor);
    // "around six" and "past six" are times.
    let hedged = match hedge {
        Hedge::None => false,
        Hedge::Weak => {
            years > SMALL_NUMBER
                || tail.is_some()
                || of_each(cursor.tokens, start)
                || is_apposed(cursor, start)
                || start > 0 && cursor.tokens[start - 1].text == "be"
        }
        Hedge::Strong => true,
    };
    let said = tail == Some(Tail::Strong);
    let enough = said || composed || hedged || tail.is_some() && years > 3;
    let article = composed && matches!(cursor.word(), "a" | "the");
    if !enough || !(cursor.ends() || said || article) {
        return None;
    }
    let years = reached(&cursor.tokens[start..first], years);
    let mut phrase = cursor.phrase(start, of_years(years));
    phrase.possessive = (first..cursor.at).find(|&at| is_in("he she", &cursor.tokens[at].text));
    Some(phrase)
}

/// "both under ten", "not one of them over six"
fn of_each(tokens: &[Token], at: usize) -> bool {
    at.checked_sub(1).is_some_and(|before| is_in("both all each them none", &tokens[before].text))
}

/// After a break, a verb of being or a word for one of several.
fn starts_saying(tokens: &[Token], at: usize) -> bool {
    at.checked_sub(1).is_none_or(|before| {
        tokens[before].is_break() || is_in(BEFORE_HEDGES, &tokens[before].text)
    })
}

/// "knocking on for", "close to", "the far side of" right before a number.
pub(super) fn hedged_after_noun(cursor: &mut Cursor) -> bool {
    let mut ahead = cursor.clone();
    let first = is_in(
        "knocking getting close nearer nearly the just a somewhere well going no not more less older younger",
        ahead.word(),
    );
    let found = first
        && hedge(&mut ahead) != Hedge::None
        && ahead.at > cursor.at + 1
        && ahead.starts_number();
    if found {
        *cursor = ahead;
    }
    found
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hedge {
    None,
    Weak,
    Strong,
}

fn hedge(cursor: &mut Cursor) -> Hedge {
    let mut found = Hedge::None;
    loop {
        // "a hundred" is a number.
        let number = matches!(cursor.word(), "a")
            && cursor.tokens.get(cursor.at + 1).is_some_and(|t| t.text == "hundred");
        if number {
            return found;
        }
        if cursor.eat(STRONG_HEDGES) {
            found = Hedge::Strong;
        } else if cursor.eat(WEAK_HEDGES) {
            found = if found == Hedge::Strong { found } else { Hedge::Weak };
        } else if !cursor.eat(BETWEEN_HEDGES) {
            return found;
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Tail {
    Weak,
    Strong,
}

/// What follows a number that is an age.
fn tail(cursor: &mut Cursor) -> Option<Tail> {
    let mut ahead = cursor.clone();
    let found = read_tail(&mut ahead);
    if found.is_some() {
        *cursor = ahead;
        cursor.eat("years");
    }
    // "well past eighty herself"
    cursor.eat("himself herself themselves");
    found
}

fn read_tail(cursor: &mut Cursor) -> Option<Tail> {
    if cursor.fraction() {
        return Some(Tail::Weak);
    }
    let odd = cursor.eat("odd ish plus");
    if cursor.eat("years summers winters") {
        return Some(Tail::Weak);
    }
    match cursor.word() {
        _ if odd => Some(Tail::Weak),
        "if" => {
            cursor.at += 1;
            cursor.eat("he she they");
            cursor.eat("is was");
            let day = cursor.eat("a") && cursor.eat("day");
            (day || cursor.eat("honest lucky")).then_some(Tail::Strong)
        }
        "or" => {
            cursor.at += 1;
            let loose = cursor.eat("so thereabouts more older near nearly");
            cursor.eat("enough");
            (loose || years(cursor).is_some()).then_some(Tail::Weak)
        }
        "to" | "maybe" | "perhaps" => {
            cursor.at += 1;
            years(cursor).map(|_| Tail::Weak)
        }
        "going" => {
            cursor.at += 1;
            (cursor.eat("on") && years(cursor).is_some()).then_some(Tail::Strong)
        }
        "come" => {
            cursor.at += 1;
            let day = cursor.tokens.get(cursor.at).is_some_and(|token| {
                token.capital || is_in("next spring summer autumn winter", &token.text)
            });
            cursor.at += usize::from(day);
            cursor.eat("week month spring summer autumn winter day birthday");
            day.then_some(Tail::Strong)
        }
        "and" => {
            cursor.at += 1;
            cursor.eat("up over above counting upwards").then_some(Tail::Weak)
        }
        "next" | "this" => {
            cursor.at += 1;
            cursor.eat("week month year birthday spring summer autumn winter may june july march april").then_some(Tail::Weak)
        }
        "at" => {
            cursor.at += 1;
            cursor.eat("most least").then_some(Tail::Weak)
        }
        _ => cursor
            .eat("tops max today tomorrow again thereabouts upwards already")
            .then_some(Tail::Weak),
    }
}

const LEAVES_SCHOOL: u32 = 20;
const BEFORE_HEDGES: &str = "and but is was are were be being both all each every he she they who looks looked seems one eldest \
youngest oldest now still with maybe perhaps him her them himself herself two three four";
const STARTS: &str =
    "will would shall not never won't wont wouldn't ne'er the class with had has having of at";
/// Said of ages and little else.
const STRONG_HEDGES: &str = "maybe perhaps possibly good than pushing rising turning nudging forever eternally hardly scarcely barely only cusp verge brink threshold \
knocking all yet";
const WEAK_HEDGES: &str = "about around approximately roughly circa ca nearly almost over under past above below beyond off nearer \
probably somewhere upwards north shy close hovering touching hitting approaching nearing getting going coming \
just well some easily not much more less older younger least most mid side shade region neighbourhood neighborhood \
vicinity estimated apparently reportedly supposedly between twice quite far";
/// What may stand between hedges, and makes none.
const BETWEEN_HEDGES: &str = "of on for to the a an at in year years month week day bit touch little tad hair wrong right shady sunny other from \
no is";

#[cfg(test)]
mod tests {
    use super::super::ages::age_phrase;
    use crate::axis::Stated;
    use crate::tokens::tokenize;

    fn read(text: &str, at: usize) -> Option<(usize, Stated)> {
        age_phrase(&tokenize(text), at).map(|age| (age.n_tokens, age.stated))
    }

    #[test]
    fn ages_without_years() {
        for (text, n_tokens, value) in [
            ("pushing seventy", 2, "old"),
            ("a shade under fifty, smiling", 4, "middle-aged"),
            ("fifty-five if she's a day", 6, "middle-aged"),
            ("will not see fifty again", 5, "middle-aged"),
            ("threescore and ten, a miller", 3, "old"),
            ("a hundred and one", 4, "old"),
            ("three-and-thirty", 3, "young"),
            ("rising five, Barnaby", 2, "young"),
            ("27 summers", 2, "young"),
            ("with ninety-nine years behind him", 6, "old"),
            ("ten or thereabouts", 3, "young"),
            ("on the wrong side of sixty", 6, "old"),
            ("the big three-oh", 4, "young"),
            ("eighty come Michaelmas", 3, "old"),
            ("sixteen going on seventeen,", 4, "young"),
            ("sixteenth birthday invite", 2, "young"),
            ("in the eighty-first year of his life", 8, "old"),
            ("aged fifteen and three-quarters", 5, "young"),
            ("aged 16–18, males", 4, "young"),
            ("Class X boys", 2, "young"),
            ("18 años", 2, "young"),
        ] {
            assert_eq!(read(text, 0), Some((n_tokens, Stated::Value(value))), "{text}");
        }
        for (text, at, n_tokens) in [
            ("a girl, about twelve, holds a trophy", 3, 2),
            ("two sisters, one nine, the other eleven", 4, 1),
            ("a boy who has twelve years", 3, 3),
            ("a baby, six months, in a sling", 3, 2),
            ("a lad, ten maybe eleven, on a bike", 3, 3),
        ] {
            assert_eq!(read(text, at), Some((n_tokens, Stated::Value("young"))), "{text}");
        }
    }

    #[test]
    fn counts_and_times_are_no_ages() {
        for text in [
            "around six",
            "about two dogs",
            "past the house",
            "fifty candles",
            "over a hundred dogs",
            "thirty summers ago",
            "the big five animals",
        ] {
            assert_eq!(read(text, 0), None, "{text}");
        }
        assert_eq!(read("woman at 17:30", 1), None);
        assert_eq!(read("a man, around six, rain", 3), None);
        assert_eq!(read("a square, about six, rain", 3), None);
    }
}
