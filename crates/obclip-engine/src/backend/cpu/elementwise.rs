//! Pointwise functions and copies.

use pulp::{Simd, WithSimd};

use super::bf16::Rounded;
use super::mathematics::{gelu, sigmoid};
use super::{Cpu, CpuTensor, Held};
use crate::backend::{Activation, Dims};

/// Values per task.
const CHUNK: usize = 1 << 14;

pub(super) fn activate(cpu: &Cpu, x: CpuTensor, activation: Activation) -> CpuTensor {
    let dims = x.dims;
    let mut data = x.into_own(cpu);
    cpu.threads.each_chunk(&mut data, CHUNK, |_, values| {
        cpu.arch.dispatch(Activate { activation, values });
    });
    CpuTensor::new(dims, data)
}

struct Activate<'a> {
    activation: Activation,
    values: &'a mut [f32],
}

impl WithSimd for Activate<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        apply(self.activation, self.values);
    }
}

/// For use inside a dispatched function.
#[inline(always)]
pub(super) fn apply(activation: Activation, values: &mut [f32]) {
    match activation {
        Activation::Silu => values.iter_mut().for_each(|x| *x *= sigmoid(*x)),
        Activation::Gelu => values.iter_mut().for_each(|x| *x = gelu(*x)),
        Activation::QuickGelu => values.iter_mut().for_each(|x| *x *= sigmoid(1.702 * *x)),
        Activation::GeluTanh => values.iter_mut().for_each(|x| *x *= sigmoid(gelu_tanh_inner(*x))),
        Activation::Relu => values.iter_mut().for_each(|x| *x = x.max(0.0)),
    }
}

/// (1 + tanh a) / 2 is sigmoid(2a).
#[inline(always)]
fn gelu_tanh_inner(x: f32) -> f32 {
    const TWICE_ROOT_2_OVER_PI: f32 = 1.595_769;
    TWICE_ROOT_2_OVER_PI * (0.044_715 * x * x).mul_add(x, x)
}

pub(super) fn geglu(cpu: &Cpu, x: &CpuTensor) -> CpuTensor {
    let half = x.dims.c / 2;
    let mut data = cpu.buffers.take(x.n_positions() * half);
    let per_task = CHUNK.div_ceil(half);
    cpu.threads.each_chunk(&mut data, per_task * half, |idx, out| {
        let from = &x.values()[idx * per_task * 2 * half..];
        cpu.arch.dispatch(Geglu { from, out, half });
    });
    CpuTensor::new(Dims { c: half, ..x.dims }, data)
}

struct Geglu<'a> {
    from: &'a [f32],
    out: &'a mut [f32],
    half: usize,
}

impl WithSimd for Geglu<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let rows = self.from.chunks_exact(2 * self.half);
        for (out, from) in self.out.chunks_exact_mut(self.half).zip(rows) {
            let (values, gates) = from.split_at(self.half);
            gate(values, gates, out);
        }
    }
}

/// `values · GELU(gates)`. For use inside a dispatched function.
#[inline(always)]
pub(super) fn gate(values: &[f32], gates: &[f32], out: &mut [f32]) {
    for ((out, value), gate) in out.iter_mut().zip(values).zip(gates) {
        *out = value * gelu(*gate);
    }
}

pub(super) fn add(cpu: &Cpu, x: CpuTensor, y: &CpuTensor) -> CpuTensor {
    assert_eq!(x.dims, y.dims, "sizes to add");
    let dims = x.dims;
    let mut data = x.into_own(cpu);
    cpu.threads.each_chunk(&mut data, CHUNK, |idx, values| {
        for (value, other) in values.iter_mut().zip(&y.values()[idx * CHUNK..]) {
            *value += other;
        }
    });
    CpuTensor::new(dims, data)
}

/// `x + plus − minus`
pub(super) fn shift(cpu: &Cpu, x: CpuTensor, plus: &CpuTensor, minus: &CpuTensor) -> CpuTensor {
    assert_eq!((x.dims, x.dims), (plus.dims, minus.dims), "sizes to shift by");
    let dims = x.dims;
    let mut data = x.into_own(cpu);
    cpu.threads.each_chunk(&mut data, CHUNK, |idx, values| {
        let by = plus.values()[idx * CHUNK..].iter().zip(&minus.values()[idx * CHUNK..]);
        for (value, (plus, minus)) in values.iter_mut().zip(by) {
            *value += plus - minus;
        }
    });
    CpuTensor::new(dims, data)
}

pub(super) fn gather_rows(cpu: &Cpu, rows: &[(&CpuTensor, usize)]) -> CpuTensor {
    let dims = rows.first().map_or(Dims { n: 0, c: 0, h: 0, w: 0 }, |(x, _)| x.dims);
    if let [(CpuTensor { held: Held::Rounded(_), .. }, _), ..] = rows {
        return CpuTensor::rounded(Rounded::gather(cpu, rows));
    }
    let len = dims.c * dims.positions();
    let mut data = cpu.buffers.take(rows.len() * len);
    for (own, (x, row)) in data.chunks_exact_mut(len.max(1)).zip(rows) {
        assert_eq!(x.dims, Dims { n: x.dims.n, ..dims }, "sizes of rows");
        own.copy_from_slice(&x.values()[row * len..(row + 1) * len]);
    }
    CpuTensor::new(Dims { n: rows.len(), ..dims }, data)
}

/// Apart from what passes work in, so that it does not lie in the middle of memory that they could join.
pub(super) fn keep_row(cpu: &Cpu, x: &CpuTensor, row: usize) -> CpuTensor {
    if let Held::Rounded(_) = x.held {
        return gather_rows(cpu, &[(x, row)]);
    }
    let len = x.dims.c * x.dims.positions();
    let mut data = cpu.buffers.take_apart(len);
    data.copy_from_slice(&x.values()[row * len..(row + 1) * len]);
    CpuTensor::new(Dims { n: 1, ..x.dims }, data)
}

pub(super) fn add_channels(cpu: &Cpu, x: CpuTensor, y: &CpuTensor) -> CpuTensor {
    let dims = x.dims;
    let (channels, row_len) = (dims.c, dims.c * dims.positions());
    let mut data = x.into_own(cpu);
    cpu.threads.each_chunk(&mut data, row_len, |n, row| {
        let n = if y.dims.n == 1 { 0 } else { n };
        let addend = &y.values()[n * channels..(n + 1) * channels];
        for position in row.chunks_exact_mut(channels) {
            for (value, other) in position.iter_mut().zip(addend) {
                *value += other;
            }
        }
    });
    CpuTensor::new(dims, data)
}

pub(super) fn concat_channels(cpu: &Cpu, a: &CpuTensor, b: &CpuTensor) -> CpuTensor {
    let (left, right) = (a.dims.c, b.dims.c);
    let width = left + right;
    let mut data = cpu.buffers.take(a.n_positions() * width);
    let per_task = CHUNK.div_ceil(width);
    cpu.threads.each_chunk(&mut data, per_task * width, |idx, out| {
        for (i, position) in out.chunks_exact_mut(width).enumerate() {
            let from = idx * per_task + i;
            position[..left].copy_from_slice(&a.values()[from * left..(from + 1) * left]);
            position[left..].copy_from_slice(&b.values()[from * right..(from + 1) * right]);
        }
    });
    CpuTensor::new(Dims { c: width, ..a.dims }, data)
}

pub(super) fn upsample_nearest(cpu: &Cpu, x: &CpuTensor, h: usize, w: usize) -> CpuTensor {
    let from = x.dims;
    let dims = Dims { h, w, ..from };
    let mut data = cpu.buffers.take(dims.len());
    cpu.threads.each_chunk(&mut data, w * from.c, |line, out| {
        let (n, y) = (line / h, line % h * from.h / h);
        for (column, pixel) in out.chunks_exact_mut(from.c).enumerate() {
            let start = ((n * from.h + y) * from.w + column * from.w / w) * from.c;
            pixel.copy_from_slice(&x.values()[start..start + from.c]);
        }
    });
    CpuTensor::new(dims, data)
}
