//! Counts of multiply-accumulates, and which of them a counter sees.

use super::walk::Kind;

/// Wide enough for any architecture and plan within the limits, so that no sum can overflow.
pub(crate) type Macs = u128;

/// In units of 10¹², as the paper's tables print.
pub(crate) fn tera(macs: Macs) -> f64 {
    macs as f64 / 1e12
}

/// Which kinds of layer a counter sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CountingRule {
    /// All of them.
    True,
    /// The paper's counter, by the reference's reading of its numbers (§3.5): PV is missed.
    Paper,
}

impl CountingRule {
    pub(crate) fn counts(self, kind: Kind) -> bool {
        match self {
            Self::True => true,
            Self::Paper => kind != Kind::AttentionValues,
        }
    }
}
