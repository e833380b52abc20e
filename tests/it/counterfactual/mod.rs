//! Pairs of prompts that differ only in the attributes of the persons in them.
//!
//! Independent of the detector: words, noun phrases and prompts come from
//! `tests/data/counterfactual`, which was written without a look at its lexicon.
//! The same seed gives the same pairs.

mod article;
mod data;
mod fill;
mod generate;
mod random;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

pub(crate) use generate::pairs;

/// What is known of one person: the mentioned axes, each with its value of
/// catalogue v1 or `other`.
pub(crate) type Persona = BTreeMap<String, String>;

/// One filled prompt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Prompt {
    /// What a user would type.
    pub(crate) text: String,
    /// The persons that have slots in the pattern, in its order.
    pub(crate) personas: Vec<Persona>,
}

/// How the two prompts of a pair are related.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Relation {
    /// The same axes of the same persons are mentioned, at least one with another value.
    ValueSwapped,
    /// All values are the same, the words are not.
    WordSwapped,
    /// One prompt mentions axes that the other does not: equal under `--cover person` only.
    MentionToggled,
}

/// One axis of one person that is told differently in the two prompts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The person's place in the pattern, from 1.
    pub(crate) person: usize,
    /// `age`, `ethnicity` or `gender`.
    pub(crate) axis: String,
    /// The value in the first prompt, `None` where it is not mentioned.
    pub(crate) from: Option<String>,
    /// The value in the second prompt.
    pub(crate) to: Option<String>,
}

/// Two prompts that must not be told apart by what leaves the device.
#[derive(Clone, Debug)]
pub(crate) struct Pair {
    pub(crate) a: Prompt,
    pub(crate) b: Prompt,
    pub(crate) relation: Relation,
    /// The label under which failures are counted: "age decade", "kinship", "plural", …
    pub(crate) group: String,
}

impl Pair {
    /// The axes told differently, person by person.
    pub(crate) fn differences(&self) -> Vec<Difference> {
        let persons = self.a.personas.iter().zip(&self.b.personas).enumerate();
        persons.flat_map(|(idx, (a, b))| persona_differences(idx + 1, a, b)).collect()
    }
}

fn persona_differences(person: usize, a: &Persona, b: &Persona) -> Vec<Difference> {
    let mut axes: Vec<&String> = a.keys().chain(b.keys()).collect();
    axes.sort();
    axes.dedup();
    axes.into_iter()
        .filter(|axis| a.get(*axis) != b.get(*axis))
        .map(|axis| Difference {
            person,
            axis: axis.clone(),
            from: a.get(axis).cloned(),
            to: b.get(axis).cloned(),
        })
        .collect()
}
