//! Convolution as a matrix product whose rows are gathered block by block: a few dozen pixels and a
//! few hundred of their inputs at a time, so the whole unfolded image never exists.

use std::ops::Range;

use super::matmul::{Packed, Source, product};
use super::winograd::{self, Winograd};
use super::{Cpu, CpuConv, CpuTensor};
use crate::backend::{ConvWeights, Dims};

/// Packs in the form that is faster for these sizes: a function of the layer alone.
pub(super) fn pack(cpu: &Cpu, weights: ConvWeights) -> CpuConv {
    match winograd::is_faster(cpu.lanes, &weights) {
        true => CpuConv::Winograd(Winograd::new(cpu.lanes, weights)),
        false => CpuConv::Direct(Direct::new(cpu.lanes, weights)),
    }
}

pub(super) fn conv2d(cpu: &Cpu, x: &CpuTensor, conv: &CpuConv) -> CpuTensor {
    match conv {
        CpuConv::Direct(direct) => direct.run(cpu, x),
        CpuConv::Winograd(winograd) => winograd.run(cpu, x),
    }
}

/// Weights for windows of any size and step.
pub struct Direct {
    packed: Packed,
    kernel: usize,
    stride: usize,
    padding: usize,
}

impl Direct {
    pub(super) fn new(lanes: usize, weights: ConvWeights) -> Self {
        let &[c_out, c_in, kernel, _] = weights.weight.shape() else {
            panic!("a convolution's weight has four axes")
        };
        let n_taps = kernel * kernel;
        // Inputs in the order they are gathered: tap by tap, channels innermost.
        let at =
            |o: usize, k: usize| weights.weight.data()[(o * c_in + k % c_in) * n_taps + k / c_in];
        let packed = Packed::new(lanes, [c_in * n_taps, c_out], at, weights.bias);
        Self { packed, kernel, stride: weights.stride, padding: weights.padding }
    }

    pub(super) fn run(&self, cpu: &Cpu, x: &CpuTensor) -> CpuTensor {
        let Dims { n, c, h, w } = x.dims;
        assert_eq!(c * self.kernel * self.kernel, self.packed.n_in(), "input channels");
        let size = |length: usize| (length + 2 * self.padding - self.kernel) / self.stride + 1;
        let dims = Dims { n, c: self.packed.n_out(), h: size(h), w: size(w) };
        let windows = Windows { x, conv: self, out: dims };
        let data = product(cpu, &windows, n * dims.positions(), &self.packed);
        CpuTensor::new(dims, data)
    }
}

/// Row i is the window of output pixel i: taps in order, each with all input channels.
struct Windows<'a> {
    x: &'a CpuTensor,
    conv: &'a Direct,
    out: Dims,
}

impl Source for Windows<'_> {
    const PANELS: usize = 80;

    fn block<'a>(
        &'a self,
        rows: Range<usize>,
        k: Range<usize>,
        scratch: &'a mut Vec<f32>,
    ) -> (&'a [f32], usize) {
        let stride = k.len();
        // What is left from the block before is overwritten.
        scratch.resize(rows.len() * stride, 0.0);
        for (row, window) in rows.zip(scratch.chunks_exact_mut(stride)) {
            self.gather(row, k.clone(), window);
        }
        (scratch, stride)
    }
}

impl Windows<'_> {
    /// Fills the inputs `k` of one window.
    #[inline(always)]
    fn gather(&self, row: usize, k: Range<usize>, mut window: &mut [f32]) {
        let Dims { c, h, w, .. } = self.x.dims;
        let Direct { kernel, stride, padding, .. } = *self.conv;
        let (n, position) = (row / self.out.positions(), row % self.out.positions());
        let (y, x) = (position / self.out.w * stride, position % self.out.w * stride);
        let mut k_start = k.start;
        while k_start < k.end {
            let (tap, channel) = (k_start / c, k_start % c);
            let len = (c - channel).min(k.end - k_start);
            let (part, rest) = window.split_at_mut(len);
            // Wraps far beyond the image where the window hangs over its first row or column.
            let from_y = (y + tap / kernel).wrapping_sub(padding);
            let from_x = (x + tap % kernel).wrapping_sub(padding);
            if from_y < h && from_x < w {
                let start = ((n * h + from_y) * w + from_x) * c + channel;
                part.copy_from_slice(&self.x.data[start..start + len]);
            } else {
                part.fill(0.0);
            }
            window = rest;
            k_start += len;
        }
    }
}
