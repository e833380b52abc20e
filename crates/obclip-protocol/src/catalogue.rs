//! The published catalogue: which axes there are and which values the cloud computes for each.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::error::Error;

/// The axes and values both sides agree on, with the hash that pins them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalogue {
    id: String,
    sha256: [u8; 32],
    axes: Vec<Axis>,
    neutral: Neutral,
}

/// One sensitive attribute and its published values.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Axis {
    /// Lower-case name, unique in the catalogue.
    pub name: String,
    /// What happens to a word of this axis.
    pub policy: Policy,
    /// One word each, in published order.
    pub values: Vec<String>,
    /// How each value is said when no role noun follows ("woman"); at most one axis has them.
    #[serde(default)]
    pub nouns: Vec<String>,
    /// The pronouns of each value; present exactly where `nouns` is.
    #[serde(default)]
    pub pronouns: Vec<Pronouns>,
}

/// What happens to the words of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// The cloud computes every value.
    Expand,
    /// Never on the wire; the device restores it.
    Neutralise,
    /// Travels as written.
    Keep,
}

/// One word per grammatical role.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pronouns {
    /// "she"
    pub subject: String,
    /// "her"
    pub object: String,
    /// "her" before a noun
    pub possessive: String,
    /// "hers"
    pub possessive_pronoun: String,
    /// "herself"
    pub reflexive: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Neutral {
    noun: String,
    pronouns: Pronouns,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    format: u32,
    id: String,
    axis: Vec<Axis>,
    neutral: Neutral,
}

impl Catalogue {
    /// The default catalogue: age, ethnicity, gender (30 members per fully open person).
    pub fn v1() -> Self {
        Self::parse(V1).expect("the embedded catalogue is parsed by a test")
    }

    /// The values of the ObCLIP paper, for comparison with its tables.
    pub fn paper() -> Self {
        Self::parse(PAPER).expect("the embedded catalogue is parsed by a test")
    }

    /// The embedded catalogue that `id` names.
    pub fn by_id(id: &str) -> Result<Self, Error> {
        match id {
            "v1" => Ok(Self::v1()),
            "paper" => Ok(Self::paper()),
            _ => Err(Error::UnknownCatalogue),
        }
    }

    /// Parses and checks a catalogue file. Its hash is that of exactly these bytes.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let file: File =
            toml::from_str(text).map_err(|error| Error::Catalogue(error.message().to_owned()))?;
        let sha256 = Sha256::digest(text.as_bytes()).into();
        let catalogue = Self { id: file.id, sha256, axes: file.axis, neutral: file.neutral };
        check(file.format, &catalogue).map_err(Error::Catalogue)?;
        Ok(catalogue)
    }

    /// The same published catalogue on a device whose user never opens the axis at `axis_idx`. The
    /// cloud pins the published file, and a request may open fewer axes than it has.
    #[must_use]
    pub fn neutralising(mut self, axis_idx: usize) -> Self {
        if let Some(axis) = self.axes.get_mut(axis_idx) {
            axis.policy = Policy::Neutralise;
        }
        self
    }

    /// The published name of this catalogue.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// SHA-256 of the file's bytes.
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// All axes in published order.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// The position of the axis called `name`.
    pub fn axis_idx(&self, name: &str) -> Option<usize> {
        self.axes.iter().position(|axis| axis.name == name)
    }

    /// The axis whose values are nouns ("woman") and carry pronouns, if there is one.
    pub fn noun_axis_idx(&self) -> Option<usize> {
        self.axes.iter().position(|axis| !axis.nouns.is_empty())
    }

    /// The word for a person whose noun axis is closed.
    pub fn neutral_noun(&self) -> &str {
        &self.neutral.noun
    }

    /// The pronouns of a person whose noun axis is closed.
    pub fn neutral_pronouns(&self) -> &Pronouns {
        &self.neutral.pronouns
    }
}

fn check(format: u32, catalogue: &Catalogue) -> Result<(), String> {
    if format != FORMAT {
        return Err(format!("format: expected {FORMAT}, found {format}"));
    }
    check_word("id", &catalogue.id)?;
    if catalogue.axes.is_empty() || catalogue.axes.len() > MAX_AXES {
        return Err(format!("axes: expected 1 to {MAX_AXES}, found {}", catalogue.axes.len()));
    }
    for (idx, axis) in catalogue.axes.iter().enumerate() {
        check_axis(axis)?;
        if catalogue.axes[..idx].iter().any(|other| other.name == axis.name) {
            return Err(format!("axis {}: expected a unique name, found it twice", axis.name));
        }
        let is_last = idx + 1 == catalogue.axes.len();
        if !axis.nouns.is_empty() && !is_last {
            return Err(format!("axis {}: only the last axis may have nouns", axis.name));
        }
    }
    check_word("neutral noun", &catalogue.neutral.noun)?;
    check_pronouns(&catalogue.neutral.pronouns)
}

fn check_axis(axis: &Axis) -> Result<(), String> {
    check_word("axis name", &axis.name)?;
    let n = axis.values.len();
    if !(2..=MAX_VALUES).contains(&n) {
        return Err(format!("axis {}: expected 2 to {MAX_VALUES} values, found {n}", axis.name));
    }
    for (idx, value) in axis.values.iter().enumerate() {
        check_word("value", value)?;
        if axis.values[..idx].contains(value) {
            return Err(format!("axis {}: expected unique values, found one twice", axis.name));
        }
    }
    for (what, found) in [("nouns", axis.nouns.len()), ("pronouns", axis.pronouns.len())] {
        if found != 0 && found != n || axis.nouns.len() != axis.pronouns.len() {
            return Err(format!("axis {}: expected 0 or {n} {what}, found {found}", axis.name));
        }
    }
    axis.nouns.iter().try_for_each(|noun| check_word("noun", noun))?;
    axis.pronouns.iter().try_for_each(check_pronouns)
}

fn check_pronouns(pronouns: &Pronouns) -> Result<(), String> {
    let Pronouns { subject, object, possessive, possessive_pronoun, reflexive } = pronouns;
    [subject, object, possessive, possessive_pronoun, reflexive]
        .into_iter()
        .try_for_each(|word| check_word("pronoun", word))
}

/// One word, so that every member has the same number of words.
fn check_word(what: &str, word: &str) -> Result<(), String> {
    let of_a_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if word.is_empty() || word.len() > MAX_WORD_BYTES || !word.chars().all(of_a_word) {
        return Err(format!("{what}: expected one lower-case word of 1 to {MAX_WORD_BYTES} bytes"));
    }
    Ok(())
}

const FORMAT: u32 = 1;
const MAX_AXES: usize = 32;
const MAX_VALUES: usize = 16;
const MAX_WORD_BYTES: usize = 32;
const V1: &str = include_str!("../data/catalogue-v1.toml");
const PAPER: &str = include_str!("../data/catalogue-paper.toml");

#[cfg(test)]
mod tests;
