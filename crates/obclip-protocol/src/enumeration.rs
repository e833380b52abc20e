//! The canonical order of the members: person by person, axis by axis, the last axis fastest.

use crate::bundle::Bundle;
use crate::catalogue::Catalogue;

/// Which values every member index stands for.
#[derive(Debug, Clone)]
pub struct Enumeration {
    digits: Vec<Digit>,
}

#[derive(Debug, Clone, Copy)]
struct Digit {
    person_idx: usize,
    axis_idx: usize,
    n_values: usize,
}

impl Enumeration {
    /// The order for these bundles. Closed axes take no part.
    pub fn new(catalogue: &Catalogue, bundles: &[Bundle]) -> Self {
        let digits = bundles.iter().enumerate().flat_map(|(person_idx, bundle)| {
            bundle.open.iter().map(move |axis_idx| Digit {
                person_idx,
                axis_idx,
                n_values: catalogue.axes()[axis_idx].values.len(),
            })
        });
        Self { digits: digits.collect() }
    }

    /// The open axes in canonical order: their number in the catalogue, and how many values each has.
    pub fn open_axes(&self) -> Vec<(usize, usize)> {
        self.digits.iter().map(|digit| (digit.axis_idx, digit.n_values)).collect()
    }

    /// The place of an open axis in canonical order; `None` where it is closed.
    pub fn position(&self, person_idx: usize, axis_idx: usize) -> Option<usize> {
        let is_it = |digit: &Digit| (digit.person_idx, digit.axis_idx) == (person_idx, axis_idx);
        self.digits.iter().position(is_it)
    }

    /// The number of members; saturates, so that a huge class is still refused by the cap.
    pub fn n_members(&self) -> usize {
        self.digits.iter().fold(1, |n: usize, digit| n.saturating_mul(digit.n_values))
    }

    /// The value of one axis of one person in member `member_idx`; `None` where it is closed.
    pub fn value(&self, member_idx: usize, person_idx: usize, axis_idx: usize) -> Option<usize> {
        let mut rest = member_idx;
        for digit in self.digits.iter().rev() {
            if (digit.person_idx, digit.axis_idx) == (person_idx, axis_idx) {
                return Some(rest % digit.n_values);
            }
            rest /= digit.n_values;
        }
        None
    }

    /// The member in which every open axis has the value that `value_of(person, axis)` names.
    ///
    /// Only the device calls this: the answer is the secret. Values past the end wrap.
    pub fn member_idx(&self, value_of: impl Fn(usize, usize) -> usize) -> usize {
        self.digits.iter().fold(0, |member_idx, digit| {
            let value = value_of(digit.person_idx, digit.axis_idx) % digit.n_values;
            member_idx * digit.n_values + value
        })
    }
}
