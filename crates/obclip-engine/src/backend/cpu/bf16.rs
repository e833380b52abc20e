//! The bf16 tier: both sides of every large matrix product are rounded to bf16 and summed in f32; everything between two
//! products stays f32. On a processor with AMX the products run on its tiles ([`amx`]), else by the instruction of AVX512_BF16
//! ([`dots`]); [`kernel`] makes the sums of AMX with whatever vectors there are, for comparison.
//!
//! A *tile* is sixteen rows; a *step* is thirty-two inputs, as sixteen pairs. A step of sixteen rows and a step of a panel of sixteen
//! outputs are what one instruction of AMX multiplies: for each sum, the even inputs of the step in order, the odd ones in
//! order, then both are added to what the steps before left (Intel's manual, TDPBF16PS). So results are bitwise the same
//! with and without AMX as long as no value is denormal, for every batch size and every number of threads. AVX512_BF16 adds in
//! another order; so its bits are others, and they do not depend on batch or threads either.

mod amx;
mod attention;
mod dots;
mod kernel;
mod panels;
mod product;
mod rounded;

use pulp::bytemuck::cast_slice_mut;

pub(super) use attention::InTiles;
pub(super) use dots::{Beside, Dots, Place, Rows};
pub(super) use panels::Panels;
use panels::PanelsRef;
pub(super) use product::{Bf16Conv, linear, linear_rounded};
pub(super) use rounded::{MOST_STRIDE, RoundRows, Rounded};

/// Rows of a tile, outputs of a panel, pairs of a step.
const SIDE: usize = 16;
/// Inputs of a step.
const STEP: usize = 2 * SIDE;
/// Pairs of one step of one panel, or of one tile.
const STEP_LEN: usize = SIDE * SIDE;

/// Fewer outputs would leave most of a tile empty, and those of a network's last convolution are the prediction itself; fewer
/// inputs are those of its first.
const LEAST_CHANNELS: usize = SIDE;

/// Whether a layer is multiplied in bf16: a function of the layer alone.
pub(super) fn applies(c_in: usize, c_out: usize) -> bool {
    c_in >= LEAST_CHANNELS && c_out >= LEAST_CHANNELS
}

/// What multiplies.
#[derive(Clone, Copy, Debug)]
pub(super) enum Multiplier {
    /// Vectors of f32, to the sums of AMX.
    Vectors,
    /// Tiles of AMX.
    Amx(amx::Permit),
    /// Vectors of pairs.
    Dots(Dots),
}

impl Multiplier {
    /// The fastest that this processor has an instruction for.
    pub(super) fn best() -> Option<Self> {
        Self::amx().or_else(Self::dots)
    }

    /// AVX512_BF16, if the processor has it.
    pub(super) fn dots() -> Option<Self> {
        Dots::ask().map(Self::Dots)
    }

    /// AMX, if the processor has it and the system lets us.
    pub(super) fn amx() -> Option<Self> {
        amx::Permit::ask().map(Self::Amx)
    }

    /// AMX, come what may.
    ///
    /// # Safety
    /// The processor has AMX and the system has granted it, or somebody runs its instructions for it.
    #[allow(unsafe_code, reason = "the caller's promise is handed on")]
    pub(super) unsafe fn assume_amx() -> Self {
        // SAFETY: the caller's promise.
        Self::Amx(unsafe { amx::Permit::assume() })
    }
}

impl Multiplier {
    /// What a user would call it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Amx(_) => "AMX",
            Self::Dots(_) => "AVX512_BF16",
            Self::Vectors => "f32 vectors",
        }
    }

    /// Whether minimal filtering is faster than 3×3 convolutions by this: a quarter of the products.
    pub(super) fn leaves_filters(self) -> bool {
        matches!(self, Self::Dots(_))
    }

    /// Makes it ready in this thread.
    fn open(self) -> Ready {
        match self {
            Self::Vectors => Ready::Vectors,
            Self::Amx(permit) => Ready::Amx(permit.open()),
            Self::Dots(dots) => Ready::Dots(dots),
        }
    }
}

/// What multiplies, in the thread that it stays in.
enum Ready {
    Vectors,
    Amx(amx::Tiles),
    Dots(Dots),
}

/// Rounds to the nearest, ties to even, into pairs; values that bf16 has no normal number for become zero, as AMX takes them. What
/// `values` does not fill is zero. `pairs` holds at least half as many as there are values.
#[inline(always)]
pub(super) fn round_into(values: &[f32], pairs: &mut [u32]) {
    let halves: &mut [u16] = cast_slice_mut(pairs);
    let (filled, rest) = halves.split_at_mut(values.len());
    for (half, &value) in filled.iter_mut().zip(values) {
        *half = round(value);
    }
    rest.fill(0);
}

#[inline(always)]
pub(super) fn round(value: f32) -> u16 {
    let bits = value.to_bits();
    let nearest = bits.wrapping_add(0x7fff).wrapping_add((bits >> 16) & 1) >> 16;
    let magnitude = bits & 0x7fff_ffff;
    let rounded = if magnitude < 0x0080_0000 { 0 } else { nearest };
    (if magnitude > 0x7f80_0000 { 0x7fc0 } else { rounded }) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_rounded_as_the_half_crate_does() {
        let mut state = 1_u32;
        for _ in 0..200_000 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let value = f32::from_bits(state ^ (state >> 15));
            let expected = half::bf16::from_f32(value);
            match value.is_nan() {
                true => assert!(half::bf16::from_bits(round(value)).is_nan()),
                false if value.abs() < f32::MIN_POSITIVE => assert_eq!(round(value), 0),
                false => assert_eq!(round(value), expected.to_bits(), "{value}"),
            }
        }
    }
}
