//! Group and layer normalisation, each fused with what follows. Sums in f64.

use pulp::{Simd, WithSimd};

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
    let row_len = channels * positions;
    let chunks: Vec<&[f32]> =
        x.data.chunks(row_len).flat_map(|row| row.chunks(POSITIONS * channels)).collect();
    let sums = cpu.threads.map(chunks, |chunk| cpu.arch.dispatch(ChannelSums { chunk, channels }));
    let chunks_per_row = positions.div_ceil(POSITIONS);
    let lines: Vec<Lines> =
        sums.chunks(chunks_per_row).map(|sums| Lines::new(sums, norm, spec, positions)).collect();

    // In place on a copy; chunks as above, so that none crosses a row.
    let mut data = vec![0.0; x.data.len()];
    let activation = spec.activation;
    if positions.is_multiple_of(POSITIONS) || x.dims.n == 1 {
        cpu.threads.each_chunk(&mut data, POSITIONS * channels, |idx, out| {
            let chunk = &x.data[idx * POSITIONS * channels..][..out.len()];
            let lines = &lines[idx / chunks_per_row];
            cpu.arch.dispatch(Normalise { chunk, out, lines, activation });
        });
    } else {
        cpu.threads.each_chunk(&mut data, row_len, |idx, out| {
            let chunk = &x.data[idx * row_len..][..row_len];
            cpu.arch.dispatch(Normalise { chunk, out, lines: &lines[idx], activation });
        });
    }
    CpuTensor::new(x.dims, data)
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
        let Lines { mean, slope, shift } = self.lines;
        let channels = mean.len();
        for (x, y) in self.chunk.chunks_exact(channels).zip(self.out.chunks_exact_mut(channels)) {
            let lines = mean.iter().zip(slope).zip(shift);
            for ((y, x), ((mean, slope), shift)) in y.iter_mut().zip(x).zip(lines) {
                *y = (x - mean).mul_add(*slope, *shift);
            }
            if let Some(activation) = self.activation {
                apply(activation, y);
            }
        }
    }
}

pub(super) fn layer_norm(cpu: &Cpu, x: &CpuTensor, norm: &CpuNorm, eps: f32) -> CpuTensor {
    let channels = x.dims.c;
    let mut data = x.data.to_vec();
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
        let CpuNorm { scale, shift } = self.norm;
        for row in self.chunk.chunks_exact_mut(scale.len()) {
            let count = row.len() as f64;
            let mean = sum(row, f64::from) / count;
            let variance = sum(row, |value| (f64::from(value) - mean).powi(2)) / count;
            let inverse = (1.0 / (variance + f64::from(self.eps)).sqrt()) as f32;
            let mean = mean as f32;
            for ((value, scale), shift) in row.iter_mut().zip(scale).zip(shift) {
                *value = ((*value - mean) * inverse).mul_add(*scale, *shift);
            }
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
