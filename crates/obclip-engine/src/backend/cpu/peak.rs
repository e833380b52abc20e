//! Work that a processor does as fast as it can, to set figures against.

use std::hint::black_box;

use pulp::{Simd, WithSimd};

use super::Cpu;

impl Cpu {
    /// Multiplies and adds f32 values that stay in registers, in the calling thread: nothing is faster. Returns the number
    /// of multiply-accumulates; whoever calls holds the clock.
    pub fn multiply_in_registers(&self, rounds: usize) -> u64 {
        self.arch.dispatch(Chains { rounds: black_box(rounds) });
        (rounds * CHAINS * self.lanes) as u64
    }
}

/// Enough to hide the latency of one: two units times five cycles, at most.
const CHAINS: usize = 12;

/// Independent sums, so that every cycle can start some.
struct Chains {
    rounds: usize,
}

impl WithSimd for Chains {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // Nothing that the compiler could work out beforehand.
        let (factor, plus) = (simd.splat_f32s(black_box(0.9)), simd.splat_f32s(black_box(1.0)));
        let mut sums = [simd.splat_f32s(0.0); CHAINS];
        for (idx, sum) in sums.iter_mut().enumerate() {
            *sum = simd.splat_f32s(black_box(idx as f32));
        }
        for _ in 0..self.rounds {
            for sum in &mut sums {
                *sum = simd.mul_add_f32s(*sum, factor, plus);
            }
        }
        for sum in sums {
            black_box(simd.reduce_sum_f32s(sum));
        }
    }
}
