//! What every catalogue must hold to, so that no value stands out by its form.

use std::collections::BTreeSet;

use super::error::CatalogueError;
use super::{Axis, Catalogue, Policy, Pronouns};

pub(super) fn check(format: u32, catalogue: &Catalogue) -> Result<(), CatalogueError> {
    if format != FORMAT {
        return Err(CatalogueError::Format { expected: FORMAT, found: format });
    }
    let of = || "catalogue".to_owned();
    check_word(of, "id", &catalogue.id)?;
    check_count(of, "axes", 1, MAX_AXES, catalogue.axes.len())?;
    check_axes(&catalogue.axes)?;
    check_word(of, "neutral noun", &catalogue.neutral.noun)?;
    check_pronouns(of, &catalogue.neutral.pronouns)
}

/// Axes that stand together, in a catalogue or in a user's own file.
pub(super) fn check_axes(axes: &[Axis]) -> Result<(), CatalogueError> {
    axes.iter().try_for_each(check_axis)?;
    unique(|| "catalogue".to_owned(), "axis names", axes.iter().map(|axis| &axis.name))?;
    let expanded = |axis: &&Axis| axis.policy == Policy::Expand;
    for (idx, axis) in axes.iter().enumerate() {
        if !axis.nouns.is_empty() && axes[idx + 1..].iter().any(|later| expanded(&later)) {
            return Err(CatalogueError::NounsNotLast { axis: axis.name.clone() });
        }
        let Some(opens) = &axis.opens else { continue };
        let opened = axes.iter().filter(expanded).any(|other| other.name == *opens);
        if !opened || axis.policy == Policy::Expand {
            return Err(CatalogueError::Opens { axis: axis.name.clone(), found: opens.clone() });
        }
    }
    Ok(())
}

fn check_axis(axis: &Axis) -> Result<(), CatalogueError> {
    let of = || format!("axis {}", axis.name);
    check_word(|| "axis".to_owned(), "its name", &axis.name)?;
    let n = axis.values.len();
    match (n, axis.policy) {
        (0, Policy::Expand) => {
            return Err(CatalogueError::NothingToExpand { axis: axis.name.clone() });
        }
        (0, _) => {}
        _ => check_count(of, "values", 2, MAX_VALUES, n)?,
    }
    axis.values.iter().try_for_each(|value| check_word(of, "a value", value))?;
    unique(of, "values", &axis.values)?;
    for (what, found) in [("nouns", axis.nouns.len()), ("pronouns", axis.pronouns.len())] {
        if found != 0 && found != n || axis.nouns.len() != axis.pronouns.len() {
            let axis = axis.name.clone();
            return Err(CatalogueError::NotOneEach { axis, what, expected: n, found });
        }
    }
    axis.nouns.iter().try_for_each(|noun| check_word(of, "a noun", noun))?;
    unique(of, "nouns", &axis.nouns)?;
    axis.pronouns.iter().try_for_each(|pronouns| check_pronouns(of, pronouns))?;
    check_words(axis)
}

/// Every word means one value of its axis, or none.
fn check_words(axis: &Axis) -> Result<(), CatalogueError> {
    let of = || format!("axis {}", axis.name);
    if let Some(found) = axis.words.keys().find(|value| !axis.values.contains(value)) {
        let (axis, found) = (axis.name.clone(), found.clone());
        return Err(CatalogueError::WordsOfNoValue { axis, found });
    }
    let words = || axis.words.values().flatten().chain(&axis.unlisted);
    check_count(of, "words", 0, MAX_WORDS, words().count())?;
    words().try_for_each(|word| check_word(of, "a word", word))?;
    unique(of, "words", words())
}

fn check_pronouns(
    of: impl Fn() -> String + Copy,
    pronouns: &Pronouns,
) -> Result<(), CatalogueError> {
    pronouns.each().into_iter().try_for_each(|word| check_word(of, "a pronoun", word))
}

fn unique<'a>(
    of: impl Fn() -> String,
    what: &'static str,
    words: impl IntoIterator<Item = &'a String>,
) -> Result<(), CatalogueError> {
    let mut seen = BTreeSet::new();
    match words.into_iter().all(|word| seen.insert(word)) {
        true => Ok(()),
        false => Err(CatalogueError::Repeated { of: of(), what }),
    }
}

fn check_count(
    of: impl Fn() -> String,
    what: &'static str,
    least: usize,
    most: usize,
    found: usize,
) -> Result<(), CatalogueError> {
    match (least..=most).contains(&found) {
        true => Ok(()),
        false => Err(CatalogueError::Count { of: of(), what, least, most, found }),
    }
}

/// One word, so that every member has the same number of words.
fn check_word(
    of: impl Fn() -> String,
    what: &'static str,
    word: &str,
) -> Result<(), CatalogueError> {
    match crate::vocabulary::is_plain_word(word) {
        true => Ok(()),
        false => Err(CatalogueError::Word { of: of(), what, most: crate::limits::MAX_WORD_BYTES }),
    }
}

const FORMAT: u32 = 1;
/// Axes travel as 32 bits.
const MAX_AXES: usize = 32;
const MAX_VALUES: usize = 16;
const MAX_WORDS: usize = 4096;
