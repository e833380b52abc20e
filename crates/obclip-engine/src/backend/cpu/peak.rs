//! What the processor can do at best, to set figures against.

use std::hint::black_box;
use std::time::Instant;

use pulp::{Simd, WithSimd};

use super::Cpu;

impl Cpu {
    /// Multiply-accumulates a second that one core reaches with all values in registers, f32: the best of `turns` runs of a
    /// few milliseconds each.
    pub fn peak_macs_per_second(&self, turns: usize) -> f64 {
        let run = |_| {
            let start = Instant::now();
            self.arch.dispatch(Chains { rounds: black_box(ROUNDS) });
            (ROUNDS * CHAINS * self.lanes) as f64 / start.elapsed().as_secs_f64()
        };
        (0..turns.max(1)).map(run).fold(0.0, f64::max)
    }
}

/// Enough to hide the latency of one: two units times five cycles, at most.
const CHAINS: usize = 12;
const ROUNDS: usize = 1 << 21;

/// Independent sums, so that every cycle can start some.
struct Chains {
    rounds: usize,
}

impl WithSimd for Chains {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (factor, plus) = (simd.splat_f32s(0.999), simd.splat_f32s(1e-3));
        let mut sums = [simd.splat_f32s(1.0); CHAINS];
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
