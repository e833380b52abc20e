//! Persons in tags, small advertisements and filled-in forms: "1girl", "f 50,", "Gender: female."

use super::ages::{age_phrase, bare_age, of_years};
use super::grammar::is_in;
use super::term::{Category, Sense};
use super::words::lexicon_sense;
use crate::axis::{Axis, Stated, Values};
use crate::tokens::Token;

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
    if !edge(at.checked_sub(1)) {
        return None;
    }
    let text = tokens[at].text.as_str();
    if let Some(values) = letter_alone(tokens, at) {
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
    let gender = gender_of_letter(&tokens[at].text);
    // "f/11" is how wide a lens is open.
    let aperture =
        is_in("1 2 4 5 8 11 16 22 32", tokens.get(age_at).map_or("", |t| t.text.as_str()))
            && tokens[at].text == "f"
            && tokens.get(age_at + 1).is_none();
    (letter && edge && aged && !aperture).then(|| Values::default().with(Axis::Gender, gender))
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
    let Some(Sense::Head(Category::Person, values)) = lexicon_sense(&tokens[at].text) else {
        return None;
    };
    let stated = values.of(Axis::Gender).filter(|_| of_gender)?;
    let (axis, nominal) = (Axis::Gender, false);
    Some((1, Sense::Attribute { axis, stated, nominal, figure: false, possessive: None }))
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
