//! Persons in tags, small advertisements and filled-in forms: "1girl", "f 50,", "Gender: female."

use std::ops::Range;

use super::ages::{age_phrase, bare_age, of_years};
use super::doing::says_doing;
use super::grammar::{Little, is_in, little};
use super::term::{Category, Sense};
use super::words::lexicon_sense;
use crate::axis::{Axis, Stated, Values};
use crate::lexicon::{Entry, Lexicon};
use crate::tokens::{JOINED, Token};

/// "1girl", "2boys": the tags of picture sites.
pub(super) fn counted(text: &str) -> Option<Sense> {
    let noun = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let counted = noun.len() < text.len();
    let sense = lexicon_sense(noun).filter(|_| counted)?;
    matches!(sense, Sense::Head(Category::Person, _) | Sense::Group { .. }).then_some(sense)
}

/// "f 50," and "32m": sex and age as in small advertisements, alone between commas.
pub(super) fn shorthand(tokens: &[Token], at: usize) -> Option<(usize, Sense)> {
    let edge = |at: Option<usize>| at.and_then(|at| tokens.get(at)).is_none_or(Token::is_break);
    if let Some(values) = glued_letter(tokens, at) {
        return Some((1, Sense::Head(Category::Person, values)));
    }
    if !edge(at.checked_sub(1)) {
        return None;
    }
    let text = tokens[at].text.as_str();
    if let Some(values) = letter_alone(tokens, at).or_else(|| letters_of_files(tokens, at)) {
        return Some((1, Sense::Head(Category::Person, values)));
    }
    let two = || Some((text, tokens.get(at + 1)?.text.as_str()));
    let figures = |text: &str| text.parse::<u32>().ok().filter(|years| (10..100).contains(years));
    let letters = |text: &str| matches!(text, "f" | "m" | "nb");
    let split =
        text.find(|c: char| c.is_ascii_digit() != text.starts_with(|c: char| c.is_ascii_digit()));
    let (n_tokens, first, second) = match split {
        Some(middle) => (1, &text[..middle], &text[middle..]),
        None => two().map(|(first, second)| (2, first, second))?,
    };
    let (letter, years) = match (letters(first), letters(second)) {
        (true, false) => (first, figures(second)?),
        (false, true) => (second, figures(first)?),
        _ => return None,
    };
    let gender = gender_of_letter(letter);
    let values = Values::default().with(Axis::Gender, gender).with(Axis::Age, of_years(years));
    // "34F with two cats"
    let goes_on = split.is_some()
        && tokens
            .get(at + 1)
            .is_some_and(|next| is_in("with seeking looking in for at on", &next.text));
    (goes_on || edge(Some(at + n_tokens)))
        .then_some((n_tokens, Sense::Head(Category::Person, values)))
}

/// "her bf 31M painting a wall", "29F and her dog", "a 44m scottish fisherman": no metres, by the person on either side.
fn glued_letter(tokens: &[Token], at: usize) -> Option<Values> {
    let text = tokens[at].text.as_str();
    let (years, letter) = text.split_at_checked(2)?;
    let years: u32 = years.parse().ok().filter(|years| (10..100).contains(years))?;
    let gender = matches!(letter, "f" | "m" | "nb").then(|| gender_of_letter(letter))?;
    let entry = |at: usize| tokens.get(at).and_then(|token| Lexicon::v1().entry(&token.text));
    let person = |at: usize| entry(at).is_some_and(Entry::is_person_noun);
    let word = |at: usize| tokens.get(at).map_or("", |token| token.text.as_str());
    let people = matches!(entry(at + 1), Some(Entry::Attribute(Axis::Ethnicity, _)));
    let before = at.checked_sub(1);
    let after_noun = before.is_some_and(person)
        && (says_doing(word(at + 1)) || matches!(little(word(at + 1)), Some(Little::Preposition)));
    let before_own =
        word(at + 1) == "and" && matches!(word(at + 2), "her" | "his" | "their" | "my");
    let described = before.is_none_or(|before| is_in("a my", word(before)))
        && people
        && (person(at + 2) || person(at + 3));
    (after_noun || before_own || described)
        .then(|| Values::default().with(Axis::Gender, gender).with(Axis::Age, of_years(years)))
}

/// "f/81" and "m/28", which the tokens join for it may be how wide a lens is open: sex and age again, like "F/81", where the
/// rest speaks of somebody. By the form alone, never by the figure.
pub(super) fn part_letters(tokens: Vec<Token>) -> Vec<Token> {
    let somebody = |token: &Token| {
        let entry = Lexicon::v1().entry(&token.text);
        entry
            .is_some_and(|entry| entry.is_person_noun() || matches!(entry, Entry::Pronoun(Some(_))))
    };
    let joined = |token: &Token| token.text.contains(JOINED);
    if !tokens.iter().any(joined) || !tokens.iter().any(somebody) {
        return tokens;
    }
    tokens.into_iter().flat_map(|token| parted(&token).unwrap_or_else(|| vec![token])).collect()
}

/// The letter, a break and the figure.
fn parted(token: &Token) -> Option<Vec<Token>> {
    let (letter, figure) = token.text.split_once(JOINED)?;
    let sex = matches!(letter, "f" | "m") && figure.len() == 2;
    let middle = token.end.checked_sub(figure.len() + 1)?;
    let part = |text: &str, start: usize, end: usize| Token {
        text: text.to_owned(),
        start,
        end,
        ..token.clone()
    };
    (sex && middle == token.start + 1).then(|| {
        vec![
            part(letter, token.start, middle),
            part(",", middle, middle + 1),
            part(figure, middle + 1, token.end),
        ]
    })
}

/// "BM, 45" and "WF, 50s": race and sex as police files have them, before an age.
fn letters_of_files(tokens: &[Token], at: usize) -> Option<Values> {
    let ethnicity = match tokens[at].text.as_str() {
        "bm" => "african",
        "wm" | "wf" => "european",
        "hm" | "hf" | "lm" | "lf" => "latino",
        _ => return None,
    };
    let aged = tokens.get(at + 1).is_some_and(Token::is_break)
        && tokens.get(at + 2).is_some()
        && bare_age(tokens, at + 2).is_some();
    let gender = gender_of_letter(&tokens[at].text[1..]);
    (tokens[at].upper && aged).then(|| {
        let values = Values::default().with(Axis::Gender, gender);
        values.with(Axis::Ethnicity, Stated::Value(ethnicity))
    })
}

fn gender_of_letter(letter: &str) -> Stated {
    match letter {
        "f" => Stated::Value("female"),
        "m" => Stated::Value("male"),
        _ => Stated::Unlisted,
    }
}

/// "F, 34, Chilean" and "m/29/Dutch": the letter of a form, before an age between breaks.
fn letter_alone(tokens: &[Token], at: usize) -> Option<Values> {
    let letter = matches!(tokens[at].text.as_str(), "f" | "m" | "nb");
    let edge = tokens.get(at + 1).is_some_and(Token::is_break);
    let age_at = at + 2;
    let aged = tokens.get(age_at).is_some()
        && (bare_age(tokens, age_at).is_some() || age_phrase(tokens, age_at).is_some());
    // "34yo, korean, f, short bob"
    let described = at > 1
        && tokens[at - 1].is_break()
        && tokens[..at - 1].iter().enumerate().any(|(before, token)| {
            matches!(Lexicon::v1().entry(&token.text), Some(Entry::Attribute(Axis::Ethnicity, _)))
                || age_phrase(tokens, before).is_some_and(|age| age.nominal)
        });
    let gender = gender_of_letter(&tokens[at].text);
    // "f/11" is how wide a lens is open.
    let aperture =
        is_in("1 2 4 5 8 11 16 22 32", tokens.get(age_at).map_or("", |t| t.text.as_str()))
            && tokens[at].text == "f"
            && tokens.get(age_at + 1).is_none();
    (letter && edge && (aged && !aperture || described))
        .then(|| Values::default().with(Axis::Gender, gender))
}

/// "Gender: female." and "origin=Korean;": the name of a field, and of "gender" its value too.
pub(super) fn field(tokens: &[Token], at: usize) -> Option<(usize, Sense)> {
    let starts = at.checked_sub(1).is_none_or(|before| tokens[before].is_break());
    let assigns = |at: usize| tokens.get(at).is_some_and(|token| token.assigns);
    if starts && assigns(at + 1) && is_field(&tokens[at].text) {
        return Some((1, Sense::Field));
    }
    let of_gender =
        at > 1 && assigns(at - 1) && matches!(tokens[at - 2].text.as_str(), "gender" | "sex");
    let letter = matches!(tokens[at].text.as_str(), "f" | "m" | "x" | "nb");
    let stated = match lexicon_sense(&tokens[at].text) {
        _ if of_gender && letter => gender_of_letter(&tokens[at].text),
        Some(Sense::Head(Category::Person, values)) => {
            values.of(Axis::Gender).filter(|_| of_gender)?
        }
        _ => return None,
    };
    let (axis, nominal) = (Axis::Gender, false);
    Some((1, Sense::Attribute { axis, stated, nominal, figure: false, possessive: None }))
}

/// Whether the words are what a field holds ("m" of "sex: m"), or a field and what it holds ("age: 33").
pub(super) fn is_in_form(tokens: &[Token], words: &Range<usize>) -> bool {
    let whole = tokens[words.clone()].iter().any(|token| token.assigns);
    let of_field = words.start > 1
        && tokens[words.start - 1].assigns
        && is_field(&tokens[words.start - 2].text);
    whole || of_field
}

fn is_field(word: &str) -> bool {
    matches!(
        word,
        "gender"
            | "sex"
            | "age"
            | "ethnicity"
            | "race"
            | "origin"
            | "nationality"
            | "heritage"
            | "religion"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tokens::tokenize;

    #[test]
    fn an_aperture_is_sex_and_age_where_somebody_is_spoken_of() {
        let parts = |text: &str| part_letters(tokenize(text)).len();
        assert_eq!(parts("my friend, f/81"), parts("my friend, F/81"));
        assert_eq!(parts("a church, f/16"), 4);
        let friend = part_letters(tokenize("my friend, m/48, comic"));
        assert!(shorthand(&friend, 3).is_some());
    }

    #[test]
    fn letters_beside_persons_are_no_metres() {
        assert!(shorthand(&tokenize("her husband 31m painting the hall"), 2).is_some());
        assert!(shorthand(&tokenize("a 31m crane"), 1).is_none());
    }
}
