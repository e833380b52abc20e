//! What products are made of.

use std::fmt;
use std::str::FromStr;

use super::bf16::Multiplier;

/// What large products are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Everything is f32.
    F32,
    /// Weights are kept in bf16: half the memory. With AMX or AVX512_BF16 the other side of a product is rounded too and their
    /// instructions multiply, with sums in f32; elsewhere products are f32.
    Bf16,
}

impl FromStr for Precision {
    type Err = UnknownPrecision;

    fn from_str(name: &str) -> Result<Self, UnknownPrecision> {
        match name {
            "f32" => Ok(Self::F32),
            "bf16" => Ok(Self::Bf16),
            other => Err(UnknownPrecision(other.to_owned())),
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F32 => "f32",
            Self::Bf16 => "bf16",
        })
    }
}

/// A name that is no precision's.
#[derive(Debug, thiserror::Error)]
#[error("expected precision f32 or bf16, found {0:?}")]
pub struct UnknownPrecision(String);

/// Precision, and what multiplies in it.
#[derive(Clone, Copy)]
pub(super) enum Tier {
    F32,
    /// Weights are bf16, products f32.
    Bf16Weights,
    Bf16(Multiplier),
}
