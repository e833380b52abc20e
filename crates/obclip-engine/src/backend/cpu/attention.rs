//! Attention without the whole matrix of scores: a block of queries meets the keys block by block,
//! with the running maximum and sum of Milakov & Gimelshein (<https://arxiv.org/abs/1805.02867>)
//! and Dao et al. (<https://arxiv.org/abs/2205.14135>).

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::bf16::{RoundRows, Rounded};
use super::mathematics::exp;
use super::matmul::{Left, Start, Sums, multiply};
use super::{Cpu, CpuTensor};
use crate::backend::{AttentionSpec, Dims};

/// Queries per task.
pub(super) const BLOCK_QUERIES: usize = 48;
/// Keys per block: a panel of 256 × 16 values of 4 bytes is half of the first-level cache. A
/// multiple of every panel width.
pub(super) const BLOCK_KEYS: usize = 256;

/// Keys and values of one head, packed for one way of multiplying.
pub(super) trait Head: Send + Sync + Sized {
    /// Some channels of one row of keys, and of the rows of values that share its map.
    fn pack(
        cpu: &Cpu,
        keys: (&CpuTensor, usize),
        values_of: &[(&CpuTensor, usize)],
        channels: Range<usize>,
    ) -> Self;

    /// Channels of the values: the head's, for each row that shares the map.
    fn value_dim(&self) -> usize;

    /// Fills a block's output.
    fn attend(cpu: &Cpu, block: QueryBlock<'_, Self>);
}

pub(super) fn attention<H: Head>(
    cpu: &Cpu,
    q: &CpuTensor,
    k: &CpuTensor,
    v: &CpuTensor,
    spec: AttentionSpec<'_>,
) -> CpuTensor {
    let packed = RowsOfHeads::<H>::pack(cpu, q, k, v, spec);
    let mut data = vec![0.0; q.dims.len()];
    mix(cpu, q, &|q_row| packed.of(q_row, spec), spec.causal, &mut data);
    CpuTensor::new(q.dims, data)
}

/// The same for a product that reads it: rounded.
pub(super) fn attention_rounded<H: Head>(
    cpu: &Cpu,
    q: &CpuTensor,
    k: &CpuTensor,
    v: &CpuTensor,
    spec: AttentionSpec<'_>,
) -> CpuTensor {
    let packed = RowsOfHeads::<H>::pack(cpu, q, k, v, spec);
    let (channels, n_queries) = (q.dims.c, q.dims.positions());
    let mut rounded = Rounded::zeros(q.dims, 0);
    let pixel = rounded.pixel();
    let rows = rounded.pixels_mut().chunks_mut((n_queries * pixel).max(1)).enumerate();
    let tasks: Vec<_> = rows
        .flat_map(|(row, pairs)| {
            let blocks = pairs.chunks_mut(BLOCK_QUERIES * pixel).enumerate();
            blocks.map(move |(block, pairs)| (row, block * BLOCK_QUERIES, pairs))
        })
        .collect();
    cpu.threads.map(tasks, |(row, first_query, pairs)| {
        let (first, n) = (row * n_queries + first_query, pairs.len() / pixel);
        let mut out = vec![0.0; n * channels];
        let block = QueryBlock {
            queries: &q.positions(first..first + n),
            heads: packed.of(row, spec),
            out: &mut out,
            channels,
            out_channels: channels,
            first_query,
            causal: spec.causal,
        };
        H::attend(cpu, block);
        cpu.arch.dispatch(RoundRows { values: &out, c: channels, pairs, stride: pixel });
    });
    CpuTensor::rounded(rounded)
}

/// Keys and values of the rows that queries read, head by head.
struct RowsOfHeads<H> {
    rows: Vec<usize>,
    n_heads: usize,
    packed: Vec<H>,
}

impl<H: Head> RowsOfHeads<H> {
    fn pack(
        cpu: &Cpu,
        q: &CpuTensor,
        k: &CpuTensor,
        v: &CpuTensor,
        spec: AttentionSpec<'_>,
    ) -> Self {
        let (head_dim, n_heads) = (q.dims.c / spec.n_heads, spec.n_heads);
        let mut rows: Vec<usize> = (0..q.dims.n).map(|row| spec.kv_row(row)).collect();
        rows.sort_unstable();
        rows.dedup();
        let to_pack = rows.iter().flat_map(|&row| (0..n_heads).map(move |head| (row, head)));
        let packed = cpu.threads.map(to_pack.collect(), |(row, head)| {
            let channels = head * head_dim..(head + 1) * head_dim;
            H::pack(cpu, (k, row), &[(v, row)], channels)
        });
        Self { rows, n_heads, packed }
    }

    fn of(&self, q_row: usize, spec: AttentionSpec<'_>) -> &[H] {
        let at = self.rows.partition_point(|&row| row < spec.kv_row(q_row));
        &self.packed[at * self.n_heads..(at + 1) * self.n_heads]
    }
}

/// The values of all rows that share a map stand side by side, as if the head were so much wider.
pub(super) fn attention_mapped<H: Head>(
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
    let mut data = vec![0.0; map_rows.len() * row_len];
    for map in 0..q.dims.n {
        let readers: Vec<usize> = (0..map_rows.len()).filter(|&row| map_rows[row] == map).collect();
        let values: Vec<_> = readers.iter().map(|&row| (v, row)).collect();
        let packed = cpu.threads.map((0..n_heads).collect(), |head: usize| {
            let channels = head * head_dim..(head + 1) * head_dim;
            H::pack(cpu, (k, map), &values, channels)
        });
        let query = super::elementwise::gather_rows(&[(q, map)]);
        let wide = readers.len() * head_dim;
        let mut mixed = vec![0.0; n_queries * n_heads * wide];
        mix::<H>(cpu, &query, &|_| &packed, false, &mut mixed);
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
fn mix<'a, H: Head>(
    cpu: &Cpu,
    q: &CpuTensor,
    heads_of: &(dyn Fn(usize) -> &'a [H] + Sync),
    causal: bool,
    data: &mut [f32],
) {
    let (channels, n_queries) = (q.dims.c, q.dims.positions());
    let out_channels = data.len() / (q.dims.n * n_queries).max(1);
    let rows = data.chunks_mut((n_queries * out_channels).max(1)).enumerate();
    let tasks: Vec<_> = rows
        .flat_map(|(row, out)| {
            let blocks = out.chunks_mut(BLOCK_QUERIES * out_channels).enumerate();
            blocks.map(move |(block, out)| (row, block * BLOCK_QUERIES, out))
        })
        .collect();
    cpu.threads.map(tasks, |(row, first_query, out)| {
        let (first, n) = (row * n_queries + first_query, out.len() / out_channels);
        let queries = &q.positions(first..first + n);
        let heads = heads_of(row);
        let block = QueryBlock { queries, heads, out, channels, out_channels, first_query, causal };
        H::attend(cpu, block);
    });
}

/// Keys and values of one head in panels, as the matrix product reads its right side.
pub(super) struct PackedHead {
    n_keys: usize,
    head_dim: usize,
    /// Channels of the values: the head's, for each row that shares the map.
    value_dim: usize,
    /// Outputs per panel.
    width: usize,
    /// Panels over keys; inputs are the head's channels.
    keys: Vec<f32>,
    /// Panels over the values' channels; inputs are the keys.
    values: Vec<f32>,
}

impl Head for PackedHead {
    fn pack(
        cpu: &Cpu,
        (k, k_row): (&CpuTensor, usize),
        values_of: &[(&CpuTensor, usize)],
        channels: Range<usize>,
    ) -> Self {
        let width = 2 * cpu.lanes;
        let (n_keys, head_dim) = (k.dims.positions(), channels.len());
        let value_dim = values_of.len() * head_dim;
        let all_keys = k.values();
        let head = |x: &CpuTensor, row: usize, key: usize| {
            let start = (row * n_keys + key) * x.dims.c + channels.start;
            start..start + head_dim
        };
        let mut keys = vec![0.0; n_keys.div_ceil(width) * head_dim * width];
        let mut values = vec![0.0; value_dim.div_ceil(width) * n_keys * width];
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
        Self { n_keys, head_dim, value_dim, width, keys, values }
    }

    fn value_dim(&self) -> usize {
        self.value_dim
    }

    fn attend(cpu: &Cpu, block: QueryBlock<'_, Self>) {
        cpu.arch.dispatch(block);
    }
}

/// Some queries of one row, all heads.
pub(super) struct QueryBlock<'a, H> {
    /// (queries, channels)
    pub(super) queries: &'a [f32],
    pub(super) heads: &'a [H],
    /// (queries, out_channels)
    pub(super) out: &'a mut [f32],
    pub(super) channels: usize,
    /// Channels of `out`.
    pub(super) out_channels: usize,
    pub(super) first_query: usize,
    pub(super) causal: bool,
}

impl<H> QueryBlock<'_, H> {
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

impl WithSimd for QueryBlock<'_, PackedHead> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let mut scores = vec![0.0; BLOCK_QUERIES * self.block_keys()];
        for head_idx in 0..self.heads.len() {
            self.run_head(simd, head_idx, &mut scores);
        }
    }
}

impl QueryBlock<'_, PackedHead> {
    /// Keys per block, and the distance between the scores of two queries.
    #[inline(always)]
    fn block_keys(&self) -> usize {
        BLOCK_KEYS.min(self.heads[0].n_keys)
    }

    #[inline(always)]
    fn run_head<S: Simd>(&mut self, simd: S, head_idx: usize, scores: &mut [f32]) {
        let head = &self.heads[head_idx];
        let channel = head_idx * head.head_dim;
        let out_channel = head_idx * head.value_dim;
        let (n_queries, block_keys) = (self.n_queries(), self.block_keys());
        let scale = 1.0 / (head.head_dim as f32).sqrt();
        let mut part = ScorePart { first_key: 0, scale, out_channel, value_dim: head.value_dim };
        let mut softmax = [Running::START; BLOCK_QUERIES];
        for first_key in (0..head.n_keys).step_by(block_keys) {
            let n_keys = block_keys.min(head.n_keys - first_key);
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
        head: &PackedHead,
        channel: usize,
        first_key: usize,
        scores: &mut [f32],
    ) {
        let left = Left {
            data: &self.queries[channel..],
            stride: self.channels,
            n_rows: self.n_queries(),
            n_inputs: head.head_dim,
        };
        let panel_len = head.head_dim * head.width;
        let block_keys = self.block_keys();
        let last_key = head.n_keys.min(first_key + block_keys);
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
        head: &PackedHead,
        channel: usize,
        first_key: usize,
        weights: &[f32],
    ) {
        let block_keys = self.block_keys();
        let n_keys = block_keys.min(head.n_keys - first_key);
        let left =
            Left { data: weights, stride: block_keys, n_rows: self.n_queries(), n_inputs: n_keys };
        for column in (0..head.value_dim).step_by(head.width) {
            let start = (column / head.width * head.n_keys + first_key) * head.width;
            let sums = Sums {
                out: &mut self.out[channel + column..],
                stride: self.out_channels,
                n_columns: head.width.min(head.value_dim - column),
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
        let max = self.max.max(largest(scores));
        let shrink = if self.sum == 0.0 { 0.0 } else { exp((self.max - max) * scale) };
        let mut sums = [0.0; 16];
        let (chunks, rest) = scores.as_chunks_mut::<16>();
        for chunk in chunks {
            for (sum, score) in sums.iter_mut().zip(chunk) {
                *score = exp((*score - max) * scale);
                *sum += *score;
            }
        }
        let mut sum = sums.iter().sum::<f32>();
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
            *max = max.max(score);
        }
    }
    max.into_iter().chain(rest.iter().copied()).fold(f32::NEG_INFINITY, f32::max)
}
