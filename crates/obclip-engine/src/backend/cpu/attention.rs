//! Attention without the whole matrix of scores: a block of queries meets the keys block by block,
//! with the running maximum and sum of Milakov & Gimelshein (<https://arxiv.org/abs/1805.02867>)
//! and Dao et al. (<https://arxiv.org/abs/2205.14135>).

use std::marker::PhantomData;
use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::bf16::{RoundRows, Rounded};
use super::buffers::Buffer;
use super::mathematics::exp;
use super::matmul::{Left, Start, Sums, multiply};
use super::{Cpu, CpuTensor};
use crate::backend::{AttentionSpec, Dims};

/// Queries per task.
pub(super) const BLOCK_QUERIES: usize = 48;
/// Keys per block: a panel of 256 × 16 values of 4 bytes is half of the first-level cache. A
/// multiple of every panel width.
pub(super) const BLOCK_KEYS: usize = 256;
/// The same for panels that are twice as wide.
const BLOCK_KEYS_OF_WIDE: usize = BLOCK_KEYS / 2;

/// One way of packing keys and values, and of multiplying them.
pub(super) trait Packing: Send + Sync + Sized {
    /// Values of four bytes that one head takes.
    fn len(cpu: &Cpu, sizes: HeadSizes) -> usize;

    /// Packs some channels of one row of keys, and of the rows of values that share its map.
    fn pack(
        cpu: &Cpu,
        keys: (&CpuTensor, usize),
        values_of: &[(&CpuTensor, usize)],
        channels: Range<usize>,
        packed: &mut [f32],
    );

    /// Fills a block's output, which is all zeros.
    fn attend(cpu: &Cpu, block: QueryBlock<'_, Self>);
}

/// Keys and values of one head.
#[derive(Clone, Copy)]
pub(super) struct HeadSizes {
    pub(super) n_keys: usize,
    pub(super) head_dim: usize,
    /// Channels of the values: the head's, for each row that shares the map.
    pub(super) value_dim: usize,
}

pub(super) fn attention<P: Packing>(
    cpu: &Cpu,
    q: &CpuTensor,
    k: &CpuTensor,
    v: &CpuTensor,
    spec: AttentionSpec<'_>,
) -> CpuTensor {
    let packed = RowsOfHeads::pack::<P>(cpu, q, k, v, spec);
    let mut data = cpu.buffers.take(q.dims.len());
    mix::<P>(cpu, q, &|q_row| packed.of(spec.kv_row(q_row)), spec.causal, &mut data);
    CpuTensor::new(q.dims, data)
}

/// The same for a product that reads it: rounded.
pub(super) fn attention_rounded<P: Packing>(
    cpu: &Cpu,
    q: &CpuTensor,
    k: &CpuTensor,
    v: &CpuTensor,
    spec: AttentionSpec<'_>,
) -> CpuTensor {
    let packed = RowsOfHeads::pack::<P>(cpu, q, k, v, spec);
    let (channels, n_queries) = (q.dims.c, q.dims.positions());
    let mut rounded = Rounded::zeros(cpu, q.dims, 0);
    let pixel = rounded.pixel();
    let tasks = query_blocks(rounded.pixels_mut(), n_queries, pixel);
    cpu.threads.each(tasks, |(row, first_query, pairs)| {
        let (first, n) = (row * n_queries + first_query, pairs.len() / pixel);
        let mut out = cpu.buffers.take_zeros(n * channels);
        let block = QueryBlock::<P> {
            queries: &q.positions(cpu, first..first + n),
            heads: packed.of(spec.kv_row(row)),
            out: &mut out,
            channels,
            out_channels: channels,
            first_query,
            causal: spec.causal,
            packing: PhantomData,
        };
        P::attend(cpu, block);
        cpu.arch.dispatch(RoundRows { values: &out, c: channels, pairs, stride: pixel });
    });
    CpuTensor::rounded(rounded)
}

/// Keys and values of all rows, head by head.
struct RowsOfHeads {
    n_heads: usize,
    sizes: HeadSizes,
    /// Of one head.
    len: usize,
    packed: Buffer,
}

impl RowsOfHeads {
    fn pack<P: Packing>(
        cpu: &Cpu,
        q: &CpuTensor,
        k: &CpuTensor,
        v: &CpuTensor,
        spec: AttentionSpec<'_>,
    ) -> Self {
        let (head_dim, n_heads) = (q.dims.c / spec.n_heads, spec.n_heads);
        let sizes = HeadSizes { n_keys: k.dims.positions(), head_dim, value_dim: head_dim };
        let len = P::len(cpu, sizes);
        let mut packed = cpu.buffers.take(k.dims.n * n_heads * len);
        cpu.threads.each_chunk(&mut packed, len, |idx, packed| {
            let (row, head) = (idx / n_heads, idx % n_heads);
            let channels = head * head_dim..(head + 1) * head_dim;
            P::pack(cpu, (k, row), &[(v, row)], channels, packed);
        });
        Self { n_heads, sizes, len, packed }
    }

    fn of(&self, kv_row: usize) -> Heads<'_> {
        let len = self.n_heads * self.len;
        let packed = &self.packed[kv_row * len..(kv_row + 1) * len];
        Heads { packed, n_heads: self.n_heads, sizes: self.sizes }
    }
}

/// The heads of one row.
#[derive(Clone, Copy)]
pub(super) struct Heads<'a> {
    packed: &'a [f32],
    pub(super) n_heads: usize,
    pub(super) sizes: HeadSizes,
}

impl<'a> Heads<'a> {
    /// What one of them was packed into.
    #[inline(always)]
    pub(super) fn head(self, idx: usize) -> &'a [f32] {
        let len = self.packed.len() / self.n_heads;
        &self.packed[idx * len..(idx + 1) * len]
    }
}

/// The values of all rows that share a map stand side by side, as if the head were so much wider.
pub(super) fn attention_mapped<P: Packing>(
    cpu: &Cpu,
    q: &CpuTensor,
    k: &CpuTensor,
    v: &CpuTensor,
    n_heads: usize,
    map_rows: &[usize],
) -> CpuTensor {
    let (channels, n_queries) = (q.dims.c, q.dims.positions());
    let head_dim = channels / n_heads;
    let row_len = n_queries * channels;
    let mut data = cpu.buffers.take_zeros(map_rows.len() * row_len);
    for map in 0..q.dims.n {
        let readers: Vec<usize> = (0..map_rows.len()).filter(|&row| map_rows[row] == map).collect();
        if readers.is_empty() {
            continue;
        }
        let values: Vec<_> = readers.iter().map(|&row| (v, row)).collect();
        let wide = readers.len() * head_dim;
        let sizes = HeadSizes { n_keys: k.dims.positions(), head_dim, value_dim: wide };
        let len = P::len(cpu, sizes);
        let mut packed = cpu.buffers.take(n_heads * len);
        cpu.threads.each_chunk(&mut packed, len, |head, packed| {
            let channels = head * head_dim..(head + 1) * head_dim;
            P::pack(cpu, (k, map), &values, channels, packed);
        });
        let heads = Heads { packed: &packed, n_heads, sizes };
        let query = super::elementwise::gather_rows(cpu, &[(q, map)]);
        let mut mixed = cpu.buffers.take(n_queries * n_heads * wide);
        mix::<P>(cpu, &query, &|_| heads, false, &mut mixed);
        // (queries, heads, readers, head_dim) → (readers, queries, heads, head_dim)
        for (place, part) in mixed.chunks_exact(head_dim).enumerate() {
            let (outer, reader) = (place / readers.len(), place % readers.len());
            let (query, head) = (outer / n_heads, outer % n_heads);
            let start = readers[reader] * row_len + query * channels + head * head_dim;
            data[start..start + head_dim].copy_from_slice(part);
        }
    }
    CpuTensor::new(Dims { n: map_rows.len(), ..q.dims }, data)
}

/// Every row of queries meets its heads; `data` is (rows, queries, heads × width of the values).
fn mix<'a, P: Packing>(
    cpu: &Cpu,
    q: &CpuTensor,
    heads_of: &(dyn Fn(usize) -> Heads<'a> + Sync),
    causal: bool,
    data: &mut [f32],
) {
    let (channels, n_queries) = (q.dims.c, q.dims.positions());
    let out_channels = data.len() / (q.dims.n * n_queries).max(1);
    let tasks = query_blocks(data, n_queries, out_channels);
    cpu.threads.each(tasks, |(row, first_query, out)| {
        out.fill(0.0);
        let (first, n) = (row * n_queries + first_query, out.len() / out_channels);
        let (queries, packing) = (&q.positions(cpu, first..first + n), PhantomData);
        let heads = heads_of(row);
        let block = QueryBlock::<P> {
            queries,
            heads,
            out,
            channels,
            out_channels,
            first_query,
            causal,
            packing,
        };
        P::attend(cpu, block);
    });
}

/// Row, first query and place of each block of queries, whose outputs have so many channels.
fn query_blocks<T>(
    data: &mut [T],
    n_queries: usize,
    channels: usize,
) -> impl Iterator<Item = (usize, usize, &mut [T])> {
    let rows = data.chunks_mut((n_queries * channels).max(1)).enumerate();
    rows.flat_map(move |(row, out)| {
        let blocks = out.chunks_mut(BLOCK_QUERIES * channels).enumerate();
        blocks.map(move |(block, out)| (row, block * BLOCK_QUERIES, out))
    })
}

/// Keys and values in panels, as the matrix product reads its right side.
pub(super) struct InPanels;

/// One head's panels.
#[derive(Clone, Copy)]
struct PackedHead<'a> {
    sizes: HeadSizes,
    /// Outputs per panel.
    width: usize,
    /// Panels over keys; inputs are the head's channels.
    keys: &'a [f32],
    /// Panels over the values' channels; inputs are the keys.
    values: &'a [f32],
}

impl HeadSizes {
    /// Values of the panels over keys, and of those over the values' channels.
    #[inline(always)]
    fn panels(self, width: usize) -> [usize; 2] {
        let Self { n_keys, head_dim, value_dim } = self;
        [n_keys.div_ceil(width) * head_dim * width, value_dim.div_ceil(width) * n_keys * width]
    }
}

/// Zeros for the last panel, if some of its outputs are not there.
fn fill_last(panels: &mut [f32], n_beyond: usize, panel_len: usize) {
    if n_beyond > 0 {
        let start = panels.len() - panel_len;
        panels[start..].fill(0.0);
    }
}

impl Packing for InPanels {
    fn len(cpu: &Cpu, sizes: HeadSizes) -> usize {
        sizes.panels(2 * cpu.lanes).iter().sum()
    }

    fn pack(
        cpu: &Cpu,
        (k, k_row): (&CpuTensor, usize),
        values_of: &[(&CpuTensor, usize)],
        channels: Range<usize>,
        packed: &mut [f32],
    ) {
        let width = 2 * cpu.lanes;
        let (n_keys, head_dim) = (k.dims.positions(), channels.len());
        let sizes = HeadSizes { n_keys, head_dim, value_dim: values_of.len() * head_dim };
        let (keys, values) = packed.split_at_mut(sizes.panels(width)[0]);
        // Panels that are not full are filled up with zeros.
        fill_last(keys, n_keys % width, head_dim * width);
        fill_last(values, sizes.value_dim % width, n_keys * width);
        let all_keys = k.values();
        let head = |x: &CpuTensor, row: usize, key: usize| {
            let start = (row * n_keys + key) * x.dims.c + channels.start;
            start..start + head_dim
        };
        for key in 0..n_keys {
            let (panel, lane) = (key / width, key % width);
            for (c, &value) in all_keys[head(k, k_row, key)].iter().enumerate() {
                keys[(panel * head_dim + c) * width + lane] = value;
            }
            let mut column = 0;
            for &(v, row) in values_of {
                let mut rest = &v.values()[head(v, row, key)];
                while !rest.is_empty() {
                    let lane = column % width;
                    let (part, more) = rest.split_at(rest.len().min(width - lane));
                    let start = (column / width * n_keys + key) * width + lane;
                    values[start..start + part.len()].copy_from_slice(part);
                    (column, rest) = (column + part.len(), more);
                }
            }
        }
    }

    fn attend(cpu: &Cpu, block: QueryBlock<'_, Self>) {
        let mut scores = cpu.buffers.take(BLOCK_QUERIES * block.block_keys(cpu.lanes));
        cpu.arch.dispatch(InVectors { block, scores: &mut scores });
    }
}

/// Some queries of one row, all heads.
pub(super) struct QueryBlock<'a, P> {
    /// (queries, channels)
    pub(super) queries: &'a [f32],
    pub(super) heads: Heads<'a>,
    /// (queries, out_channels)
    pub(super) out: &'a mut [f32],
    pub(super) channels: usize,
    /// Channels of `out`.
    pub(super) out_channels: usize,
    pub(super) first_query: usize,
    pub(super) causal: bool,
    pub(super) packing: PhantomData<P>,
}

impl<P> QueryBlock<'_, P> {
    /// So many queries.
    #[inline(always)]
    pub(super) fn n_queries(&self) -> usize {
        self.queries.len() / self.channels
    }

    /// Turns the scores of a query into weights, and shrinks what was summed for it before.
    #[inline(always)]
    pub(super) fn weigh(
        &mut self,
        query: usize,
        running: &mut Running,
        scores: &mut [f32],
        part: ScorePart,
    ) {
        if self.causal {
            let n_seen = (self.first_query + query + 1).saturating_sub(part.first_key);
            scores.iter_mut().skip(n_seen).for_each(|score| *score = f32::NEG_INFINITY);
        }
        let shrink = running.take(scores, part.scale);
        let out = &mut self.out[query * self.out_channels + part.out_channel..][..part.value_dim];
        out.iter_mut().for_each(|value| *value *= shrink);
    }

    /// Divides a query's output by the sum of its weights.
    #[inline(always)]
    pub(super) fn finish(&mut self, query: usize, running: &Running, part: ScorePart) {
        let inverse = 1.0 / running.sum;
        let out = &mut self.out[query * self.out_channels + part.out_channel..][..part.value_dim];
        out.iter_mut().for_each(|value| *value *= inverse);
    }
}

/// Which scores: those of one head, from one key on.
#[derive(Clone, Copy)]
pub(super) struct ScorePart {
    pub(super) first_key: usize,
    /// `1/√d`
    pub(super) scale: f32,
    pub(super) out_channel: usize,
    pub(super) value_dim: usize,
}

/// A block and what its scores are made in.
struct InVectors<'a, 'b> {
    block: QueryBlock<'a, InPanels>,
    scores: &'b mut [f32],
}

impl WithSimd for InVectors<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        for head_idx in 0..self.block.heads.n_heads {
            self.block.run_head(simd, head_idx, self.scores);
        }
    }
}

impl QueryBlock<'_, InPanels> {
    /// Keys per block, and the distance between the scores of two queries.
    #[inline(always)]
    fn block_keys(&self, lanes: usize) -> usize {
        let most = if lanes >= 16 { BLOCK_KEYS_OF_WIDE } else { BLOCK_KEYS };
        most.min(self.heads.sizes.n_keys)
    }

    #[inline(always)]
    fn run_head<S: Simd>(&mut self, simd: S, head_idx: usize, scores: &mut [f32]) {
        let sizes @ HeadSizes { n_keys, head_dim, value_dim } = self.heads.sizes;
        let width = 2 * S::F32_LANES;
        let (keys, values) = self.heads.head(head_idx).split_at(sizes.panels(width)[0]);
        let head = PackedHead { sizes, width, keys, values };
        let (channel, out_channel) = (head_idx * head_dim, head_idx * value_dim);
        let (n_queries, block_keys) = (self.n_queries(), self.block_keys(S::F32_LANES));
        let scale = 1.0 / (head_dim as f32).sqrt();
        let mut part = ScorePart { first_key: 0, scale, out_channel, value_dim };
        let mut softmax = [Running::START; BLOCK_QUERIES];
        for first_key in (0..n_keys).step_by(block_keys) {
            let n_keys = block_keys.min(n_keys - first_key);
            part.first_key = first_key;
            self.score(simd, head, channel, first_key, scores);
            for (query, running) in softmax.iter_mut().enumerate().take(n_queries) {
                let row = &mut scores[query * block_keys..][..n_keys];
                self.weigh(query, running, row, part);
            }
            self.mix(simd, head, out_channel, first_key, scores);
        }
        for (query, running) in softmax.iter().enumerate().take(n_queries) {
            self.finish(query, running, part);
        }
    }

    /// Queries · keys of one block, unscaled.
    #[inline(always)]
    fn score<S: Simd>(
        &self,
        simd: S,
        head: PackedHead<'_>,
        channel: usize,
        first_key: usize,
        scores: &mut [f32],
    ) {
        let left = Left {
            data: &self.queries[channel..],
            stride: self.channels,
            n_rows: self.n_queries(),
            n_inputs: head.sizes.head_dim,
        };
        let panel_len = head.sizes.head_dim * head.width;
        let block_keys = self.block_keys(S::F32_LANES);
        let last_key = head.sizes.n_keys.min(first_key + block_keys);
        for key in (first_key..last_key).step_by(head.width) {
            let panel = &head.keys[key / head.width * panel_len..][..panel_len];
            let sums = Sums {
                out: &mut scores[key - first_key..],
                stride: block_keys,
                n_columns: head.width.min(last_key - key),
            };
            multiply(simd, left, panel, sums, Start::Zero);
        }
    }

    /// Adds weights · values of one block to the output.
    #[inline(always)]
    fn mix<S: Simd>(
        &mut self,
        simd: S,
        head: PackedHead<'_>,
        channel: usize,
        first_key: usize,
        weights: &[f32],
    ) {
        let block_keys = self.block_keys(S::F32_LANES);
        let n_keys = block_keys.min(head.sizes.n_keys - first_key);
        let left =
            Left { data: weights, stride: block_keys, n_rows: self.n_queries(), n_inputs: n_keys };
        for column in (0..head.sizes.value_dim).step_by(head.width) {
            let start = (column / head.width * head.sizes.n_keys + first_key) * head.width;
            let sums = Sums {
                out: &mut self.out[channel + column..],
                stride: self.out_channels,
                n_columns: head.width.min(head.sizes.value_dim - column),
            };
            multiply(simd, left, &head.values[start..][..n_keys * head.width], sums, Start::Add);
        }
    }
}

/// Softmax over the keys seen so far: their largest score, and the sum of `e^(scale · (score −
/// max))`.
#[derive(Clone, Copy)]
pub(super) struct Running {
    max: f32,
    sum: f32,
}

impl Running {
    pub(super) const START: Self = Self { max: f32::NEG_INFINITY, sum: 0.0 };

    /// Turns a block of scores into weights; gives the factor for everything summed before.
    #[inline(always)]
    fn take(&mut self, scores: &mut [f32], scale: f32) -> f32 {
        let max = larger(largest(scores), self.max);
        let shrink = if self.sum == 0.0 { 0.0 } else { exp((self.max - max) * scale) };
        let mut sums = [0.0; 16];
        let (chunks, rest) = scores.as_chunks_mut::<16>();
        for chunk in chunks {
            for (sum, score) in sums.iter_mut().zip(chunk) {
                *score = exp((*score - max) * scale);
                *sum += *score;
            }
        }
        let mut sum = in_pairs(sums, |a, b| a + b);
        for score in rest {
            *score = exp((*score - max) * scale);
            sum += *score;
        }
        *self = Self { max, sum: self.sum * shrink + sum };
        shrink
    }
}

#[inline(always)]
fn largest(scores: &[f32]) -> f32 {
    let (chunks, rest) = scores.as_chunks::<16>();
    let mut max = [f32::NEG_INFINITY; 16];
    for chunk in chunks {
        for (max, &score) in max.iter_mut().zip(chunk) {
            *max = larger(score, *max);
        }
    }
    rest.iter().fold(in_pairs(max, larger), |max, &score| larger(score, max))
}

/// One instruction, where `f32::max` takes three for the sake of a second value that is none.
#[inline(always)]
fn larger(a: f32, b: f32) -> f32 {
    if a > b { a } else { b }
}

/// Each half with the other, until one is left: a few instructions one behind another, instead of sixteen.
#[inline(always)]
fn in_pairs(mut values: [f32; 16], join: impl Fn(f32, f32) -> f32) -> f32 {
    for half in [8, 4, 2, 1] {
        for idx in 0..half {
            values[idx] = join(values[idx], values[idx + half]);
        }
    }
    values[0]
}
