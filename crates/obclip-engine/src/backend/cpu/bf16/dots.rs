//! Products of pairs by `vdpbf16ps` (AVX512_BF16: AMD since Zen 4, Intel since Cooper Lake).
//!
//! Its sums are not those of AMX: to what is there it adds the product of the pairs' second values, then that of their first
//! ones, each sum rounded to the nearest, ties to even, denormals taken for zero on the way in and out (Intel's manual,
//! VDPBF16PS). Products of two bf16 values are exact. [`plain`] is the same in plain code.

#[cfg(not(target_arch = "x86_64"))]
pub(super) use absent::Permit;
#[cfg(target_arch = "x86_64")]
pub(super) use present::Permit;

use super::kernel::{Left, Sums};
use super::{SIDE, STEP_LEN};

/// The same sums without the instruction, for comparison.
pub(super) fn plain(left: Left<'_>, starts: &[usize], panels: &[&[u32]], sums: &mut Sums) {
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
        __m512, __m512bh, __m512i, _mm512_dpbf16_ps, _mm512_loadu_si512, _mm512_set1_epi32,
        _mm512_setzero_ps, _mm512_storeu_ps,
    };

    use super::super::kernel::{Left, Sums};
    use super::super::{SIDE, STEP_LEN};

    /// The instruction is there.
    #[derive(Clone, Copy, Debug)]
    pub(in crate::backend::cpu) struct Permit(());

    impl Permit {
        pub(in super::super) fn ask() -> Option<Self> {
            let has = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bf16");
            has.then_some(Self(()))
        }

        /// One or two tiles times one or two panels.
        #[inline(always)]
        pub(in super::super) fn multiply(
            self,
            left: Left<'_>,
            starts: &[usize],
            panels: &[&[u32]],
            sums: &mut Sums,
        ) {
            // SAFETY: the permit.
            unsafe { multiply(left, starts, panels, sums) }
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

    /// There is none on this machine.
    #[derive(Clone, Copy, Debug)]
    pub(in crate::backend::cpu) enum Permit {}

    impl Permit {
        pub(in super::super) fn ask() -> Option<Self> {
            None
        }

        pub(in super::super) fn multiply(self, _: Left<'_>, _: &[usize], _: &[&[u32]], _: &mut Sums) {
            match self {}
        }
    }
}
