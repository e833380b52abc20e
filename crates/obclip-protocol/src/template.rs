//! The masked text that travels: published words and value-free placeholders.
//!
//! Text form, for example `closeup portrait of a {P1} wearing glasses, {P1.possessive} hat`:
//! lower-case words of the wire vocabulary, single spaces, commas and `'s` attached to the word
//! before them. `{P1}` stands once per person, at the head noun; `{P1.subject}` and friends are
//! the pronouns. Every article is written "a"; rendering makes it agree.

use zeroize::Zeroize;

use crate::error::Error;
use crate::limits;
use crate::vocabulary::{AllowedWords, Vocabulary};

/// A checked template. Its text form is canonical: equal templates have equal bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Template {
    pieces: Vec<Piece>,
    n_persons: usize,
}

/// One piece of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A word of the wire vocabulary, or one that was allowed beside it.
    Word(String),
    /// A comma, attached to the piece before it.
    Comma,
    /// `'s`, attached to the piece before it.
    Genitive,
    /// The bundle of the person at this position (from 0).
    Person(usize),
    /// A pronoun of the person at this position (from 0).
    Pronoun(usize, PronounForm),
}

/// The grammatical role of a pronoun; it says nothing of the gender.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PronounForm {
    /// she, he, they
    Subject,
    /// her, him, them
    Object,
    /// her, his, their
    Possessive,
    /// hers, his, theirs
    PossessivePronoun,
    /// herself, himself, themselves
    Reflexive,
}

impl Zeroize for Template {
    /// Overwrites the words and leaves the empty template.
    fn zeroize(&mut self) {
        for piece in &mut self.pieces {
            if let Piece::Word(word) = piece {
                word.zeroize();
            }
        }
        self.pieces.clear();
        self.n_persons = 0;
    }
}

impl Template {
    /// Checks the pieces: known words, persons in order, punctuation only after something.
    pub fn new(pieces: Vec<Piece>) -> Result<Self, Error> {
        Self::with_allowed(pieces, &AllowedWords::default())
    }

    /// The same, with words beyond the vocabulary.
    pub fn with_allowed(pieces: Vec<Piece>, allowed: &AllowedWords) -> Result<Self, Error> {
        let n_persons = check_persons(&pieces)?;
        check_punctuation(&pieces)?;
        let known = |piece: &Piece| match piece {
            Piece::Word(word) => Vocabulary::v1().contains(word) || allowed.contains(word),
            _ => true,
        };
        if let Some(piece_idx) = pieces.iter().position(|piece| !known(piece)) {
            return Err(Error::WordOutsideVocabulary { piece_idx });
        }
        let template = Self { pieces, n_persons };
        limits::check("template bytes", template.text().len(), limits::MAX_TEMPLATE_BYTES)?;
        Ok(template)
    }

    /// Parses the text form. Anything but the canonical text is refused.
    pub fn parse(text: &str) -> Result<Self, Error> {
        Self::parse_with_allowed(text, &AllowedWords::default())
    }

    /// The same, with words beyond the vocabulary.
    pub fn parse_with_allowed(text: &str, allowed: &AllowedWords) -> Result<Self, Error> {
        limits::check("template bytes", text.len(), limits::MAX_TEMPLATE_BYTES)?;
        let mut pieces = Vec::new();
        for (chunk_idx, chunk) in text.split(' ').filter(|_| !text.is_empty()).enumerate() {
            parse_chunk(chunk, &mut pieces).ok_or(Error::MalformedTemplate { chunk_idx })?;
        }
        let template = Self::with_allowed(pieces, allowed)?;
        if template.text() != text {
            return Err(Error::TemplateNotCanonical);
        }
        Ok(template)
    }

    /// The canonical text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for piece in &self.pieces {
            let attached = matches!(piece, Piece::Comma | Piece::Genitive);
            if !attached && !text.is_empty() {
                text.push(' ');
            }
            match piece {
                Piece::Word(word) => text.push_str(word),
                Piece::Comma => text.push(','),
                Piece::Genitive => text.push_str("'s"),
                Piece::Person(person_idx) => text.push_str(&format!("{{P{}}}", person_idx + 1)),
                Piece::Pronoun(person_idx, form) => {
                    text.push_str(&format!("{{P{}.{}}}", person_idx + 1, form.name()));
                }
            }
        }
        text
    }

    /// The pieces in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Its words that are not in the vocabulary, in order.
    pub fn words_beyond_vocabulary(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Word(word) => (!Vocabulary::v1().contains(word)).then_some(word.as_str()),
            _ => None,
        })
    }

    /// How many persons the template has.
    pub fn n_persons(&self) -> usize {
        self.n_persons
    }
}

impl PronounForm {
    /// The name in the text form.
    pub fn name(self) -> &'static str {
        match self {
            Self::Subject => "subject",
            Self::Object => "object",
            Self::Possessive => "possessive",
            Self::PossessivePronoun => "possessive_pronoun",
            Self::Reflexive => "reflexive",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        let all = [
            Self::Subject,
            Self::Object,
            Self::Possessive,
            Self::PossessivePronoun,
            Self::Reflexive,
        ];
        all.into_iter().find(|form| form.name() == name)
    }
}

/// Bundles appear once each and in order; pronouns name a person that has a bundle.
fn check_persons(pieces: &[Piece]) -> Result<usize, Error> {
    let mut n_persons = 0;
    for piece in pieces {
        match piece {
            Piece::Person(person_idx) if *person_idx == n_persons => n_persons += 1,
            Piece::Person(_) => return Err(Error::PersonsOutOfOrder { expected: n_persons + 1 }),
            _ => {}
        }
    }
    limits::check("persons", n_persons, limits::MAX_PERSONS)?;
    let stray = |piece: &Piece| matches!(piece, Piece::Pronoun(idx, _) if *idx >= n_persons);
    match pieces.iter().any(stray) {
        true => Err(Error::PronounWithoutPerson { persons: n_persons }),
        false => Ok(n_persons),
    }
}

/// No comma or `'s` at the start or after another, no comma at the end.
fn check_punctuation(pieces: &[Piece]) -> Result<(), Error> {
    let attached = |piece: &Piece| matches!(piece, Piece::Comma | Piece::Genitive);
    let doubled = |pair: &[Piece]| {
        attached(&pair[1]) && attached(&pair[0]) && pair != [Piece::Genitive, Piece::Comma]
    };
    let stray = pieces.first().is_some_and(attached)
        || pieces.last() == Some(&Piece::Comma)
        || pieces.windows(2).any(doubled);
    if stray { Err(Error::StrayPunctuation) } else { Ok(()) }
}

/// `word`, `{P1}` or `{P1.form}`, each with an optional `'s` and an optional comma.
fn parse_chunk(chunk: &str, pieces: &mut Vec<Piece>) -> Option<()> {
    let (chunk, comma) = strip(chunk, ",");
    let (core, genitive) = strip(chunk, "'s");
    pieces.push(match core.strip_prefix('{') {
        Some(inner) => parse_placeholder(inner.strip_suffix('}')?)?,
        None => Piece::Word(core.to_owned()),
    });
    pieces.extend(genitive.then_some(Piece::Genitive));
    pieces.extend(comma.then_some(Piece::Comma));
    Some(())
}

fn strip<'a>(chunk: &'a str, suffix: &str) -> (&'a str, bool) {
    chunk.strip_suffix(suffix).map_or((chunk, false), |rest| (rest, true))
}

fn parse_placeholder(inner: &str) -> Option<Piece> {
    let (person, form) = match inner.split_once('.') {
        Some((person, form)) => (person, Some(PronounForm::from_name(form)?)),
        None => (inner, None),
    };
    let person_idx = person.strip_prefix('P')?.parse::<usize>().ok()?.checked_sub(1)?;
    Some(form.map_or(Piece::Person(person_idx), |form| Piece::Pronoun(person_idx, form)))
}

#[cfg(test)]
mod tests;
