//! What the user settled before any prompt was read. With the masked text it decides what travels.

use std::collections::HashMap;
use std::sync::Arc;

use obclip_protocol::{AllowedWords, Axis, Catalogue, NeutralForm, Policy, Vocabulary};

use crate::building::Cover;
use crate::lexicon::Lexicon;

/// Words and axes of the user's own, beside the published catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Own {
    /// Words that travel although the published vocabulary lacks them.
    pub allowed: AllowedWords,
    /// Axes of the user's own; their words never travel.
    pub axes: Vec<Axis>,
}

/// How prompts are read: policies by axis, and the user's own words. No prompt is read before it is fixed.
#[derive(Debug, Clone)]
pub struct Rules(Arc<Settled>);

#[derive(Debug)]
struct Settled {
    catalogue: Catalogue,
    cover: Cover,
    own: Own,
    /// Phrases of the own axes with single spaces: which axis, and whether several persons are meant.
    phrases: HashMap<String, OwnPhrase>,
}

/// A phrase of an axis that the user added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OwnPhrase {
    /// Which axis.
    pub(crate) axis: OwnAxis,
    /// What the phrase can be.
    pub(crate) form: OwnForm,
    /// The value it means. Secret, once it was found in a prompt.
    pub(crate) value_idx: Option<usize>,
}

/// An axis beside those that are published with this program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OwnAxis {
    /// One of the user's own, which stays on the device.
    Neutral(usize),
    /// One that the user published: the axis at this place of the catalogue, which the cloud expands.
    Expanded(usize),
}

/// What a phrase of an own axis can be: the same for all words of the axis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OwnForm {
    /// It only describes.
    Describes,
    /// It can stand for a person.
    Person,
    /// It stands for several.
    Persons,
}

impl Default for Rules {
    /// The published policies, every person covered, nothing of the user's own: what holds back most.
    fn default() -> Self {
        Self::new(&Catalogue::v1(), Cover::Person, Own::default())
    }
}

impl Rules {
    /// The policies of `catalogue`, and the user's own words.
    pub fn new(catalogue: &Catalogue, cover: Cover, own: Own) -> Self {
        let mut phrases = HashMap::new();
        for (axis_idx, axis) in own.axes.iter().enumerate() {
            add_phrases(&mut phrases, OwnAxis::Neutral(axis_idx), axis);
        }
        // After them, so that what is published wins.
        for (axis_idx, axis) in catalogue.axes().iter().enumerate() {
            if axis.policy == Policy::Expand && crate::axis::Axis::from_name(&axis.name).is_none() {
                add_phrases(&mut phrases, OwnAxis::Expanded(axis_idx), axis);
            }
        }
        Self(Arc::new(Settled { catalogue: catalogue.clone(), cover, own, phrases }))
    }

    /// The catalogue with the user's policies.
    pub(crate) fn catalogue(&self) -> &Catalogue {
        &self.0.catalogue
    }

    /// Which axes are opened.
    pub(crate) fn cover(&self) -> Cover {
        self.0.cover
    }

    /// The phrase of an own axis, if it is one.
    pub(crate) fn own_phrase(&self, phrase: &str) -> Option<OwnPhrase> {
        self.0.phrases.get(phrase).copied()
    }

    /// An axis that the user added.
    pub(crate) fn own_axis(&self, axis: OwnAxis) -> &Axis {
        match axis {
            OwnAxis::Neutral(axis_idx) => &self.0.own.axes[axis_idx],
            OwnAxis::Expanded(axis_idx) => &self.0.catalogue.axes()[axis_idx],
        }
    }

    /// Whether there is nothing to look for.
    pub(crate) fn has_own_axes(&self) -> bool {
        !self.0.phrases.is_empty()
    }

    /// Whether the user allowed a word.
    pub(crate) fn allows(&self, word: &str) -> bool {
        self.0.own.allowed.contains(word)
    }

    /// Whether a word of the user's own axes is spelt so. An allowed word is read as one of persons where it is near one.
    pub(crate) fn is_spelt_so(&self, word: &str) -> bool {
        self.0.phrases.keys().any(|own| own.split(' ').any(|part| part == word))
    }

    /// Whether a word travels by itself: it is published, or the user allowed it.
    pub(crate) fn lets_travel(&self, word: &str) -> bool {
        Vocabulary::v1().contains(word) || self.allows(word)
    }

    /// What happens to the words of an axis that is not one of the user's own.
    pub(crate) fn policy(&self, axis: &str) -> Policy {
        self.0.catalogue.axis(axis).map_or(Policy::Neutralise, |axis| axis.policy)
    }

    /// Whether a phrase travels as written, since every axis it speaks of is kept. Names never do, nor does what speaks
    /// of an axis that the cloud expands.
    pub(crate) fn keeps(&self, phrase: &str) -> bool {
        let topics = Lexicon::v1().topics(phrase);
        let kept = |axis: &&str| self.policy(axis) == Policy::Keep && can_be_kept(axis);
        !topics.is_empty() && topics.iter().all(kept)
    }

    /// Whether the role of a person stays on the device.
    pub(crate) fn holds_roles(&self) -> bool {
        self.policy(OCCUPATION) != Policy::Keep
    }
}

/// All words of an axis, and their plurals where they can stand for persons.
fn add_phrases(phrases: &mut HashMap<String, OwnPhrase>, axis: OwnAxis, of: &Axis) {
    let (one, several) = match of.neutral {
        NeutralForm::LeftOut => (OwnForm::Describes, OwnForm::Describes),
        NeutralForm::Person => (OwnForm::Person, OwnForm::Persons),
    };
    let place = |value: &String| of.values.iter().position(|known| known == value);
    let of_values = of.words.iter().flat_map(|(value, words)| {
        let value_idx = place(value);
        words.iter().map(move |word| (word, value_idx))
    });
    // The cloud's members are read back by their values.
    let values = of.values.iter().enumerate().map(|(idx, value)| (value, Some(idx)));
    let unlisted = of.unlisted.iter().map(|word| (word, None));
    let words: Vec<_> = values.chain(of_values).chain(unlisted).collect();
    for (word, value_idx) in &words {
        let plural = crate::lexicon::regular_plural(&word.replace('-', " "));
        phrases.insert(plural, OwnPhrase { axis, form: several, value_idx: *value_idx });
    }
    // A word that is listed as such is not the plural of another.
    for (word, value_idx) in words {
        phrases.insert(word.replace('-', " "), OwnPhrase { axis, form: one, value_idx });
    }
}

/// Whether a user may let the words of an axis travel: not where they name a person or state a default axis.
pub fn can_be_kept(axis: &str) -> bool {
    !matches!(axis, "age" | "ethnicity" | "gender" | "gender-identity" | "name" | "nationality")
}

pub(crate) const OCCUPATION: &str = "occupation";

#[cfg(test)]
mod tests;
