//! Activations of this backend.

use std::borrow::Cow;
use std::ops::{Deref, Range};

use super::Cpu;
use super::bf16::Rounded;
use super::buffers::{Buffer, Shared};
use crate::backend::Dims;

/// Values in (N, H, W, C) order, shared until someone changes them.
#[derive(Clone, Debug)]
pub struct CpuTensor {
    pub(super) dims: Dims,
    pub(super) held: Held,
}

#[derive(Clone, Debug)]
pub(super) enum Held {
    Single(Shared),
    /// For products alone.
    Rounded(Rounded),
}

impl CpuTensor {
    pub(super) fn new(dims: Dims, data: Buffer) -> Self {
        debug_assert_eq!(dims.len(), data.len());
        Self { dims, held: Held::Single(data.share()) }
    }

    pub(super) fn rounded(rounded: Rounded) -> Self {
        Self { dims: rounded.dims(), held: Held::Rounded(rounded) }
    }

    /// # Panics
    /// If it was made for products alone and is read by something else, which is a bug.
    pub(super) fn values(&self) -> &[f32] {
        match &self.held {
            Held::Single(values) => values,
            Held::Rounded(_) => panic!("a tensor for products alone is read by something else"),
        }
    }

    /// As f32 in any case.
    pub(super) fn widened(&self) -> Cow<'_, [f32]> {
        match &self.held {
            Held::Single(values) => Cow::Borrowed(values),
            Held::Rounded(rounded) => Cow::Owned(rounded.widened()),
        }
    }

    /// Some positions, as f32 in any case.
    pub(super) fn positions(&self, cpu: &Cpu, positions: Range<usize>) -> Positions<'_> {
        let c = self.dims.c;
        match &self.held {
            Held::Single(values) => {
                Positions::Here(&values[positions.start * c..positions.end * c])
            }
            Held::Rounded(rounded) => {
                let mut wide = cpu.buffers.take(positions.len() * c);
                rounded.widen_pixels(positions, &mut wide);
                Positions::Widened(wide)
            }
        }
    }

    /// The values, for changing; copies them if another tensor shares them.
    ///
    /// # Panics
    /// As [`Self::values`].
    pub(super) fn into_own(self, cpu: &Cpu) -> Buffer {
        let Held::Single(values) = self.held else {
            panic!("a tensor for products alone is changed by something else")
        };
        values.into_own().unwrap_or_else(|values| {
            let mut own = cpu.buffers.take(values.len());
            own.copy_from_slice(&values);
            own
        })
    }

    /// Pixels or tokens of all rows.
    pub(super) fn n_positions(&self) -> usize {
        self.dims.n * self.dims.positions()
    }
}

/// Some positions of a tensor.
pub(super) enum Positions<'a> {
    Here(&'a [f32]),
    Widened(Buffer),
}

impl Deref for Positions<'_> {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        match self {
            Self::Here(values) => values,
            Self::Widened(values) => values,
        }
    }
}
