//! The value-free half of a reading: all that building may see.

use std::collections::BTreeSet;

use obclip_protocol::{AllowedWords, AxisSet, Piece};

use crate::axis::Mentioned;

/// Words, placeholders, and which axes are mentioned for whom. No values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    pieces: Vec<Piece>,
    persons: Vec<MaskedPerson>,
    has_group: bool,
    n_persons_read: usize,
    beyond: Beyond,
}

/// Words beyond the published vocabulary that travel, since the user settled so before the prompt was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Beyond {
    /// All of them.
    pub(crate) words: AllowedWords,
    /// How many of them the user allowed one by one.
    pub(crate) n_allowed: usize,
    /// The kept axes that the others speak of.
    pub(crate) kept_axes: BTreeSet<&'static str>,
}

impl Beyond {
    /// A word that the user allowed.
    pub(crate) fn allow(&mut self, word: &str) {
        self.n_allowed += usize::from(!self.words.contains(word));
        self.insert(word);
    }

    /// A word of kept axes.
    pub(crate) fn keep(&mut self, word: &str, axes: &[&'static str]) {
        self.kept_axes.extend(axes);
        self.insert(word);
    }

    /// A word that is not plain stays outside, and the template that holds it is refused.
    fn insert(&mut self, word: &str) {
        let _ = self.words.insert(word);
    }
}

/// One person, without values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaskedPerson {
    /// Axes that the prompt mentions.
    pub mentioned: Mentioned,
    /// Mentioned axes that the user published, by their place in the catalogue.
    pub own: AxisSet,
    /// Whether a role noun follows the placeholder.
    pub role: bool,
}

impl Masked {
    pub(crate) fn new(
        pieces: Vec<Piece>,
        mut persons: Vec<MaskedPerson>,
        has_group: bool,
        beyond: Beyond,
    ) -> Self {
        let n_persons_read = persons.len();
        persons.truncate(MAX_PERSONS);
        Self { pieces, persons, has_group, n_persons_read, beyond }
    }

    /// Words and placeholders in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The persons in order.
    pub fn persons(&self) -> &[MaskedPerson] {
        &self.persons
    }

    /// Words beyond the vocabulary.
    pub(crate) fn beyond(&self) -> &Beyond {
        &self.beyond
    }

    /// Whether several persons are spoken of in one word.
    pub fn has_group(&self) -> bool {
        self.has_group
    }

    /// Persons in the prompt, also those beyond the most a template can have.
    pub fn n_persons_read(&self) -> usize {
        self.n_persons_read
    }
}

/// The most persons a template can have; those after them are neutral words.
pub(crate) const MAX_PERSONS: usize = 8;
