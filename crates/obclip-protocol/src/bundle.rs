//! What the cloud is told about one person: which axes are open, never a value.

use crate::catalogue::{Catalogue, Policy};
use crate::error::Error;

/// A set of catalogue axes, by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash)]
pub struct AxisSet(u32);

impl AxisSet {
    /// No axis.
    pub const EMPTY: Self = Self(0);

    /// Every axis of `catalogue` that the cloud may expand.
    pub fn expandable(catalogue: &Catalogue) -> Self {
        let open =
            |(idx, axis): (usize, &crate::Axis)| (axis.policy == Policy::Expand).then_some(idx);
        catalogue.axes().iter().enumerate().filter_map(open).fold(Self::EMPTY, Self::with)
    }

    /// This set and the axis at `axis_idx` (below 32).
    #[must_use]
    pub fn with(self, axis_idx: usize) -> Self {
        Self(self.0 | 1 << axis_idx)
    }

    /// This set without the axis at `axis_idx`.
    #[must_use]
    pub fn without(self, axis_idx: usize) -> Self {
        Self(self.0 & !(1 << axis_idx))
    }

    /// Axes of either set.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Axes of both sets.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether the axis at `axis_idx` is in the set.
    pub fn contains(self, axis_idx: usize) -> bool {
        axis_idx < 32 && self.0 >> axis_idx & 1 == 1
    }

    /// Whether no axis is in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The axes in published order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..32).filter(move |&idx| self.contains(idx))
    }

    /// The set as wire bits, bit 0 for the first axis.
    pub fn bits(self) -> u32 {
        self.0
    }

    /// Reads wire bits; every axis must exist in `catalogue` and be one the cloud expands.
    pub fn from_bits(bits: u32, catalogue: &Catalogue) -> Result<Self, Error> {
        let set = Self(bits);
        match set.intersection(Self::expandable(catalogue)) == set {
            true => Ok(set),
            false => Err(Error::UnknownAxis { found: bits }),
        }
    }
}

/// One person of the template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bundle {
    /// The axes the cloud expands for this person.
    pub open: AxisSet,
    /// Whether a role noun follows the placeholder: gender is then said "female", else "woman".
    pub role: bool,
}
