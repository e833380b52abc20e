//! Group and layer normalisation, each fused with what follows. Sums in f64.

use pulp::{Simd, WithSimd};

use super::bf16::{Rounded, round_into};
use super::elementwise::apply;
use super::{Cpu, CpuNorm, CpuTensor};
use crate::backend::{Activation, GroupNormSpec};

/// Positions per task; fixed, so that sums have one order.
const POSITIONS: usize = 256;

pub(super) fn group_norm(
    cpu: &Cpu,
    x: &CpuTensor,
    norm: &CpuNorm,
    spec: GroupNormSpec,
) -> CpuTensor {
    let (channels, positions) = (x.dims.c, x.dims.positions());
    let lines = lines_of_rows(cpu, x, norm, spec);
    // In place on a copy; chunks as those of the sums, so that none crosses a row.
    let mut data = vec![0.0; x.dims.len()];
    let (row_len, chunks_per_row) = (channels * positions, positions.div_ceil(POSITIONS));
    let activation = spec.activation;
    if positions.is_multiple_of(POSITIONS) || x.dims.n == 1 {
        cpu.threads.each_chunk(&mut data, POSITIONS * channels, |idx, out| {
            let chunk = &x.values()[idx * POSITIONS * channels..][..out.len()];
            let lines = &lines[idx / chunks_per_row];
            cpu.arch.dispatch(Normalise { chunk, out, lines, activation });
        });
    } else {
        cpu.threads.each_chunk(&mut data, row_len, |idx, out| {
            let chunk = &x.values()[idx * row_len..][..row_len];
            cpu.arch.dispatch(Normalise { chunk, out, lines: &lines[idx], activation });
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
    let mut out = Rounded::zeros(x.dims, border);
    let (pixel, line_len) = (out.pixel(), x.dims.w * x.dims.c);
    let activation = spec.activation;
    out.each_line(cpu, |row, y, pairs| {
        let chunk = &x.values()[(row * x.dims.h + y) * line_len..][..line_len];
        let lines = &lines[row];
        cpu.arch.dispatch(NormaliseRounded { chunk, pairs, pixel, lines, activation });
    });
    CpuTensor::rounded(out)
}

fn lines_of_rows(cpu: &Cpu, x: &CpuTensor, norm: &CpuNorm, spec: GroupNormSpec) -> Vec<Lines> {
    let (channels, positions) = (x.dims.c, x.dims.positions());
    let rows = x.values().chunks(channels * positions);
    let chunks: Vec<&[f32]> = rows.flat_map(|row| row.chunks(POSITIONS * channels)).collect();
    let sums = cpu.threads.map(chunks, |chunk| cpu.arch.dispatch(ChannelSums { chunk, channels }));
    let rows = sums.chunks(positions.div_ceil(POSITIONS));
    rows.map(|sums| Lines::new(sums, norm, spec, positions)).collect()
}

/// Sum and sum of squares of each channel over the positions of a chunk.
struct ChannelSums<'a> {
    chunk: &'a [f32],
    channels: usize,
}

impl WithSimd for ChannelSums<'_> {
    type Output = (Vec<f64>, Vec<f64>);

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) -> Self::Output {
        let mut sums = vec![0.0; self.channels];
        let mut squares = vec![0.0; self.channels];
        for position in self.chunk.chunks_exact(self.channels) {
            for ((sum, square), &value) in sums.iter_mut().zip(&mut squares).zip(position) {
                let value = f64::from(value);
                *sum += value;
                *square += value * value;
            }
        }
        (sums, squares)
    }
}

/// `y = (x − mean) · slope + shift` for each channel of one row.
struct Lines {
    mean: Vec<f32>,
    slope: Vec<f32>,
    shift: Vec<f32>,
}

impl Lines {
    fn new(
        chunks: &[(Vec<f64>, Vec<f64>)],
        norm: &CpuNorm,
        spec: GroupNormSpec,
        positions: usize,
    ) -> Self {
        let channels = norm.scale.len();
        let per_group = channels / spec.n_groups;
        let count = (per_group * positions) as f64;
        let mut lines = Self {
            mean: Vec::with_capacity(channels),
            slope: Vec::with_capacity(channels),
            shift: norm.shift.clone(),
        };
        for group in 0..spec.n_groups {
            let range = group * per_group..(group + 1) * per_group;
            let (mut sum, mut square) = (0.0, 0.0);
            for (sums, squares) in chunks {
                sum += sums[range.clone()].iter().sum::<f64>();
                square += squares[range.clone()].iter().sum::<f64>();
            }
            let mean = sum / count;
            let variance = (square / count - mean * mean).max(0.0);
            let inverse = 1.0 / (variance + f64::from(spec.eps)).sqrt();
            for &scale in &norm.scale[range] {
                lines.mean.push(mean as f32);
                lines.slope.push((f64::from(scale) * inverse) as f32);
            }
        }
        lines
    }
}

impl Lines {
    /// One position. For use inside a dispatched function.
    #[inline(always)]
    fn apply(&self, x: &[f32], activation: Option<Activation>, y: &mut [f32]) {
        let lines = self.mean.iter().zip(&self.slope).zip(&self.shift);
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
    lines: &'a Lines,
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
    lines: &'a Lines,
    activation: Option<Activation>,
}

impl WithSimd for NormaliseRounded<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let channels = self.lines.mean.len();
        let mut normal = vec![0.0; channels];
        let pixels = self.pairs.chunks_exact_mut(self.pixel);
        for (x, pairs) in self.chunk.chunks_exact(channels).zip(pixels) {
            self.lines.apply(x, self.activation, &mut normal);
            round_into(&normal, pairs);
        }
    }
}

pub(super) fn layer_norm(cpu: &Cpu, x: &CpuTensor, norm: &CpuNorm, eps: f32) -> CpuTensor {
    let channels = x.dims.c;
    let mut data = x.values().to_vec();
    cpu.threads.each_chunk(&mut data, 32 * channels, |_, chunk| {
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
    let mut out = Rounded::zeros(x.dims, 0);
    let (pixel, per_task) = (out.pixel(), 32);
    cpu.threads.each_chunk(out.pixels_mut(), per_task * pixel, |idx, pairs| {
        let chunk = &x.values()[idx * per_task * x.dims.c..];
        cpu.arch.dispatch(LayerNormRounded { chunk, pairs, pixel, norm, eps });
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
}

impl WithSimd for LayerNormRounded<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let channels = self.norm.scale.len();
        let mut normal = vec![0.0; channels];
        let pixels = self.pairs.chunks_exact_mut(self.pixel);
        for (x, pairs) in self.chunk.chunks_exact(channels).zip(pixels) {
            normal.copy_from_slice(x);
            self.norm.apply(self.eps, &mut normal);
            round_into(&normal, pairs);
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
