//! Attention as in [`super::super::attention`], both products on rounded values; scores, softmax and sums are f32.

use std::ops::Range;

use pulp::bytemuck::{cast_slice, cast_slice_mut};
use pulp::{Simd, WithSimd};

use super::super::attention::{
    BLOCK_KEYS, BLOCK_QUERIES, HeadSizes, Packing, QueryBlock, Running, ScorePart,
};
use super::super::{Cpu, CpuTensor, Held};
use super::dots::{Place, Rows};
use super::kernel::{Left, NO_SUMS, multiply, one_behind_another};
use super::{Multiplier, PanelsRef, Ready, SIDE, STEP, round_into};

/// Keys and values in panels of rounded pairs.
pub(in super::super) struct InTiles;

/// One head's panels.
#[derive(Clone, Copy)]
struct Bf16Head<'a> {
    sizes: HeadSizes,
    /// Outputs are the keys, inputs the head's channels.
    keys: PanelsRef<'a>,
    /// Outputs are the values' channels, inputs the keys.
    values: PanelsRef<'a>,
}

impl HeadSizes {
    /// Pairs of the keys and of the values.
    fn pairs(self) -> [usize; 2] {
        let Self { n_keys, head_dim, value_dim } = self;
        [
            PanelsRef::len(n_keys, head_dim.div_ceil(STEP)),
            PanelsRef::len(value_dim, n_keys.div_ceil(STEP)),
        ]
    }
}

impl<'a> Bf16Head<'a> {
    fn of(sizes: HeadSizes, packed: &'a [f32]) -> Self {
        let (keys, values) = cast_slice(packed).split_at(sizes.pairs()[0]);
        let HeadSizes { n_keys, head_dim, value_dim } = sizes;
        Self {
            sizes,
            keys: PanelsRef::new(n_keys, head_dim.div_ceil(STEP), keys),
            values: PanelsRef::new(value_dim, n_keys.div_ceil(STEP), values),
        }
    }
}

impl Packing for InTiles {
    fn len(_: &Cpu, sizes: HeadSizes) -> usize {
        sizes.pairs().iter().sum()
    }

    fn pack(
        _: &Cpu,
        (k, k_row): (&CpuTensor, usize),
        values_of: &[(&CpuTensor, usize)],
        channels: Range<usize>,
        packed: &mut [f32],
    ) {
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
        let sizes = HeadSizes { n_keys, head_dim, value_dim: values_of.len() * head_dim };
        let (keys, values) = cast_slice_mut(packed).split_at_mut(sizes.pairs()[0]);
        PanelsRef::pack(n_keys, head_dim.div_ceil(STEP), key_at, keys);
        PanelsRef::pack(sizes.value_dim, n_keys.div_ceil(STEP), value_at, values);
    }

    fn attend(cpu: &Cpu, block: QueryBlock<'_, Self>) {
        let n_steps = block.heads.sizes.head_dim.div_ceil(STEP);
        // Rows that are no queries are multiplied too, and their products dropped.
        let mut work = cpu.buffers.take_zeros(Scratch::lens(n_steps).iter().sum());
        cpu.arch.dispatch(OnTiles { block, work: &mut work, multiplier: cpu.multiplier() });
    }
}

/// What a block of queries works in.
struct Scratch<'a> {
    /// Rounded queries of one head.
    queries: &'a mut [u32],
    /// (queries, [`BLOCK_KEYS`])
    scores: &'a mut [f32],
    /// The same, rounded.
    weights: &'a mut [u32],
}

impl Scratch<'_> {
    fn lens(n_steps: usize) -> [usize; 3] {
        [QUERIES * n_steps * SIDE, QUERIES * BLOCK_KEYS, QUERIES * BLOCK_KEYS / 2]
    }
}

/// A block, what it is worked on in, and what multiplies.
struct OnTiles<'a, 'b> {
    block: QueryBlock<'a, InTiles>,
    work: &'b mut [f32],
    multiplier: Multiplier,
}

impl WithSimd for OnTiles<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let lens = Scratch::lens(self.block.heads.sizes.head_dim.div_ceil(STEP));
        let (queries, work) = self.work.split_at_mut(lens[0]);
        let (scores, weights) = work.split_at_mut(lens[1]);
        let (queries, weights) = (cast_slice_mut(queries), cast_slice_mut(weights));
        let mut scratch = Scratch { queries, scores, weights };
        let mut ready = self.multiplier.open();
        for head_idx in 0..self.block.heads.n_heads {
            self.block.run_head(simd, &mut ready, head_idx, &mut scratch);
        }
    }
}

impl QueryBlock<'_, InTiles> {
    #[inline(always)]
    fn run_head<S: Simd>(
        &mut self,
        simd: S,
        ready: &mut Ready,
        head_idx: usize,
        scratch: &mut Scratch<'_>,
    ) {
        let sizes @ HeadSizes { head_dim, value_dim, .. } = self.heads.sizes;
        let head = Bf16Head::of(sizes, self.heads.head(head_idx));
        let scale = 1.0 / (head_dim as f32).sqrt();
        let out_channel = head_idx * value_dim;
        let mut part = ScorePart { first_key: 0, scale, out_channel, value_dim };
        let mut softmax = [Running::START; BLOCK_QUERIES];
        self.round_queries(head, head_idx * head_dim, scratch.queries);
        for first_key in (0..head.sizes.n_keys).step_by(BLOCK_KEYS) {
            let n_keys = BLOCK_KEYS.min(head.sizes.n_keys - first_key);
            part.first_key = first_key;
            self.score(simd, ready, head, first_key, scratch);
            for (query, running) in softmax.iter_mut().enumerate().take(self.n_queries()) {
                let row = &mut scratch.scores[query * BLOCK_KEYS..][..n_keys];
                self.weigh(query, running, row, part);
                let pairs = n_keys.div_ceil(STEP) * SIDE;
                round_into(row, &mut scratch.weights[query * BLOCK_KEYS / 2..][..pairs]);
            }
            self.mix(simd, ready, head, part, scratch.weights);
        }
        for (query, running) in softmax.iter().enumerate().take(self.n_queries()) {
            self.finish(query, running, part);
        }
    }

    #[inline(always)]
    fn round_queries(&self, head: Bf16Head<'_>, channel: usize, pairs: &mut [u32]) {
        let rows = self.queries.chunks_exact(self.channels);
        for (row, pairs) in rows.zip(pairs.chunks_exact_mut(head.keys.n_steps() * SIDE)) {
            round_into(&row[channel..channel + head.sizes.head_dim], pairs);
        }
    }

    /// Queries · keys of one block, unscaled.
    #[inline(always)]
    fn score<S: Simd>(
        &self,
        simd: S,
        ready: &mut Ready,
        head: Bf16Head<'_>,
        first_key: usize,
        scratch: &mut Scratch<'_>,
    ) {
        let n_steps = head.keys.n_steps();
        let offsets = &one_behind_another(n_steps);
        let stride = n_steps * SIDE;
        if let Ready::Dots(dots) = ready {
            let n_pairs = head.sizes.head_dim.div_ceil(2);
            let rows = Rows { pairs: scratch.queries, stride, n_rows: self.n_queries(), n_pairs };
            let n_columns = BLOCK_KEYS.min(head.sizes.n_keys - first_key);
            let out = &mut *scratch.scores;
            let place = Place { out, stride: BLOCK_KEYS, n_columns, adds: false };
            return dots.multiply_rows(rows, head.keys.beside(first_key / SIDE, 0), place);
        }
        let left = Left::new(scratch.queries, stride, offsets);
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
        head: Bf16Head<'_>,
        part: ScorePart,
        weights: &[u32],
    ) {
        let first_step = part.first_key / STEP;
        let steps = first_step..head.values.n_steps().min(first_step + BLOCK_KEYS / STEP);
        let offsets = &one_behind_another(steps.len());
        let stride = BLOCK_KEYS / 2;
        let (n_queries, n_panels) = (self.n_queries(), head.values.n_panels());
        if let Ready::Dots(dots) = ready {
            let n_keys = BLOCK_KEYS.min(head.sizes.n_keys - part.first_key);
            let n_pairs = n_keys.div_ceil(2);
            let rows = Rows { pairs: weights, stride, n_rows: n_queries, n_pairs };
            let out = &mut self.out[part.out_channel..];
            let (stride, n_columns) = (self.out_channels, part.value_dim);
            let place = Place { out, stride, n_columns, adds: true };
            return dots.multiply_rows(rows, head.values.beside(0, first_step), place);
        }
        let left = Left::new(weights, stride, offsets);
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
