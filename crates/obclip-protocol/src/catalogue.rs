//! The published catalogue: which axes there are and which values the cloud computes for each.

mod check;
mod error;

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::error::Error;
pub use error::CatalogueError;

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
    /// What happens to a word of this axis: where nothing is said, it stays on the device.
    #[serde(default)]
    pub policy: Policy,
    /// What stands where a word of the axis may not.
    #[serde(default)]
    pub neutral: NeutralForm,
    /// The expanded axis that its words open as well ("Nigerian" opens ethnicity).
    #[serde(default)]
    pub opens: Option<String>,
    /// One word each, in published order. An axis that is not expanded may have none.
    #[serde(default)]
    pub values: Vec<String>,
    /// The words that mean each value. A `-` stands for a space or a hyphen. Of the default axes and for all words
    /// without a value, the device's published word lists say which they are.
    #[serde(default)]
    pub words: BTreeMap<String, Vec<String>>,
    /// Words of the axis that mean none of its values.
    #[serde(default)]
    pub unlisted: Vec<String>,
    /// How each value is said when no role noun follows ("woman"); at most one axis has them.
    #[serde(default)]
    pub nouns: Vec<String>,
    /// The pronouns of each value; present exactly where `nouns` is.
    #[serde(default)]
    pub pronouns: Vec<Pronouns>,
}

/// What happens to the words of an axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// The cloud computes every value.
    Expand,
    /// Never on the wire; the device restores it.
    #[default]
    Neutralise,
    /// Travels as written.
    Keep,
}

/// What the cloud is told where a word of an axis is not said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NeutralForm {
    /// Its words describe: nothing stands there.
    #[default]
    LeftOut,
    /// Some of its words are a person ("a refugee"): the neutral noun stands there.
    Person,
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

impl Pronouns {
    /// All five, in the order of the fields.
    pub fn each(&self) -> [&String; 5] {
        let Self { subject, object, possessive, possessive_pronoun, reflexive } = self;
        [subject, object, possessive, possessive_pronoun, reflexive]
    }
}

impl Axis {
    /// Reads a file that is a list of `[[axis]]` alone: a user's own axes.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, CatalogueError> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct List {
            #[serde(default)]
            axis: Vec<Axis>,
        }
        let List { axis } = toml::from_str(text)
            .map_err(|error| CatalogueError::Parse(error.message().to_owned()))?;
        check::check_axes(&axis)?;
        Ok(axis)
    }

    /// The value that a word of this axis means, if it means one.
    pub fn value_of(&self, word: &str) -> Option<&str> {
        let same = |known: &String| {
            known.len() == word.len() && known.split('-').eq(word.split([' ', '-']))
        };
        let of_word = |(_, words): &(&String, &Vec<String>)| words.iter().any(same);
        self.words.iter().find(of_word).map(|(value, _)| value.as_str())
    }
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
        Self::clone(&EMBEDDED[0])
    }

    /// The values of the ObCLIP paper, for comparison with its tables.
    pub fn paper() -> Self {
        Self::clone(&EMBEDDED[1])
    }

    /// Parses and checks a catalogue file. Its hash is that of exactly these bytes.
    pub fn parse(text: &str) -> Result<Self, CatalogueError> {
        if text.len() > MAX_FILE_BYTES {
            let (expected, found) = (MAX_FILE_BYTES, text.len());
            return Err(CatalogueError::TooLong { expected, found });
        }
        let file: File = toml::from_str(text)
            .map_err(|error| CatalogueError::Parse(error.message().to_owned()))?;
        let sha256 = Sha256::digest(text.as_bytes()).into();
        let catalogue = Self { id: file.id, sha256, axes: file.axis, neutral: file.neutral };
        check::check(file.format, &catalogue)?;
        Ok(catalogue)
    }

    /// The same published catalogue on a device whose user wants another policy for the axis at `axis_idx`. The
    /// cloud pins the published file: a request may open fewer axes than it has, not more.
    #[must_use]
    pub fn with_policy(mut self, axis_idx: usize, policy: Policy) -> Self {
        if let Some(axis) = self.axes.get_mut(axis_idx) {
            axis.policy = policy;
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

    /// Whether a member may hold this word: a value, a noun or a pronoun of an expanded axis.
    pub fn says(&self, word: &str) -> bool {
        let is = |known: &String| known == word;
        self.axes.iter().filter(|axis| axis.policy == Policy::Expand).any(|axis| {
            let pronouns =
                || axis.pronouns.iter().any(|pronouns| pronouns.each().contains(&&word.to_owned()));
            axis.values.iter().chain(&axis.nouns).any(is) || pronouns()
        })
    }

    /// The axis called `name`.
    pub fn axis(&self, name: &str) -> Option<&Axis> {
        self.axes.iter().find(|axis| axis.name == name)
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

/// The catalogues a side knows: the embedded ones and those it was given.
#[derive(Debug, Clone)]
pub struct Catalogues(Vec<Arc<Catalogue>>);

impl Default for Catalogues {
    /// The embedded ones.
    fn default() -> Self {
        Self(EMBEDDED.to_vec())
    }
}

impl Catalogues {
    /// These and one more; refuses an id that is taken, since a request names its catalogue by it.
    pub fn with(mut self, catalogue: Catalogue) -> Result<Self, CatalogueError> {
        if self.0.iter().any(|known| known.id == catalogue.id) {
            return Err(CatalogueError::Repeated { of: "catalogues".to_owned(), what: "ids" });
        }
        self.0.push(Arc::new(catalogue));
        Ok(self)
    }

    /// All of them, the embedded ones first.
    pub fn iter(&self) -> impl Iterator<Item = &Catalogue> {
        self.0.iter().map(Arc::as_ref)
    }

    /// The catalogue of this id and these bytes.
    pub(crate) fn find(&self, id: &str, sha256: &[u8; 32]) -> Result<Arc<Catalogue>, Error> {
        let known = self.0.iter().find(|known| known.id == id).ok_or(Error::UnknownCatalogue)?;
        if known.sha256 != *sha256 {
            let hex = |bytes: &[u8; 32]| bytes[..4].iter().map(|b| format!("{b:02x}")).collect();
            return Err(Error::CatalogueHash { expected: hex(&known.sha256), found: hex(sha256) });
        }
        Ok(Arc::clone(known))
    }
}

/// Parsed once; every request refers to one of them.
static EMBEDDED: LazyLock<[Arc<Catalogue>; 2]> = LazyLock::new(|| {
    [V1, PAPER].map(|text| {
        let catalogue = Catalogue::parse(text);
        Arc::new(catalogue.expect("the embedded catalogues are parsed by a test"))
    })
});

const MAX_FILE_BYTES: usize = 256 * 1024;
const V1: &str = include_str!("../data/catalogue-v1.toml");
const PAPER: &str = include_str!("../data/catalogue-paper.toml");

#[cfg(test)]
mod tests;
