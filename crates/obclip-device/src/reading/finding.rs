//! What was found where, for the user's own screen.

use zeroize::Zeroize;

use super::Scene;
use super::term::{Fate, Sense};
use crate::axis::{Axis, Stated};

/// Whoever holds this wants to print what the prompt says.
#[derive(Debug, Clone, Copy)]
pub struct ThisRevealsThePrompt;

/// One span of the prompt and what became of it. Device only: no `Display`, `Debug` shows no value.
#[derive(Clone, PartialEq, Eq)]
pub struct Finding {
    /// Byte offset of its start.
    pub start: usize,
    /// Byte offset of its end.
    pub end: usize,
    /// The axis it speaks of.
    pub axis: Option<Axis>,
    /// The catalogue value it states, if it has one.
    pub value: Option<&'static str>,
    /// Which person it describes, from 0.
    pub person: Option<usize>,
    /// What became of it.
    pub policy: Policy,
    /// Why.
    pub why: &'static str,
}

/// What becomes of a span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Its axis is open: the cloud computes every value.
    Expand,
    /// It stays on the device.
    Hold,
    /// A neutral word travels in its place.
    Neutral,
}

impl std::fmt::Debug for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Finding").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl Zeroize for Finding {
    fn zeroize(&mut self) {
        (self.start, self.end, self.axis, self.value, self.person) = (0, 0, None, None, None);
    }
}

pub(crate) fn findings(scene: &Scene) -> Vec<Finding> {
    let mut findings = Vec::new();
    for term in &scene.terms {
        let Some((policy, person, why)) = outcome(&term.fate, &term.sense) else { continue };
        let start = scene.tokens[term.tokens.start].start;
        let end = scene.tokens[term.tokens.end - 1].end;
        let stated = stated(&term.sense);
        let bare = Finding { start, end, axis: None, value: None, person, policy, why };
        if stated.is_empty() {
            findings.push(bare);
            continue;
        }
        findings.extend(stated.into_iter().map(|(axis, stated)| {
            let value = match stated {
                Stated::Value(value) => Some(value),
                Stated::Unlisted => None,
            };
            Finding { axis: Some(axis), value, ..bare.clone() }
        }));
    }
    findings
}

fn outcome(fate: &Fate, sense: &Sense) -> Option<(Policy, Option<usize>, &'static str)> {
    let opens = !stated(sense).is_empty();
    match fate {
        Fate::Keep if matches!(sense, Sense::Group { .. }) => {
            Some((Policy::Neutral, None, "several persons: no attribute is opened"))
        }
        Fate::Keep | Fate::Write(_) if !opens => None,
        Fate::Keep | Fate::Write(_) => Some((Policy::Neutral, None, "a neutral word travels")),
        Fate::Hold(why) => Some((Policy::Hold, None, why)),
        Fate::Drop(None) => Some((Policy::Hold, None, "describes a group")),
        Fate::Drop(person) if opens => Some((Policy::Expand, *person, "describes a person")),
        Fate::Drop(person) => Some((Policy::Hold, *person, "belongs to a description")),
        Fate::Person(person) => Some((Policy::Expand, Some(*person), "names a person")),
        Fate::Pronoun(person, _) => Some((Policy::Expand, Some(*person), "a pronoun")),
    }
}

fn stated(sense: &Sense) -> Vec<(Axis, Stated)> {
    match sense {
        Sense::Head(_, values) => Axis::ALL
            .into_iter()
            .filter_map(|axis| values.of(axis).map(|stated| (axis, stated)))
            .collect(),
        Sense::Attribute { axis, stated, .. } => vec![(*axis, *stated)],
        Sense::Colour(stated) | Sense::Place(stated) => vec![(Axis::Ethnicity, *stated)],
        Sense::Figure(stated) => vec![(Axis::Age, *stated)],
        Sense::Pronoun(_, Some(stated)) => vec![(Axis::Gender, *stated)],
        _ => Vec::new(),
    }
}
