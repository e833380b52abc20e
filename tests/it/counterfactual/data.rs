//! The three data files, read and checked.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A place in a phrase and the words that fit it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Slot {
    /// The axes every word of the slot mentions.
    pub(super) axes: Vec<String>,
    /// Words by value ("old"), or by values in the order of the axes ("old female").
    pub(super) values: BTreeMap<String, Vec<String>>,
    /// Words that take the same place and mention nothing.
    #[serde(default)]
    pub(super) neutral: Vec<String>,
}

/// A noun phrase for a person.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    pub(super) text: String,
    pub(super) group: String,
    /// Something follows the head noun.
    #[serde(default)]
    pub(super) post: bool,
    #[serde(default)]
    pub(super) plural: bool,
}

/// A prompt with slots.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Pattern {
    pub(super) text: String,
    pub(super) group: Option<String>,
    #[serde(default)]
    pub(super) roles: Vec<String>,
    #[serde(default)]
    pub(super) roles2: Vec<String>,
}

pub(super) struct Data {
    pub(super) slots: BTreeMap<String, Slot>,
    pub(super) forms: Vec<Form>,
    pub(super) patterns: Vec<Pattern>,
}

/// Reads the files of `tests/data/counterfactual`, which are part of the test binary.
pub(super) fn load() -> Data {
    #[derive(Deserialize)]
    struct Forms {
        form: Vec<Form>,
    }
    #[derive(Deserialize)]
    struct Patterns {
        pattern: Vec<Pattern>,
    }
    let forms: Forms = parsed(include_str!("../../data/counterfactual/forms.toml"));
    let patterns: Patterns = parsed(include_str!("../../data/counterfactual/patterns.toml"));
    let slots = parsed(include_str!("../../data/counterfactual/words.toml"));
    Data { slots, forms: forms.form, patterns: patterns.pattern }
}

fn parsed<T: for<'de> Deserialize<'de>>(toml: &str) -> T {
    toml::from_str(toml).expect("the file is part of the repository and of this form")
}

/// A piece of a pattern or form: plain text, or the inside of a pair of braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    Text(&'a str),
    Slot(&'a str),
}

/// Cuts a pattern at its braces.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        let close = open + rest[open..].find('}').expect("every brace is closed");
        out.push(Piece::Text(&rest[..open]));
        out.push(Piece::Slot(&rest[open + 1..close]));
        rest = &rest[close + 1..];
    }
    out.push(Piece::Text(rest));
    out
}
