//! Group and layer normalisation, each fused with what follows. Sums in f64.

use pulp::{Simd, WithSimd};

use super::bf16::{Rounded, round_into};
use super::buffers::Buffer;
use super::elementwise::apply;
use super::{Cpu, CpuNorm, CpuTensor};
use crate::backend::{Activation, GroupNormSpec};

/// Positions per task; fixed, so that sums have one order.
const POSITIONS: usize = 256;
/// Positions per task of a layer normalisation.
const LAYER_POSITIONS: usize = 32;

pub(super) fn group_norm(
    cpu: &Cpu,
    x: &CpuTensor,
    norm: &CpuNorm,
    spec: GroupNormSpec,
) -> CpuTensor {
    let (channels, positions) = (x.dims.c, x.dims.positions());
    let lines = lines_of_rows(cpu, x, norm, spec);
    // In place on a copy; chunks as those of the sums, so that none crosses a row.
    let mut data = cpu.buffers.take(x.dims.len());
    let (row_len, chunks_per_row) = (channels * positions, positions.div_ceil(POSITIONS));
    let activation = spec.activation;
    if positions.is_multiple_of(POSITIONS) || x.dims.n == 1 {
        cpu.threads.each_chunk(&mut data, POSITIONS * channels, |idx, out| {
            let chunk = &x.values()[idx * POSITIONS * channels..][..out.len()];
            let lines = lines.of(idx / chunks_per_row);
            cpu.arch.dispatch(Normalise { chunk, out, lines, activation });
        });
    } else {
        cpu.threads.each_chunk(&mut data, row_len, |idx, out| {
            let chunk = &x.values()[idx * row_len..][..row_len];
            cpu.arch.dispatch(Normalise { chunk, out, lines: lines.of(idx), activation });
        });
    }
    CpuTensor::new(x.dims, data)
}

/// The same for products that read it: rounded, with a border.
pub(super) fn group_norm_rounded(
    cpu: &Cpu,
    x: &CpuTensor,
    norm: &CpuNorm,
    spec: GroupNormSpec,
    border: usize,
) -> CpuTensor {
    let lines = lines_of_rows(cpu, x, norm, spec);
    let mut out = Rounded::zeros(cpu, x.dims, border);
    let (pixel, line_len) = (out.pixel(), x.dims.w * x.dims.c);
    let activation = spec.activation;
    out.each_line(cpu, |row, y, pairs| {
        let chunk = &x.values()[(row * x.dims.h + y) * line_len..][..line_len];
        let lines = lines.of(row);
        let normal = &mut cpu.buffers.take(x.dims.c);
        cpu.arch.dispatch(NormaliseRounded { chunk, pairs, pixel, lines, activation, normal });
    });
    CpuTensor::rounded(out)
}

fn lines_of_rows(cpu: &Cpu, x: &CpuTensor, norm: &CpuNorm, spec: GroupNormSpec) -> AllLines {
    let (channels, positions) = (x.dims.c, x.dims.positions());
    let chunks_per_row = positions.div_ceil(POSITIONS);
    // Of each chunk: a sum for each channel, then a sum of squares for each.
    let mut sums = cpu.buffers.take(2 * x.dims.n * chunks_per_row * 2 * channels);
    cpu.threads.each_chunk(sums.doubles_mut(), 2 * channels, |idx, sums| {
        let (row, chunk) = (idx / chunks_per_row, idx % chunks_per_row);
        let row = &x.values()[row * channels * positions..(row + 1) * channels * positions];
        let start = chunk * POSITIONS * channels;
        let chunk = &row[start..row.len().min(start + POSITIONS * channels)];
        cpu.arch.dispatch(ChannelSums { chunk, sums });
    });
    let mut lines = AllLines { values: cpu.buffers.take(x.dims.n * 3 * channels), channels };
    let rows = sums.doubles_mut().chunks_exact((chunks_per_row * 2 * channels).max(1));
    for (sums, lines) in rows.zip(lines.values.chunks_exact_mut(3 * channels)) {
        fill_lines(sums, norm, spec, positions, lines);
    }
    lines
}

/// Sum and sum of squares of each channel over the positions of a chunk.
struct ChannelSums<'a> {
    chunk: &'a [f32],
    sums: &'a mut [f64],
}

impl WithSimd for ChannelSums<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let channels = self.sums.len() / 2;
        self.sums.fill(0.0);
        let (sums, squares) = self.sums.split_at_mut(channels);
        for position in self.chunk.chunks_exact(channels) {
            for ((sum, square), &value) in sums.iter_mut().zip(&mut *squares).zip(position) {
                let value = f64::from(value);
                *sum += value;
                *square += value * value;
            }
        }
    }
}

/// The lines of every row.
struct AllLines {
    /// Means, slopes and shifts of each row.
    values: Buffer,
    channels: usize,
}

impl AllLines {
    fn of(&self, row: usize) -> Lines<'_> {
        let values = &self.values[3 * row * self.channels..3 * (row + 1) * self.channels];
        let (mean, rest) = values.split_at(self.channels);
        let (slope, shift) = rest.split_at(self.channels);
        Lines { mean, slope, shift }
    }
}

/// `y = (x − mean) · slope + shift` for each channel of one row.
#[derive(Clone, Copy)]
struct Lines<'a> {
    mean: &'a [f32],
    slope: &'a [f32],
    shift: &'a [f32],
}

/// Of one row, from the sums of its chunks.
fn fill_lines(
    chunks: &[f64],
    norm: &CpuNorm,
    spec: GroupNormSpec,
    positions: usize,
    lines: &mut [f32],
) {
    let channels = norm.scale.len();
    let per_group = channels / spec.n_groups;
    let count = (per_group * positions) as f64;
    let (means, rest) = lines.split_at_mut(channels);
    let (slopes, shifts) = rest.split_at_mut(channels);
    shifts.copy_from_slice(&norm.shift);
    for group in 0..spec.n_groups {
        let range = group * per_group..(group + 1) * per_group;
        let (mut sum, mut square) = (0.0, 0.0);
        for chunk in chunks.chunks_exact(2 * channels) {
            let (sums, squares) = chunk.split_at(channels);
            sum += sums[range.clone()].iter().sum::<f64>();
            square += squares[range.clone()].iter().sum::<f64>();
        }
        let mean = sum / count;
        let variance = (square / count - mean * mean).max(0.0);
        let inverse = 1.0 / (variance + f64::from(spec.eps)).sqrt();
        means[range.clone()].fill(mean as f32);
        for (slope, &scale) in slopes[range.clone()].iter_mut().zip(&norm.scale[range]) {
            *slope = (f64::from(scale) * inverse) as f32;
        }
    }
}

impl Lines<'_> {
    /// One position. For use inside a dispatched function.
    #[inline(always)]
    fn apply(&self, x: &[f32], activation: Option<Activation>, y: &mut [f32]) {
        let lines = self.mean.iter().zip(self.slope).zip(self.shift);
        for ((y, x), ((mean, slope), shift)) in y.iter_mut().zip(x).zip(lines) {
            *y = (x - mean).mul_add(*slope, *shift);
        }
        if let Some(activation) = activation {
            apply(activation, y);
        }
    }
}

struct Normalise<'a> {
    chunk: &'a [f32],
    out: &'a mut [f32],
    lines: Lines<'a>,
    activation: Option<Activation>,
}

impl WithSimd for Normalise<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let channels = self.lines.mean.len();
        for (x, y) in self.chunk.chunks_exact(channels).zip(self.out.chunks_exact_mut(channels)) {
            self.lines.apply(x, self.activation, y);
        }
    }
}

/// Positions of a line, to pixels of so many pairs.
struct NormaliseRounded<'a> {
    chunk: &'a [f32],
    pairs: &'a mut [u32],
    pixel: usize,
    lines: Lines<'a>,
    activation: Option<Activation>,
    /// One position before it is rounded.
    normal: &'a mut [f32],
}

impl WithSimd for NormaliseRounded<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let channels = self.lines.mean.len();
        let pixels = self.pairs.chunks_exact_mut(self.pixel);
        for (x, pairs) in self.chunk.chunks_exact(channels).zip(pixels) {
            self.lines.apply(x, self.activation, self.normal);
            round_into(self.normal, pairs);
        }
    }
}

pub(super) fn layer_norm(cpu: &Cpu, x: &CpuTensor, norm: &CpuNorm, eps: f32) -> CpuTensor {
    let channels = x.dims.c;
    let mut data = cpu.buffers.take(x.dims.len());
    cpu.threads.each_chunk(&mut data, LAYER_POSITIONS * channels, |idx, chunk| {
        chunk.copy_from_slice(&x.values()[idx * LAYER_POSITIONS * channels..][..chunk.len()]);
        cpu.arch.dispatch(LayerNorm { chunk, norm, eps });
    });
    CpuTensor::new(x.dims, data)
}

struct LayerNorm<'a> {
    chunk: &'a mut [f32],
    norm: &'a CpuNorm,
    eps: f32,
}

impl WithSimd for LayerNorm<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for row in self.chunk.chunks_exact_mut(self.norm.scale.len()) {
            self.norm.apply(self.eps, row);
        }
    }
}

/// The same for products that read it: rounded.
pub(super) fn layer_norm_rounded(cpu: &Cpu, x: &CpuTensor, norm: &CpuNorm, eps: f32) -> CpuTensor {
    let mut out = Rounded::zeros(cpu, x.dims, 0);
    let pixel = out.pixel();
    cpu.threads.each_chunk(out.pixels_mut(), LAYER_POSITIONS * pixel, |idx, pairs| {
        let chunk = &x.values()[idx * LAYER_POSITIONS * x.dims.c..];
        let normal = &mut cpu.buffers.take(x.dims.c);
        cpu.arch.dispatch(LayerNormRounded { chunk, pairs, pixel, norm, eps, normal });
    });
    CpuTensor::rounded(out)
}

/// Positions, to pixels of so many pairs.
struct LayerNormRounded<'a> {
    chunk: &'a [f32],
    pairs: &'a mut [u32],
    pixel: usize,
    norm: &'a CpuNorm,
    eps: f32,
    /// One position before it is rounded.
    normal: &'a mut [f32],
}

impl WithSimd for LayerNormRounded<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let channels = self.norm.scale.len();
        let pixels = self.pairs.chunks_exact_mut(self.pixel);
        for (x, pairs) in self.chunk.chunks_exact(channels).zip(pixels) {
            self.normal.copy_from_slice(x);
            self.norm.apply(self.eps, self.normal);
            round_into(self.normal, pairs);
        }
    }
}

impl CpuNorm {
    /// One position's channels, in place. For use inside a dispatched function.
    #[inline(always)]
    fn apply(&self, eps: f32, row: &mut [f32]) {
        let count = row.len() as f64;
        let mean = sum(row, f64::from) / count;
        let variance = sum(row, |value| (f64::from(value) - mean).powi(2)) / count;
        let inverse = (1.0 / (variance + f64::from(eps)).sqrt()) as f32;
        let mean = mean as f32;
        for ((value, scale), shift) in row.iter_mut().zip(&self.scale).zip(&self.shift) {
            *value = ((*value - mean) * inverse).mul_add(*scale, *shift);
        }
    }
}

/// Eight sums side by side, so that they fit vector registers.
#[inline(always)]
fn sum(values: &[f32], term: impl Fn(f32) -> f64) -> f64 {
    let (chunks, rest) = values.as_chunks::<8>();
    let mut sums = [0.0; 8];
    for chunk in chunks {
        for (sum, &value) in sums.iter_mut().zip(chunk) {
            *sum += term(value);
        }
    }
    sums.iter().sum::<f64>() + rest.iter().map(|&value| term(value)).sum::<f64>()
}
