//! From pattern, forms and personas to text.

use std::collections::BTreeMap;

use super::article::{ARTICLE, ARTICLE_CAPITAL, resolve};
use super::data::{Data, Piece, pieces};
use super::random::Random;
use super::{Persona, Prompt};

/// What fills one person's slots, apart from the words.
#[derive(Clone, Default)]
pub(super) struct Casting<'a> {
    /// The text of the noun phrase, empty where the pattern has slots instead.
    pub(super) form: &'a str,
    /// The head noun, empty where the person has none.
    pub(super) role: &'a str,
    /// Values to keep to; axes beyond them are drawn.
    pub(super) fixed: Persona,
    /// Slots that have neutral words take them.
    pub(super) neutral: bool,
}

/// Fills a pattern; decks keep the words of every slot coming round evenly.
pub(super) struct Filler<'d> {
    data: &'d Data,
    random: Random,
    decks: BTreeMap<(&'d str, &'d str), Vec<&'d str>>,
}

impl<'d> Filler<'d> {
    pub(super) fn new(data: &'d Data, seed: u64) -> Self {
        Self { data, random: Random::new(seed), decks: BTreeMap::new() }
    }

    pub(super) fn random(&mut self) -> &mut Random {
        &mut self.random
    }

    /// Fills `pattern` for the persons of `castings`; `None` if the drawn words cannot agree.
    pub(super) fn prompt(&mut self, pattern: &str, castings: &[Casting<'_>]) -> Option<Prompt> {
        let mut personas: Vec<Persona> = castings.iter().map(|c| c.fixed.clone()).collect();
        let phrases: Vec<String> = castings
            .iter()
            .zip(&mut personas)
            .map(|(casting, persona)| self.phrase(casting.form, casting, persona))
            .collect::<Option<_>>()?;
        let filled = self.words(pattern, &castings[0], &mut personas[0])?;
        let text = insert_persons(&filled, &phrases, &personas);
        Some(Prompt { text: tidy(&resolve(&text)), personas })
    }

    /// A noun phrase with its pronouns.
    fn phrase(
        &mut self,
        form: &str,
        casting: &Casting<'_>,
        persona: &mut Persona,
    ) -> Option<String> {
        let filled = self.words(form, casting, persona)?;
        Some(filled.replace("{her}", pronoun("her", persona)))
    }

    /// Replaces word slots, role and articles; persons and pronouns stay as they are.
    fn words(
        &mut self,
        text: &str,
        casting: &Casting<'_>,
        persona: &mut Persona,
    ) -> Option<String> {
        let mut out = String::new();
        for piece in pieces(text) {
            match piece {
                Piece::Text(plain) => out.push_str(plain),
                Piece::Slot("a") => out.push(ARTICLE),
                Piece::Slot("A") => out.push(ARTICLE_CAPITAL),
                Piece::Slot("R") => out.push_str(casting.role),
                Piece::Slot(name) if self.data.slots.contains_key(name) => {
                    out.push_str(self.word(name, casting.neutral, persona)?);
                }
                Piece::Slot(later) => out.push_str(&format!("{{{later}}}")),
            }
        }
        Some(out)
    }

    /// A word of the slot that agrees with the persona, which learns its values.
    fn word(&mut self, name: &str, neutral: bool, persona: &mut Persona) -> Option<&'d str> {
        let (name, slot) = self.data.slots.get_key_value(name)?;
        if neutral && !slot.neutral.is_empty() {
            return Some(self.random.pick::<String>(&slot.neutral));
        }
        let agreeing: Vec<&'d String> = slot
            .values
            .keys()
            .filter(|key| split(&slot.axes, key).all(|(axis, value)| agrees(persona, axis, value)))
            .collect();
        if agreeing.is_empty() {
            return None;
        }
        let key = *self.random.pick(&agreeing);
        persona.extend(split(&slot.axes, key).map(|(a, v)| (a.to_owned(), v.to_owned())));
        Some(self.deal(name, key, &slot.values[key]))
    }

    /// The next word of a shuffled deck.
    fn deal(&mut self, name: &'d str, key: &'d str, words: &'d [String]) -> &'d str {
        let deck = self.decks.entry((name, key)).or_default();
        if deck.is_empty() {
            deck.extend(words.iter().map(String::as_str));
        }
        deck.swap_remove(self.random.below(deck.len()))
    }
}

/// The values of a key such as "old female", beside their axes.
pub(super) fn split<'a>(
    axes: &'a [String],
    key: &'a str,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    axes.iter().map(String::as_str).zip(key.split(' '))
}

fn agrees(persona: &Persona, axis: &str, value: &str) -> bool {
    persona.get(axis).is_none_or(|known| known == value)
}

/// Puts noun phrases, pronouns and verbs into their slots.
fn insert_persons(text: &str, phrases: &[String], personas: &[Persona]) -> String {
    let mut out = String::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(plain) => out.push_str(plain),
            Piece::Slot(slot) => {
                let (person, agreeing) = slot.split_once(':').unwrap_or((slot, ""));
                let digits = person.trim_end_matches(['!', '*']);
                let idx = digits.parse::<usize>().expect("a slot of the language") - 1;
                match agreeing.split_once('|') {
                    Some(verbs) => out.push_str(verb(verbs, &personas[idx])),
                    None if agreeing.is_empty() => out.push_str(&phrases[idx]),
                    None => out.push_str(&pronoun_as_written(agreeing, &personas[idx])),
                }
            }
        }
    }
    out
}

fn verb<'a>((singular, plural): (&'a str, &'a str), persona: &Persona) -> &'a str {
    if pronoun("she", persona) == "they" { plural } else { singular }
}

fn pronoun_as_written(word: &str, persona: &Persona) -> String {
    let lower = word.to_lowercase();
    let agreed = pronoun(&lower, persona);
    if lower == word {
        return agreed.to_owned();
    }
    agreed[..1].to_uppercase() + &agreed[1..]
}

/// The pronoun in the place of `word` ("her" is the possessive, "him" the object).
fn pronoun(word: &str, persona: &Persona) -> &'static str {
    let [female, male, other] = match word {
        "she" => ["she", "he", "they"],
        "her" => ["her", "his", "their"],
        "him" => ["her", "him", "them"],
        "hers" => ["hers", "his", "theirs"],
        "herself" => ["herself", "himself", "themselves"],
        unknown => panic!("no pronoun of the language: {unknown}"),
    };
    match persona.get("gender").map(String::as_str) {
        Some("female") => female,
        Some("male") => male,
        _ => other,
    }
}

/// A phrase that ends in a comma may meet other punctuation.
fn tidy(text: &str) -> String {
    let mut out = text.to_owned();
    for (from, to) in [(",,", ","), (",.", "."), (",;", ";"), (",:", ":"), (",?", "?"), (",!", "!")]
    {
        out = out.replace(from, to);
    }
    out.trim_end_matches(',').to_owned()
}
