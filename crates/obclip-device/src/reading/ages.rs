//! Ages in figures and words: "18-year-old", "aged seven", "in her late sixties".

use super::grammar::is_in;
use super::hedges::{hedged_after_noun, hedged_age};
use crate::axis::{Stated, Values};
use crate::lexicon::{Entry, Lexicon};
use crate::tokens::{Clitic, Token};

/// A phrase that states an age.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct AgePhrase {
    /// Tokens it covers.
    pub(crate) n_tokens: usize,
    /// What it states.
    pub(crate) stated: Stated,
    /// Whether it can stand for the person ("a 7-year-old").
    pub(crate) nominal: bool,
    /// The possessive inside it ("in her sixties"), as a token position.
    pub(crate) possessive: Option<usize>,
    /// Whether it names several persons ("18-year-olds").
    pub(crate) plural: bool,
    /// Whether it is a noun for a person ("a fortysomething").
    pub(crate) noun: bool,
}

/// The age phrase that starts at `at`, if there is one.
pub(crate) fn age_phrase(tokens: &[Token], at: usize) -> Option<AgePhrase> {
    let mut cursor = Cursor { tokens, at };
    decade_phrase(&mut cursor.clone(), at, "his her their my your its hir")
        .or_else(|| brackets(&mut cursor.clone(), at))
        .or_else(|| born_in(&mut cursor.clone(), at))
        .or_else(|| counted_decade(&mut cursor.clone(), at))
        .or_else(|| turned_phrase(&mut cursor.clone(), at))
        .or_else(|| time_of_life(&mut cursor.clone(), at))
        .or_else(|| aged_phrase(&mut cursor.clone(), at))
        .or_else(|| half_years(&mut cursor.clone(), at))
        .or_else(|| years_today(&mut cursor.clone(), at))
        .or_else(|| school_year(&mut cursor.clone(), at))
        .or_else(|| hedged_age(tokens, at))
        .or_else(|| years_phrase(&mut cursor, at))
}

/// "of seven", "over 60", "nearing fifty", "of 70 years": an age only after a person noun.
pub(crate) fn loose_age(tokens: &[Token], at: usize) -> Option<AgePhrase> {
    if let Some(phrase) = decade_after_person(tokens, at) {
        return Some(phrase);
    }
    let mut cursor = Cursor { tokens, at };
    cursor.eat("well just far barely not");
    let side = cursor.eat("on")
        && cursor.eat("the")
        && cursor.eat("wrong right far other sunny shady")
        && cursor.eat("side");
    let side = side || cursor.at > at && is_in("cusp brink verge threshold edge", cursor.word());
    let going = !side
        && cursor.at == at
        && (cursor.eat("going") && cursor.eat("on") || cursor.eat("between"));
    cursor.eat("yet");
    if !going && !side && hedged_after_noun(&mut cursor) {
        // "knocking on for sixty", "close to ninety"
    } else if !going && !side && !cursor.eat(
        "of over under past above below around about roughly nearing approaching pushing almost nearly barely at rising turning hitting \
touching like maybe o circa approximately some perhaps scarcely hardly nudging reaching",
    )
    {
        return None;
    }
    while cursor.eat("about around over some the age perhaps maybe of cusp brink verge threshold") {
    }
    let said = cursor.at;
    let years = cursor.number().filter(|&years| years <= MAX_AGE_YEARS)?;
    let years = reached(&tokens[at..said], years);
    let mut range = cursor.clone();
    // "of nineteen and three goats"
    let and = range.eat("and");
    if (and || range.eat("to or")) && range.number().is_some_and(|more| !and || more > years) {
        cursor = range;
    }
    let mut up = cursor.clone();
    if up.eat("and") && up.eat("up over above") || up.eat("or") && up.eat("so thereabouts") {
        cursor = up;
    }
    if cursor.eat("years yrs year summers winters springs") {
        cursor.eat("old");
    }
    Some(cursor.phrase(at, of_years(years)))
}

/// Who is "nearing sixty" is not sixty yet.
pub(super) fn reached(before: &[Token], years: u32) -> u32 {
    const SHORT_OF: &str = "nearing approaching pushing almost nearly rising nudging reaching cusp brink verge threshold edge shy short \
under below before";
    let short = before.iter().any(|token| is_in(SHORT_OF, &token.text));
    if short { years.saturating_sub(1) } else { years }
}

/// "he is 53", "looks barely twenty", "he's thirty-eight": a number at the end of what is said of somebody.
pub(crate) fn said_age(tokens: &[Token], at: usize) -> Option<AgePhrase> {
    let said = tokens.get(at.checked_sub(1)?)?;
    let contracted = is_in("he she who", &said.text) && said.clitic == Clitic::Genitive;
    if !contracted
        && !is_in(
            "is was looks looking looked turning turned seems being hes shes whos",
            &said.text,
        )
    {
        return None;
    }
    let mut cursor = Cursor { tokens, at };
    cursor.eat("well just only barely nearly about around almost over under past not quite");
    cursor.eat("over under past");
    let years = cursor.number().filter(|&years| (1..=MAX_AGE_YEARS).contains(&years))?;
    cursor.fraction();
    // "she's 30 out of costume"
    let goes_on =
        contracted && is_in("out with under beside near behind outside inside", cursor.word());
    let ends = cursor.ends() || goes_on || cursor.word() == "years";
    ends.then(|| cursor.phrase(at, of_years(years)))
}

/// A bare number that may be an age where it stands alone beside a person.
pub(crate) fn bare_age(tokens: &[Token], at: usize) -> Option<Stated> {
    let word = tokens[at].text.as_str();
    let edge = |token: Option<&Token>| token.is_none_or(Token::is_break);
    let alone = edge(at.checked_sub(1).map(|before| &tokens[before])) && edge(tokens.get(at + 1));
    // Small numbers in words mostly count things ("two cups"); larger ones are rare but as ages.
    let ones = || {
        let ones = position(ONES, word)? as u32;
        (alone || ones > SMALL_NUMBER).then_some(ones)
    };
    // "male, 30s, slim"
    let decade = || {
        let figures = || word.strip_suffix('s')?.parse::<u32>().ok();
        let years = position(DECADES, word).map(|idx| 10 * (idx as u32 + 2)).or_else(figures)?;
        (alone && (20..=90).contains(&years) && years % 10 == 0).then_some(years + 5)
    };
    let years: u32 = word.parse().ok().or_else(|| tens(word)).or_else(ones).or_else(decade)?;
    (1..=MAX_AGE_YEARS).contains(&years).then(|| of_years(years))
}

/// "forty eight" in two words.
pub(crate) fn two_word_number(tokens: &[Token], at: usize) -> Option<u32> {
    let mut cursor = Cursor { tokens, at };
    tens(cursor.word())?;
    let years = cursor.number()?;
    (cursor.at == at + 2).then_some(years)
}

/// "twenty" to "ninety"
fn tens(word: &str) -> Option<u32> {
    let word = Some(word).filter(|word| word.ends_with("ty"))?;
    position(TENS, word).map(|idx| 10 * (idx as u32 + 2))
}

/// "one" to "nineteen", compared whole: every word of a prompt is.
fn is_in_words(word: &str) -> bool {
    match word.len() {
        3 => matches!(word, "one" | "two" | "six" | "ten"),
        4 => matches!(word, "zero" | "four" | "five" | "nine"),
        5 => matches!(word, "three" | "seven" | "eight"),
        6 => matches!(word, "eleven" | "twelve"),
        7..=9 => word.ends_with("teen") && position(ONES, word).is_some(),
        _ => false,
    }
}

/// The catalogue's value for an age in years.
pub(crate) fn of_years(years: u32) -> Stated {
    Stated::Value(match years {
        0..MIDDLE_AGE_YEARS => "young",
        MIDDLE_AGE_YEARS..OLD_AGE_YEARS => "middle-aged",
        _ => "old",
    })
}

/// A place in the sentence that moves on as words are read.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    pub(super) tokens: &'a [Token],
    pub(super) at: usize,
}

impl<'a> Cursor<'a> {
    pub(super) fn word(&self) -> &'a str {
        self.tokens.get(self.at).map_or("", |token| token.text.as_str())
    }

    pub(super) fn eat(&mut self, words: &'static str) -> bool {
        let found = is_in(words, self.word());
        self.at += usize::from(found);
        found
    }

    pub(super) fn phrase(&self, start: usize, stated: Stated) -> AgePhrase {
        let n_tokens = self.at - start;
        AgePhrase { n_tokens, stated, nominal: false, possessive: None, plural: false, noun: false }
    }

    /// Whether a number may start here, at a glance.
    pub(super) fn starts_number(&self) -> bool {
        let word = self.word();
        word.starts_with(|c: char| c.is_ascii_digit())
            || matches!(word, "a" | "hundred")
            || word.ends_with("score")
            || tens(word).is_some()
            || is_in_words(word)
    }

    /// "72", "seventy-two", "one hundred and three", "fourscore and four", "three-and-thirty".
    pub(super) fn number(&mut self) -> Option<u32> {
        if !self.starts_number() {
            return None;
        }
        // "4.5" of a child
        let figures = self.word().strip_suffix(".5").unwrap_or(self.word());
        if let Ok(number) = figures.parse::<u32>() {
            self.at += 1;
            return (number <= 9999).then_some(number);
        }
        if let Some(number) = self.old_number() {
            return Some(number);
        }
        let mut ahead = self.clone();
        ahead.eat("a");
        if ahead.eat("hundred") {
            *self = ahead;
            return Some(100 + self.rest_of_hundred());
        }
        let number = self.below_hundred()?;
        Some(if number < 10 && self.eat("hundred") {
            100 * number + self.rest_of_hundred()
        } else {
            number
        })
    }

    /// "nine", "seventy-two"
    fn below_hundred(&mut self) -> Option<u32> {
        let Some(tens) = tens(self.word()) else {
            let ones = position(ONES, self.word())? as u32;
            self.at += 1;
            return Some(ones);
        };
        self.at += 1;
        let ones = position(ONES, self.word()).filter(|&ones| (1..10).contains(&ones));
        self.at += usize::from(ones.is_some());
        Some(tens + ones.unwrap_or(0) as u32)
    }

    /// "and three" of "a hundred and three"
    fn rest_of_hundred(&mut self) -> u32 {
        let mut ahead = self.clone();
        let more = ahead.eat("and").then(|| ahead.below_hundred()).flatten();
        if more.is_some() {
            *self = ahead;
        }
        more.unwrap_or(0)
    }

    /// "threescore and ten", "four score", "three-and-thirty"
    fn old_number(&mut self) -> Option<u32> {
        let mut ahead = self.clone();
        let first = ahead.word();
        let glued = first.strip_suffix("score").filter(|ones| !ones.is_empty());
        let ones =
            position(ONES, glued.unwrap_or(first)).filter(|ones| (1..10).contains(ones))? as u32;
        ahead.at += 1;
        let years = if glued.is_some() || ahead.eat("score") {
            20 * ones + ahead.rest_of_hundred()
        } else {
            let joined = ahead.tokens.get(ahead.at).is_some_and(|token| token.hyphen);
            let tens = (joined && ahead.eat("and")).then(|| tens(ahead.word())).flatten()?;
            ahead.at += 1;
            tens + ones
        };
        *self = ahead;
        Some(years)
    }

    /// "third", "60th", "eighty-first"
    fn ordinal(&mut self) -> Option<u32> {
        let word = self.word();
        let ends = ["th", "st", "nd", "rd"].iter().any(|end| word.ends_with(end));
        if !ends && !word.ends_with("ty") {
            return None;
        }
        let figures =
            || ["th", "st", "nd", "rd"].iter().find_map(|end| word.strip_suffix(end)?.parse().ok());
        let found = position(TENTHS, word)
            .map(|idx| 10 * (idx as u32 + 2))
            .or_else(|| position(ORDINALS, word).map(|idx| idx as u32 + 1))
            .or_else(figures);
        if found.is_some() {
            self.at += 1;
            return found;
        }
        let tens = tens(word)?;
        let next = self.tokens.get(self.at + 1)?;
        let ones = position(ORDINALS, &next.text).filter(|&idx| idx < 9)? as u32 + 1;
        self.at += 2;
        Some(tens + ones)
    }

    /// "16–18": a dash between figures is a break to the tokens.
    fn dash(&mut self) -> bool {
        let Some([before, dash, after]) =
            self.at.checked_sub(1).and_then(|at| self.tokens.get(at..at + 3))
        else {
            return false;
        };
        let figures = |token: &Token| token.text.parse::<u32>().is_ok();
        let close = before.end == dash.start && dash.end == after.start;
        let joins = dash.is_break()
            && dash.end > dash.start + 1
            && close
            && figures(before)
            && figures(after);
        self.at += usize::from(joins);
        joins
    }

    /// "and a half", "and three-quarters"
    pub(super) fn fraction(&mut self) -> bool {
        let mut ahead = self.clone();
        let found =
            ahead.eat("and") && ahead.eat("a three") && ahead.eat("half quarter quarters bit");
        if found {
            *self = ahead;
        }
        found
    }

    /// Whether a phrase can end here: at a break, or before what goes on about the same person.
    pub(super) fn ends(&self) -> bool {
        self.tokens.get(self.at).is_none_or(|next| {
            next.is_break()
                || is_in("and but with in on at by who when while as still yet", &next.text)
                    && !next.hyphen
        })
    }

    /// A break or the end of the text.
    pub(super) fn at_edge(&self) -> bool {
        self.tokens.get(self.at).is_none_or(Token::is_break)
    }

    /// "eights" of "under-eights"
    fn several_ones(&mut self) -> Option<u32> {
        let one = self.word().strip_suffix("es").or(self.word().strip_suffix('s'))?;
        let years = position(ONES, one).or_else(|| position(ONES, &format!("{one}e")))?;
        self.at += 1;
        (years > 3).then_some(years as u32)
    }

    /// "sixties", "60s", "60's", "teens": the years in its middle.
    fn decade(&mut self) -> Option<u32> {
        let token = self.tokens.get(self.at)?;
        let figures = token.text.strip_suffix('s').or(match token.clitic {
            Clitic::Genitive => Some(token.text.as_str()),
            _ => None,
        });
        let years = match figures.and_then(|figures| figures.parse::<u32>().ok()) {
            Some(years) => (10..=100).contains(&years).then_some(years)?,
            None if token.text == "teens" => 10,
            None => 10 * (position(DECADES, &token.text)? as u32 + 2),
        };
        self.at += 1;
        Some(years + 5)
    }
}

/// "in her late sixties", "late 20s"; "the sixties" and "60s" alone are no age.
fn decade_phrase(cursor: &mut Cursor, start: usize, owners: &'static str) -> Option<AgePhrase> {
    cursor.eat("barely just only scarcely hardly not long");
    // "barely out of her teens"
    let out = cursor.eat("out") && cursor.eat("of") || cursor.eat("past beyond leaving");
    let inside = out || cursor.eat("in into entering well");
    let possessive = cursor.at;
    let possessed = cursor.eat(owners);
    let mut shift = None;
    while let Some(next) = position(PARTS_OF_DECADE, cursor.word()) {
        shift = Some(next);
        cursor.at += 1;
        cursor.eat("to");
    }
    let years = cursor.decade()?;
    if !(possessed || shift.is_some()) || possessed && !inside {
        return None;
    }
    let years = match shift {
        Some(0) => years - 3,
        Some(2) => years + 3,
        _ => years,
    };
    let mut phrase = cursor.phrase(start, of_years(years));
    phrase.possessive = possessed.then_some(possessive);
    Some(phrase)
}

/// "just turned 21", "turning fifty"; not "turned 90 degrees".
fn turned_phrase(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    cursor.eat("just recently newly about");
    if cursor.at > start {
        cursor.eat("to");
    }
    if !cursor.eat("turned turning turns turn") {
        return None;
    }
    let years = cursor.number().filter(|&years| (1..=MAX_AGE_YEARS).contains(&years))?;
    let counts = matches!(cursor.word(), "degrees" | "times" | "pages" | "corners" | "heads");
    if cursor.eat("today yesterday tomorrow last this") {
        cursor.eat("week month year spring summer autumn winter morning afternoon evening sunday");
    }
    (!counts).then(|| cursor.phrase(start, of_years(years)))
}

/// "in the prime of youth", "in her twilight years", "in the autumn of his life".
fn time_of_life(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    if !cursor.eat("in at of") {
        return None;
    }
    let mut possessive = cursor.at;
    let mut possessed = cursor.eat("his her their");
    let bare = !possessed && !cursor.eat("the");
    let part = cursor.word();
    let stated = position(EARLY_PARTS, part)
        .map(|_| "young")
        .or(position(LATE_PARTS, part).map(|_| "old"))
        .or((part == "prime").then_some("middle-aged"))?;
    cursor.at += 1;
    let of = cursor.eat("of");
    if of && !possessed {
        possessive = cursor.at;
        possessed = cursor.eat("his her their");
    }
    let youth = cursor.eat("youth boyhood girlhood childhood");
    let whole = youth || cursor.eat("life years days adulthood womanhood manhood");
    let stands_alone = part == "prime" && possessed && !of;
    if !(whole || stands_alone) || bare && !youth {
        return None;
    }
    let stated = Stated::Value(if youth { "young" } else { stated });
    let mut phrase = cursor.phrase(start, stated);
    phrase.possessive = possessed.then_some(possessive);
    Some(phrase)
}

/// "Otto, two and a half,": alone between breaks.
fn half_years(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    let edge =
        |at: Option<usize>| at.and_then(|at| cursor.tokens.get(at)).is_none_or(Token::is_break);
    if start == 0 || !edge(start.checked_sub(1)) {
        return None;
    }
    let mut ahead = cursor.clone();
    let years = ahead.number().filter(|&years| years < SCHOOL_AGE_YEARS)?;
    let half = ahead.eat("and") && ahead.eat("a") && ahead.eat("half") && edge(Some(ahead.at));
    half.then(|| ahead.phrase(start, of_years(years)))
}

/// "three today", "forty next week" between breaks, and "four and seven" behind several persons.
fn years_today(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    let (before, several) = (start.checked_sub(1)?, start.checked_sub(2)?);
    if !cursor.tokens[before].is_break() || !cursor.starts_number() {
        return None;
    }
    let years = cursor.number().filter(|&years| (1..=MAX_AGE_YEARS).contains(&years))?;
    let mut pair = cursor.clone();
    let group = matches!(
        Lexicon::v1().entry(&cursor.tokens[several].text),
        Some(Entry::Group(_, values)) if *values != Values::default()
    );
    if group && pair.eat("and &") && pair.number().is_some() && pair.at_edge() {
        return Some(pair.phrase(start, of_years(years)));
    }
    let today = cursor.eat("today tomorrow yesterday")
        || cursor.eat("next last this") && cursor.eat("week month birthday");
    (today && cursor.at_edge()).then(|| cursor.phrase(start, of_years(years)))
}

/// "in year 9", "in the fifth grade", "in sixth form", "Year 6 pupils", "Primary 4 lass", "Class X boys", "P5 class photo",
/// "ninth-grade trumpeter", "U12 girls".
fn school_year(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    let inside = cursor.eat("in");
    let after = start.checked_sub(1).map_or("", |at| cursor.tokens[at].text.as_str());
    let inside = inside || is_in("of to for into since from starting start finishing", after);
    cursor.eat("the his her their");
    let first = cursor.at;
    let lettered = lettered_year(cursor.word());
    cursor.at += usize::from(lettered);
    let named = !lettered && cursor.eat("year grade primary standard class form yr");
    let hyphened = |cursor: &Cursor| cursor.tokens[cursor.at - 1].hyphen;
    let found = if named {
        counted_year(cursor) && (is_in("year grade yr", &cursor.tokens[first].text) || !inside)
    } else {
        lettered
            || cursor.ordinal().is_some_and(|year| year < SCHOOL_AGE_YEARS)
                && cursor.eat("grade form")
    };
    let whole = !lettered && found && !named && hyphened(cursor);
    let team = lettered && cursor.tokens[first].text.starts_with('u') && !cursor.at_edge();
    let pupils = team || is_in(PUPILS, cursor.word());
    let ends = cursor.ends();
    (found && (pupils || whole || !lettered && inside && ends))
        .then(|| cursor.phrase(start, Stated::Value("young")))
}

/// "9", "five", "X"
fn counted_year(cursor: &mut Cursor) -> bool {
    let roman = cursor.eat("i ii iii iv v vi vii viii ix x xi xii");
    roman || cursor.number().is_some_and(|year| year < SCHOOL_AGE_YEARS)
}

/// "p5", "u12", "y9", "k6"
fn lettered_year(word: &str) -> bool {
    let nigerian =
        ["jss", "sss", "ss", "js", "ks"].iter().find_map(|start| word.strip_prefix(start));
    let Some(rest) = nigerian.or(word.strip_prefix(['p', 'u', 'y', 'k', 's'])) else {
        return false;
    };
    let least = if word.starts_with('u') { 5 } else { 1 };
    rest.parse::<u32>().is_ok_and(|year| (least..24).contains(&year))
}

/// "over-70s", "under 18s", "sixty plus", "73 years young", "eighty odd years".
fn brackets(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    if cursor.eat("over under") {
        // "under-11 football team"
        let mut ahead = cursor.clone();
        let joined = ahead.tokens.get(ahead.at).is_some_and(|token| token.hyphen);
        if let Some(years) =
            ahead.number().filter(|years| joined && (4..=MAX_AGE_YEARS).contains(years))
        {
            return Some(ahead.phrase(start, of_years(years)));
        }
        let years = cursor.decade().map(|years| years - 5).or_else(|| cursor.several_ones())?;
        return Some(AgePhrase { plural: true, ..cursor.phrase(start, of_years(years)) });
    }
    let years = cursor.number().filter(|&years| (10..=MAX_AGE_YEARS).contains(&years))?;
    if cursor.eat("plus") || cursor.eat("odd") && cursor.eat("years") && cursor.eat("old") {
        return Some(cursor.phrase(start, of_years(years)));
    }
    let young = cursor.eat("years year") && cursor.eat("young");
    young.then(|| AgePhrase { nominal: true, ..cursor.phrase(start, of_years(years)) })
}

/// "born in 1940": the years from then to when this was written.
fn born_in(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    let born = cursor.eat("born") && (cursor.eat("in") || cursor.word().len() == 4);
    // "b. 1984"
    let said = born
        || cursor.eat("b") && cursor.eat(",")
        || cursor.eat("dob yob birthyear birthdate")
            && (cursor.eat(",") || cursor.word().len() == 4);
    if !said {
        return None;
    }
    let year = cursor.number().filter(|year| (1900..=THIS_YEAR).contains(year))?;
    Some(cursor.phrase(start, of_years(THIS_YEAR - year)))
}

/// "in her ninth decade", "approaching her hundredth birthday", "in his eightieth year", "his 60th,", "sixteenth birthday",
/// "in the eighty-first year of his life".
fn counted_decade(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    cursor.eat("in into entering on approaching nearing celebrating after before past for");
    let mut possessive = cursor.at;
    let mut possessed = cursor.eat("his her their my our your");
    let whose = possessed
        || start.checked_sub(1).is_some_and(|at| cursor.tokens[at].clitic == Clitic::Genitive);
    let the = !possessed && cursor.eat("the");
    let ordinal = cursor.ordinal()?;
    let birthday = cursor.eat("birthday birthdays bday birthdate");
    let decade = !birthday && cursor.eat("decade");
    let year = !birthday && !decade && cursor.eat("year");
    if !possessed && (year || decade) && cursor.eat("of") {
        possessive = cursor.at;
        possessed = cursor.eat("his her their") && cursor.eat("life age");
        if !possessed {
            return None;
        }
    }
    let hyphened = decade && cursor.tokens[cursor.at - 1].hyphen;
    let alone = whose && !the && ordinal > SMALL_NUMBER && (cursor.ends() || cursor.word() == "of");
    if !(birthday || hyphened || possessed && (year || decade) || alone) {
        return None;
    }
    let years = if decade { 10 * (ordinal - u32::from(ordinal > 0)) + 5 } else { ordinal };
    let mut phrase = cursor.phrase(start, of_years(years));
    let says = is_in("his her their", &cursor.tokens[possessive.min(cursor.at - 1)].text);
    phrase.possessive = (possessed && says).then_some(possessive);
    Some(phrase)
}

/// "in the early twenties" right after a person; elsewhere it is a time.
fn decade_after_person(tokens: &[Token], at: usize) -> Option<AgePhrase> {
    decade_phrase(&mut Cursor { tokens, at }, at, "the")
}

/// "aged 7", "age 72", "at the age of twelve", "aged 60 to 70".
fn aged_phrase(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    if cursor.eat("at with") {
        cursor.eat("the an");
    }
    let aged = cursor.eat("aged age ages");
    if !aged {
        return None;
    }
    cursor.eat("of about around over under between approximately nearly roughly");
    cursor.eat(",");
    let years = cursor.number()?;
    let mut range = cursor.clone();
    // "aged 40 and three goats"
    let and = range.eat("and");
    let joined = and || range.eat("to or") || range.dash();
    let goes_on = joined && range.number().is_some_and(|more| !and || more > years);
    if !cursor.fraction() && goes_on {
        *cursor = range;
    }
    let months = matches!(cursor.word(), "months" | "weeks" | "days");
    if cursor.eat("years year yrs months weeks days") {
        let mut more = cursor.clone();
        more.eat("and");
        if more.number().is_some() && more.eat("months month weeks days") {
            *cursor = more;
        }
        cursor.eat("old");
    }
    Some(cursor.phrase(start, of_years(if months { 0 } else { years })))
}

/// "18-year-old", "about 72 years old", "72yo", "6 months old", "thirty-something".
fn years_phrase(cursor: &mut Cursor, start: usize) -> Option<AgePhrase> {
    cursor.eat("well just only barely");
    cursor.eat("about around approximately roughly nearly almost over under past barely");
    if let Some(years) = glued_something(cursor.word()) {
        let word = cursor.word();
        cursor.at += 1;
        let (plural, noun) = (word.ends_with('s'), !word.ends_with("ish"));
        return Some(AgePhrase {
            nominal: true,
            plural,
            noun,
            ..cursor.phrase(start, of_years(years))
        });
    }
    let glued = glued_years(cursor.word());
    let years = match glued {
        Some(years) => {
            cursor.at += 1;
            years
        }
        None => cursor.number()?,
    };
    cursor.fraction();
    if cursor.word() == "and" {
        return None;
    }
    let joined = cursor.tokens.get(cursor.at).is_some_and(|token| token.hyphen);
    if cursor.eat("to or") || cursor.dash() || joined && cursor.word().parse::<u32>().is_ok() {
        cursor.number()?;
    }
    if cursor.eat("something somethings ish") {
        let last = &cursor.tokens[cursor.at - 1].text;
        let (plural, noun) = (last.ends_with('s'), last != "ish");
        return Some(AgePhrase {
            nominal: true,
            plural,
            noun,
            ..cursor.phrase(start, of_years(years + 5))
        });
    }
    let young = cursor.eat("month months week weeks day days hour hours minute minutes mo");
    // "one an immigrant"
    let article =
        cursor.word() == "an" && start + 1 == cursor.at && cursor.tokens[start].text == "one";
    let foreign = !young && !article && cursor.eat(YEARS_ABROAD);
    let unit = young || foreign || glued.is_some() || cursor.eat("year years yr yrs y yo yos");
    let short = unit && matches!(cursor.tokens[cursor.at - 1].text.as_str(), "yr" | "yrs" | "y");
    let verb = matches!(cursor.word(), "is" | "was");
    let bare_unit = glued.is_some()
        || foreign
        || short && (cursor.at_edge() && start > 0 || verb)
        || cursor.tokens[cursor.at - 1].text.starts_with("yo");
    let plural = cursor.word() == "olds" || cursor.tokens[cursor.at - 1].text == "yos";
    let old = cursor.eat("old olds o") || {
        let mut ahead = cursor.clone();
        let of_age = ahead.eat("of") && ahead.eat("age");
        cursor.at = if of_age { ahead.at } else { cursor.at };
        of_age
    };
    if !(unit && (old || bare_unit)) {
        return None;
    }
    // "forty years old today, …"
    let mut today = cursor.clone();
    if today.eat("today now tomorrow already") && today.ends() || foreign && today.eat("alt ka ki")
    {
        *cursor = today;
    }
    let stated = of_years(if young { 0 } else { years });
    Some(AgePhrase { nominal: true, plural, ..cursor.phrase(start, stated) })
}

/// "72yo", "18yr"
fn glued_years(word: &str) -> Option<u32> {
    ["yearsold", "yearold", "yo", "yrs", "yr", "y"]
        .iter()
        .find_map(|unit| word.strip_suffix(unit)?.parse().ok())
}

/// "fiftysomething", "40something", "fortyish": the years in the middle of what it says.
fn glued_something(word: &str) -> Option<u32> {
    let (number, more) = match word.strip_suffix("ish") {
        Some(number) => (number, 0),
        None => (word.strip_suffix("somethings").or(word.strip_suffix("something"))?, 5),
    };
    Some(number.parse().ok().or_else(|| tens(number))? + more)
}

fn position(words: &str, word: &str) -> Option<usize> {
    // By bytes, like `is_in`.
    words.as_bytes().split(|&byte| byte == b' ').position(|listed| listed == word.as_bytes())
}

/// Who is in a school year or a team of an age.
const PUPILS: &str = "pupil pupils student students learner learners class boy boys girl girls kid kids child children lad lads \
lass lasses schoolboy schoolgirl schoolchildren leaver leavers prefect prefects teacher team squad side footballers players \
goalie match league footballer player swimmer swimmers";
/// Spanish, Portuguese, French, German, Italian, Dutch, Hindi, Turkish, Polish, Indonesian and Swedish for years.
const YEARS_ABROAD: &str =
    "anos ans an jahre jahren anni jaar saal sal baras yas yasinda lat tahun ar letni";
const EARLY_PARTS: &str = "bloom flower flush springtime spring dawn morning tender";
const LATE_PARTS: &str =
    "autumn winter evening sunset twilight golden later advanced final declining";
const PARTS_OF_DECADE: &str = "early mid late middle";
const ORDINALS: &str = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth \
fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth";
const TENTHS: &str =
    "twentieth thirtieth fortieth fiftieth sixtieth seventieth eightieth ninetieth hundredth";
const ONES: &str = "zero one two three four five six seven eight nine ten eleven twelve thirteen \
fourteen fifteen sixteen seventeen eighteen nineteen";
const TENS: &str = "twenty thirty forty fifty sixty seventy eighty ninety";
const DECADES: &str = "twenties thirties forties fifties sixties seventies eighties nineties";
/// From this age on a person is middle-aged, then old.
const MIDDLE_AGE_YEARS: u32 = 35;
const OLD_AGE_YEARS: u32 = 60;
pub(super) const MAX_AGE_YEARS: u32 = 110;
const SCHOOL_AGE_YEARS: u32 = 14;
/// Good to a decade: the values are three.
pub(super) const THIS_YEAR: u32 = 2026;
pub(super) const SMALL_NUMBER: u32 = 12;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    fn check(text: &str, n_tokens: usize, value: &str) {
        let found = age_phrase(&tokenize(text), 0).unwrap_or_else(|| panic!("{text}"));
        let stated = match found.stated {
            Stated::Value(value) => value,
            Stated::Unlisted => "unlisted",
        };
        assert_eq!((found.n_tokens, stated), (n_tokens, value), "{text}");
    }

    #[test]
    fn ages_in_figures_words_and_decades() {
        check("18-year-old girl", 3, "young");
        check("72 years old", 3, "old");
        check("seventy-two years of age", 5, "old");
        check("45yo man", 1, "middle-aged");
        check("6-month-old baby", 3, "young");
        check("aged 7", 2, "young");
        check("at the age of ninety", 5, "old");
        check("aged 60 to 70", 4, "old");
        check("in her sixties", 3, "old");
        check("in his late thirties", 4, "middle-aged");
        check("in her early 30s", 4, "young");
        check("in their 60's", 3, "old");
        check("in her mid-to-late forties", 6, "middle-aged");
        check("30-40 years old", 4, "young");
        check("sixty-something", 2, "old");
        check("300 year old", 3, "old");
        check("about 40 years old", 4, "middle-aged");
        check("barely twenty years old", 4, "young");
        check("44 y/o", 2, "middle-aged");
        check("71y.o.", 1, "old");
        check("fiftysomething", 1, "middle-aged");
        check("fortyish", 1, "middle-aged");
        check("70-something", 2, "old");
        let of_seven = loose_age(&tokenize("of seven"), 0).map(|age| age.stated);
        assert_eq!(of_seven, Some(Stated::Value("young")));
    }

    #[test]
    fn decades_and_counts_are_no_ages() {
        for text in
            ["the sixties", "90s style", "in the 60s", "72 houses", "two years", "in her hat"]
        {
            assert_eq!(age_phrase(&tokenize(text), 0), None, "{text}");
        }
        let bare = |text: &str, at| bare_age(&tokenize(text), at);
        assert_eq!(bare("72", 0), Some(Stated::Value("old")));
        assert_eq!(bare("seventy candles", 0), Some(Stated::Value("old")));
        assert_eq!(bare("a girl, seven, smiling", 3), Some(Stated::Value("young")));
        assert_eq!(bare("seven candles", 0), None);
        assert_eq!(bare("1950", 0), None);
    }
}
