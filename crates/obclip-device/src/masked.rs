//! The value-free half of a reading: all that building may see.

use obclip_protocol::Piece;

use crate::axis::Mentioned;

/// Words, placeholders, and which axes are mentioned for whom. No values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    pieces: Vec<Piece>,
    persons: Vec<MaskedPerson>,
    has_group: bool,
    n_persons_read: usize,
}

/// One person, without values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MaskedPerson {
    /// Axes that the prompt mentions.
    pub mentioned: Mentioned,
    /// Whether a role noun follows the placeholder.
    pub role: bool,
}

impl Masked {
    pub(crate) fn new(pieces: Vec<Piece>, mut persons: Vec<MaskedPerson>, has_group: bool) -> Self {
        let n_persons_read = persons.len();
        persons.truncate(MAX_PERSONS);
        Self { pieces, persons, has_group, n_persons_read }
    }

    /// Words and placeholders in order.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// The persons in order.
    pub fn persons(&self) -> &[MaskedPerson] {
        &self.persons
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
