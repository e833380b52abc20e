//! Products of pairs by `vdpbf16ps` (AVX512_BF16: AMD since Zen 4, Intel since Cooper Lake).
//!
//! Its sums are not those of AMX: to what is there it adds the product of the pairs' second values, then that of their first
//! ones, each sum rounded to the nearest, ties to even, denormals taken for zero on the way in and out (Intel's manual,
//! VDPBF16PS). Products of two bf16 values are exact. [`Dots::Plain`] is the same in plain code.

#[cfg(not(target_arch = "x86_64"))]
pub(super) use absent::Permit;
#[cfg(target_arch = "x86_64")]
pub(super) use present::Permit;

use super::kernel::{Left, Sums};
use super::{SIDE, STEP_LEN};

/// What makes these sums.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Dots {
    Instruction(Permit),
    /// Plain code: the same bits.
    Plain,
}

impl Dots {
    /// The instruction, if the processor has it.
    pub(super) fn ask() -> Option<Self> {
        Permit::ask().map(Self::Instruction)
    }

    /// One or two tiles times one or two panels.
    #[inline(always)]
    pub(super) fn multiply(
        self,
        left: Left<'_>,
        starts: &[usize],
        panels: &[&[u32]],
        sums: &mut Sums,
    ) {
        match self {
            Self::Instruction(permit) => permit.multiply(left, starts, panels, sums),
            Self::Plain => multiply_plainly(left, starts, panels, sums),
        }
    }

    /// Rows times panels, to where they belong.
    #[inline(always)]
    pub(in super::super) fn multiply_rows(
        self,
        rows: Rows<'_>,
        beside: Beside<'_>,
        place: Place<'_>,
    ) {
        match self {
            Self::Instruction(permit) => permit.multiply_rows(rows, beside, place),
            Self::Plain => multiply_rows_plainly(rows, beside, place),
        }
    }
}

/// Rows of pairs, so far from one to the next.
#[derive(Clone, Copy)]
pub(in super::super) struct Rows<'a> {
    pub(in super::super) pairs: &'a [u32],
    pub(in super::super) stride: usize,
    pub(in super::super) n_rows: usize,
    /// Of each row, from its start on.
    pub(in super::super) n_pairs: usize,
}

impl<'a> Rows<'a> {
    #[inline(always)]
    fn row(&self, idx: usize) -> &'a [u32] {
        &self.pairs[idx * self.stride..][..self.n_pairs]
    }
}

/// Panels, so far from the first pair of one to that of the next.
#[derive(Clone, Copy)]
pub(in super::super) struct Beside<'a> {
    pub(in super::super) pairs: &'a [u32],
    pub(in super::super) stride: usize,
}

/// Where sums go.
pub(in super::super) struct Place<'a> {
    pub(in super::super) out: &'a mut [f32],
    /// From a row to the next.
    pub(in super::super) stride: usize,
    pub(in super::super) n_columns: usize,
    /// To what is there already; else to zero.
    pub(in super::super) adds: bool,
}

/// The same sums without the instruction.
fn multiply_rows_plainly(rows: Rows<'_>, beside: Beside<'_>, place: Place<'_>) {
    for row in 0..rows.n_rows {
        let out = &mut place.out[row * place.stride..][..place.n_columns];
        for (column, out) in out.iter_mut().enumerate() {
            let panel = &beside.pairs[column / SIDE * beside.stride + column % SIDE..];
            let mut sum = if place.adds { *out } else { 0.0 };
            for (&pair, &right) in rows.row(row).iter().zip(panel.iter().step_by(SIDE)) {
                sum = add_pair(sum, pair, right);
            }
            *out = sum;
        }
    }
}

/// The same sums without the instruction.
fn multiply_plainly(left: Left<'_>, starts: &[usize], panels: &[&[u32]], sums: &mut Sums) {
    for (tile, &start) in starts.iter().enumerate() {
        for (idx, panel) in panels.iter().enumerate() {
            let (steps, _) = panel.as_chunks::<STEP_LEN>();
            for row in 0..SIDE {
                let mut total = [0.0; SIDE];
                for (step, panel) in steps.iter().enumerate() {
                    let pairs = left.step(start, row, step);
                    for (&pair, right) in pairs.iter().zip(panel.as_chunks::<SIDE>().0) {
                        for (sum, &right) in total.iter_mut().zip(right) {
                            *sum = add_pair(*sum, pair, right);
                        }
                    }
                }
                sums[tile * SIDE + row][idx * SIDE..][..SIDE].copy_from_slice(&total);
            }
        }
    }
}

/// One lane of the instruction.
fn add_pair(sum: f32, left: u32, right: u32) -> f32 {
    let second = |pair: u32| flush(f32::from_bits(pair & 0xffff_0000));
    let first = |pair: u32| second(pair << 16);
    let sum = flush(flush(sum) + flush(second(left) * second(right)));
    flush(sum + flush(first(left) * first(right)))
}

fn flush(value: f32) -> f32 {
    if value.is_subnormal() { 0.0_f32.copysign(value) } else { value }
}

#[cfg(target_arch = "x86_64")]
mod present {
    #![allow(unsafe_code, reason = "an instruction that not every processor has")]

    use std::arch::x86_64::{
        __m512, __m512bh, __m512i, _mm512_dpbf16_ps, _mm512_loadu_si512, _mm512_mask_storeu_ps,
        _mm512_maskz_loadu_ps, _mm512_set1_epi32, _mm512_setzero_ps, _mm512_storeu_ps,
    };

    use super::super::kernel::{Left, Sums};
    use super::super::{SIDE, STEP_LEN};
    use super::{Beside, Place, Rows};

    /// The instruction is there.
    #[derive(Clone, Copy, Debug)]
    pub(in crate::backend::cpu) struct Permit(());

    impl Permit {
        pub(super) fn ask() -> Option<Self> {
            let has = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bf16");
            has.then_some(Self(()))
        }

        /// One or two tiles times one or two panels.
        #[inline(always)]
        pub(super) fn multiply(
            self,
            left: Left<'_>,
            starts: &[usize],
            panels: &[&[u32]],
            sums: &mut Sums,
        ) {
            // SAFETY: the permit.
            unsafe { multiply(left, starts, panels, sums) }
        }

        #[inline(always)]
        pub(super) fn multiply_rows(self, rows: Rows<'_>, beside: Beside<'_>, place: Place<'_>) {
            // SAFETY: the permit.
            unsafe { multiply_rows(rows, beside, place) }
        }
    }

    #[target_feature(enable = "avx512f,avx512bf16")]
    fn multiply(left: Left<'_>, starts: &[usize], panels: &[&[u32]], sums: &mut Sums) {
        for (tile, &start) in starts.iter().enumerate() {
            for row in (tile * SIDE..(tile + 1) * SIDE).step_by(ROWS) {
                let start = start + row % SIDE * left.stride();
                let rows = &mut sums[row..row + ROWS];
                match *panels {
                    [first, second] => group(left, start, [first, second], rows),
                    [only] => group(left, start, [only], rows),
                    _ => {}
                }
            }
        }
    }

    /// Rows at once: with two panels they fill half of the 32 registers, enough to hide an instruction's latency.
    const ROWS: usize = 8;

    /// Eight rows times some panels.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bf16")]
    fn group<const PANELS: usize>(
        left: Left<'_>,
        start: usize,
        panels: [&[u32]; PANELS],
        sums: &mut [[f32; 2 * SIDE]],
    ) {
        let mut acc = [[_mm512_setzero_ps(); PANELS]; ROWS];
        let mut steps: [&[[u32; STEP_LEN]]; PANELS] = [&[]; PANELS];
        for (steps, panel) in steps.iter_mut().zip(panels) {
            *steps = &panel.as_chunks().0[..left.n_steps()];
        }
        for step in 0..left.n_steps() {
            let mut rows = [&[0; SIDE]; ROWS];
            for (idx, row) in rows.iter_mut().enumerate() {
                *row = left.step(start, idx, step);
            }
            for pair in 0..SIDE {
                let mut right = [_mm512_set1_epi32(0); PANELS];
                for (right, steps) in right.iter_mut().zip(steps) {
                    let (lines, _) = steps[step].as_chunks::<SIDE>();
                    *right = load(&lines[pair]);
                }
                for (acc, row) in acc.iter_mut().zip(rows) {
                    let value = as_pairs(_mm512_set1_epi32(row[pair].cast_signed()));
                    for (acc, &right) in acc.iter_mut().zip(&right) {
                        *acc = _mm512_dpbf16_ps(*acc, value, as_pairs(right));
                    }
                }
            }
        }
        for (sums, acc) in sums.iter_mut().zip(acc) {
            let (halves, _) = sums.as_chunks_mut::<SIDE>();
            for (half, acc) in halves.iter_mut().zip(acc) {
                store(half, acc);
            }
        }
    }

    #[target_feature(enable = "avx512f,avx512bf16")]
    fn multiply_rows(rows: Rows<'_>, beside: Beside<'_>, mut place: Place<'_>) {
        let n_panels = place.n_columns.div_ceil(SIDE);
        let mut first = 0;
        while first < n_panels {
            // 8 × 3 sums fill the registers best; rather twice two panels than three and one.
            let count = match n_panels - first {
                4 => 2,
                left => left.min(3),
            };
            for row in (0..rows.n_rows).step_by(ROWS) {
                match count {
                    1 => part::<1>(rows, beside, &mut place, row, first),
                    2 => part::<2>(rows, beside, &mut place, row, first),
                    _ => part::<3>(rows, beside, &mut place, row, first),
                }
            }
            first += count;
        }
    }

    /// Eight rows from `first` on, or those that are left, times some panels.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bf16")]
    fn part<const PANELS: usize>(
        rows: Rows<'_>,
        beside: Beside<'_>,
        place: &mut Place<'_>,
        first: usize,
        panel: usize,
    ) {
        let n_pairs = rows.n_pairs;
        let mut lefts: [&[u32]; ROWS] = [&[]; ROWS];
        for (idx, left) in lefts.iter_mut().enumerate() {
            // What is not full repeats its last row and drops the result.
            *left = &rows.row((first + idx).min(rows.n_rows - 1))[..n_pairs];
        }
        let mut panels: [&[[u32; SIDE]]; PANELS] = [&[]; PANELS];
        let mut masks = [0; PANELS];
        for idx in 0..PANELS {
            let pairs = &beside.pairs[(panel + idx) * beside.stride..];
            panels[idx] = &pairs.as_chunks().0[..n_pairs];
            let n_columns = (place.n_columns - (panel + idx) * SIDE).min(SIDE);
            masks[idx] = (u32::MAX >> (32 - n_columns)) as u16;
        }
        let n_rows = ROWS.min(rows.n_rows - first);
        let mut acc = [[_mm512_setzero_ps(); PANELS]; ROWS];
        // Here and below the loop has a length that the compiler knows: else it keeps the sums in memory all along.
        for (idx, acc) in acc.iter_mut().enumerate() {
            if place.adds && idx < n_rows {
                let out = &place.out[(first + idx) * place.stride..][..place.n_columns];
                for (idx, acc) in acc.iter_mut().enumerate() {
                    *acc = load_some(&out[(panel + idx) * SIDE..], masks[idx]);
                }
            }
        }
        for pair in 0..n_pairs {
            let mut right = [_mm512_set1_epi32(0); PANELS];
            for (right, panel) in right.iter_mut().zip(panels) {
                *right = load(&panel[pair]);
            }
            for (acc, left) in acc.iter_mut().zip(lefts) {
                let value = as_pairs(_mm512_set1_epi32(left[pair].cast_signed()));
                for (acc, &right) in acc.iter_mut().zip(&right) {
                    *acc = _mm512_dpbf16_ps(*acc, value, as_pairs(right));
                }
            }
        }
        for (idx, acc) in acc.iter().enumerate() {
            if idx < n_rows {
                let out = &mut place.out[(first + idx) * place.stride..][..place.n_columns];
                for (idx, &acc) in acc.iter().enumerate() {
                    store_some(&mut out[(panel + idx) * SIDE..], masks[idx], acc);
                }
            }
        }
    }

    /// Up to sixteen values, those that are there by `mask`.
    #[inline]
    #[target_feature(enable = "avx512f")]
    fn load_some(values: &[f32], mask: u16) -> __m512 {
        assert!(values.len() >= 16 - mask.leading_zeros() as usize, "values for the mask");
        // SAFETY: only what the mask names is read, and it is there.
        unsafe { _mm512_maskz_loadu_ps(mask, values.as_ptr()) }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn store_some(values: &mut [f32], mask: u16, vector: __m512) {
        assert!(values.len() >= 16 - mask.leading_zeros() as usize, "values for the mask");
        // SAFETY: only what the mask names is written, and it is there.
        unsafe { _mm512_mask_storeu_ps(values.as_mut_ptr(), mask, vector) }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn load(pairs: &[u32; SIDE]) -> __m512i {
        // SAFETY: sixty-four bytes, of which the borrow says that they are there.
        unsafe { _mm512_loadu_si512(pairs.as_ptr().cast()) }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn store(values: &mut [f32; SIDE], vector: __m512) {
        // SAFETY: sixty-four bytes, of which the borrow says that they are there.
        unsafe { _mm512_storeu_ps(values.as_mut_ptr(), vector) }
    }

    #[inline]
    #[target_feature(enable = "avx512f")]
    fn as_pairs(vector: __m512i) -> __m512bh {
        // SAFETY: any bits are thirty-two values of bf16.
        unsafe { std::mem::transmute::<__m512i, __m512bh>(vector) }
    }
}

#[cfg(not(target_arch = "x86_64"))]
mod absent {
    use super::super::kernel::{Left, Sums};
    use super::{Beside, Place, Rows};

    /// There is none on this machine.
    #[derive(Clone, Copy, Debug)]
    pub(in crate::backend::cpu) enum Permit {}

    impl Permit {
        pub(super) fn ask() -> Option<Self> {
            None
        }

        pub(super) fn multiply(self, _: Left<'_>, _: &[usize], _: &[&[u32]], _: &mut Sums) {
            match self {}
        }

        pub(super) fn multiply_rows(self, _: Rows<'_>, _: Beside<'_>, _: Place<'_>) {
            match self {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(first: f32, second: f32) -> u32 {
        u32::from(super::super::round(first)) | u32::from(super::super::round(second)) << 16
    }

    #[test]
    fn the_second_product_is_added_first() {
        let big = 16_777_216.0; // 2²⁴: adding 1 to it is a tie
        assert_eq!(add_pair(big, pair(2.0, 1.0), pair(1.0, 1.0)), big + 2.0);
        assert_eq!(add_pair(big, pair(1.0, 2.0), pair(1.0, 1.0)), big + 4.0);
        assert_eq!(add_pair(big, pair(1.0, 1.0), pair(1.0, 1.0)), big);
    }

    #[test]
    fn denormals_are_zero() {
        let tiny = f32::MIN_POSITIVE;
        assert_eq!(add_pair(tiny / 2.0, 0, 0), 0.0);
        assert_eq!(add_pair(0.0, pair(tiny, 0.0), pair(0.5, 0.0)), 0.0);
        assert_eq!(add_pair(1.5 * tiny, pair(-tiny, 0.0), pair(1.0, 0.0)), 0.0);
        assert_eq!(add_pair(0.0, 1, pair(1e30, 0.0)), 0.0);
    }
}
