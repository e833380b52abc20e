//! Attention as in [`super::super::attention`], both products on rounded values; scores, softmax and sums are f32.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::super::attention::{BLOCK_KEYS, BLOCK_QUERIES, Head, QueryBlock, Running, ScorePart};
use super::super::{Cpu, CpuTensor, Held};
use super::kernel::{Left, NO_SUMS, multiply};
use super::{Multiplier, Panels, Ready, SIDE, STEP, round_into};

/// Keys and values of one head.
pub(in super::super) struct Bf16Head {
    multiplier: Multiplier,
    n_keys: usize,
    head_dim: usize,
    /// Outputs are the keys, inputs the head's channels.
    keys: Panels,
    /// Outputs are the values' channels, inputs the keys.
    values: Panels,
}

impl Head for Bf16Head {
    fn pack(
        cpu: &Cpu,
        (k, k_row): (&CpuTensor, usize),
        values_of: &[(&CpuTensor, usize)],
        channels: Range<usize>,
    ) -> Self {
        let (n_keys, head_dim) = (k.dims.positions(), channels.len());
        let n_channels = k.dims.c;
        let value = |x: &CpuTensor, row: usize, key: usize, channel: usize| {
            let (position, channel) = (row * n_keys + key, channels.start + channel);
            match &x.held {
                Held::Single(values) => values[position * n_channels + channel],
                Held::Rounded(rounded) => rounded.at(position, channel),
            }
        };
        let key_at = |key: usize, step: usize, input: usize| {
            let channel = step * STEP + input;
            if channel < head_dim { value(k, k_row, key, channel) } else { 0.0 }
        };
        let value_at = |output: usize, step: usize, input: usize| {
            let key = step * STEP + input;
            let (v, row) = values_of[output / head_dim];
            if key < n_keys { value(v, row, key, output % head_dim) } else { 0.0 }
        };
        let value_dim = values_of.len() * head_dim;
        Self {
            multiplier: cpu.multiplier(),
            n_keys,
            head_dim,
            keys: Panels::new(cpu, n_keys, head_dim.div_ceil(STEP), key_at, None),
            values: Panels::new(cpu, value_dim, n_keys.div_ceil(STEP), value_at, None),
        }
    }

    fn value_dim(&self) -> usize {
        self.values.n_out()
    }

    fn attend(cpu: &Cpu, block: QueryBlock<'_, Self>) {
        cpu.arch.dispatch(block);
    }
}

/// What a block of queries works in.
struct Scratch {
    /// Rounded queries of one head.
    queries: Vec<u32>,
    /// (queries, [`BLOCK_KEYS`])
    scores: Vec<f32>,
    /// The same, rounded.
    weights: Vec<u32>,
}

impl WithSimd for QueryBlock<'_, Bf16Head> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let Some(head) = self.heads.first() else { return };
        let mut scratch = Scratch {
            queries: vec![0; QUERIES * head.keys.n_steps() * SIDE],
            scores: vec![0.0; QUERIES * BLOCK_KEYS],
            weights: vec![0; QUERIES * BLOCK_KEYS / 2],
        };
        let mut ready = head.multiplier.open();
        for head_idx in 0..self.heads.len() {
            self.run_head(simd, &mut ready, head_idx, &mut scratch);
        }
    }
}

impl QueryBlock<'_, Bf16Head> {
    #[inline(always)]
    fn run_head<S: Simd>(
        &mut self,
        simd: S,
        ready: &mut Ready,
        head_idx: usize,
        scratch: &mut Scratch,
    ) {
        let head = &self.heads[head_idx];
        let value_dim = head.value_dim();
        let scale = 1.0 / (head.head_dim as f32).sqrt();
        let out_channel = head_idx * value_dim;
        let mut part = ScorePart { first_key: 0, scale, out_channel, value_dim };
        let mut softmax = [Running::START; BLOCK_QUERIES];
        self.round_queries(head, head_idx * head.head_dim, &mut scratch.queries);
        for first_key in (0..head.n_keys).step_by(BLOCK_KEYS) {
            let n_keys = BLOCK_KEYS.min(head.n_keys - first_key);
            part.first_key = first_key;
            self.score(simd, ready, head, first_key, scratch);
            for (query, running) in softmax.iter_mut().enumerate().take(self.n_queries()) {
                let row = &mut scratch.scores[query * BLOCK_KEYS..][..n_keys];
                self.weigh(query, running, row, part);
                let pairs = n_keys.div_ceil(STEP) * SIDE;
                round_into(row, &mut scratch.weights[query * BLOCK_KEYS / 2..][..pairs]);
            }
            self.mix(simd, ready, head, part, &scratch.weights);
        }
        for (query, running) in softmax.iter().enumerate().take(self.n_queries()) {
            self.finish(query, running, part);
        }
    }

    #[inline(always)]
    fn round_queries(&self, head: &Bf16Head, channel: usize, pairs: &mut [u32]) {
        let rows = self.queries.chunks_exact(self.channels);
        for (row, pairs) in rows.zip(pairs.chunks_exact_mut(head.keys.n_steps() * SIDE)) {
            round_into(&row[channel..channel + head.head_dim], pairs);
        }
    }

    /// Queries · keys of one block, unscaled.
    #[inline(always)]
    fn score<S: Simd>(
        &self,
        simd: S,
        ready: &mut Ready,
        head: &Bf16Head,
        first_key: usize,
        scratch: &mut Scratch,
    ) {
        let n_steps = head.keys.n_steps();
        let offsets: Vec<usize> = (0..n_steps).map(|step| step * SIDE).collect();
        let stride = n_steps * SIDE;
        let left = Left::new(&scratch.queries, stride, &offsets);
        let last = head.keys.n_panels().min((first_key + BLOCK_KEYS) / SIDE);
        let mut sums = NO_SUMS;
        for first in (first_key / SIDE..last).step_by(2) {
            let panels = [first, (first + 1).min(last - 1)];
            let panels = panels.map(|panel| head.keys.steps(panel, 0..n_steps));
            let panels = &panels[..2.min(last - first)];
            let n_columns = panels.len() * SIDE;
            for query in (0..self.n_queries()).step_by(2 * SIDE) {
                let starts = [query * stride, (query + SIDE) * stride];
                let n_tiles = if query + SIDE < self.n_queries() { 2 } else { 1 };
                multiply(simd, ready, left, &starts[..n_tiles], panels, &mut sums);
                for (idx, sums) in sums.iter().enumerate().take(n_tiles * SIDE) {
                    let start = (query + idx) * BLOCK_KEYS + first * SIDE - first_key;
                    let row = &mut scratch.scores[start..start + n_columns];
                    row.copy_from_slice(&sums[..n_columns]);
                }
            }
        }
    }

    /// Adds weights · values of one block to the output.
    #[inline(always)]
    fn mix<S: Simd>(
        &mut self,
        simd: S,
        ready: &mut Ready,
        head: &Bf16Head,
        part: ScorePart,
        weights: &[u32],
    ) {
        let first_step = part.first_key / STEP;
        let steps = first_step..head.values.n_steps().min(first_step + BLOCK_KEYS / STEP);
        let offsets: Vec<usize> = (0..steps.len()).map(|step| step * SIDE).collect();
        let stride = BLOCK_KEYS / 2;
        let left = Left::new(weights, stride, &offsets);
        let (n_queries, n_panels) = (self.n_queries(), head.values.n_panels());
        let mut sums = NO_SUMS;
        for first in (0..n_panels).step_by(2) {
            let panels = [first, (first + 1).min(n_panels - 1)];
            let panels = panels.map(|panel| head.values.steps(panel, steps.clone()));
            let panels = &panels[..2.min(n_panels - first)];
            let n_columns = (part.value_dim - first * SIDE).min(2 * SIDE);
            for query in (0..n_queries).step_by(2 * SIDE) {
                let starts = [query * stride, (query + SIDE) * stride];
                let n_tiles = if query + SIDE < n_queries { 2 } else { 1 };
                multiply(simd, ready, left, &starts[..n_tiles], panels, &mut sums);
                let rows = sums.iter().enumerate().take((n_queries - query).min(2 * SIDE));
                for (idx, sums) in rows {
                    let start = (query + idx) * self.out_channels + part.out_channel + first * SIDE;
                    for (out, sum) in self.out[start..start + n_columns].iter_mut().zip(sums) {
                        *out += sum;
                    }
                }
            }
        }
    }
}

/// Queries of a block, in whole pairs of tiles.
const QUERIES: usize = BLOCK_QUERIES.next_multiple_of(2 * SIDE);
