//! Convolution as a matrix product whose rows are gathered block by block: a few dozen pixels and a
//! few hundred of their inputs at a time, so the whole unfolded image never exists.

use std::ops::Range;

use super::epilogue::Epilogue;
use super::image::Image;
use super::matmul::{After, Kept, Packed, Source, product};
use super::winograd;
use super::{Cpu, CpuTensor};
use crate::backend::{ConvWeights, Dims};

/// By the algorithm that is faster for the layer and the size of the image; never by rows or threads.
pub(super) fn conv2d(
    cpu: &Cpu,
    image: Image<'_>,
    conv: &Direct,
    epilogue: Epilogue<'_>,
) -> CpuTensor {
    let Dims { c, h, w, .. } = image.dims;
    assert_eq!(c * conv.kernel * conv.kernel, conv.packed.n_in(), "input channels");
    let shape = [conv.kernel, conv.stride, conv.padding];
    let filters = winograd::applies(cpu.lanes, [c, conv.packed.n_out()], shape);
    match filters && winograd::is_faster(h, w) {
        true => winograd::run(cpu, image, conv, epilogue),
        false => conv.run(cpu, image, epilogue),
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
    pub(super) fn new(cpu: &Cpu, kept: Kept, weights: ConvWeights) -> Self {
        let &[c_out, c_in, kernel, _] = weights.weight.shape() else {
            panic!("a convolution's weight has four axes")
        };
        let n_taps = kernel * kernel;
        // Inputs in the order they are gathered: tap by tap, channels innermost.
        let at =
            |o: usize, k: usize| weights.weight.data()[(o * c_in + k % c_in) * n_taps + k / c_in];
        let packed = Packed::new(cpu, kept, [c_in * n_taps, c_out], at, weights.bias);
        Self { packed, kernel, stride: weights.stride, padding: weights.padding }
    }

    /// Panels of outputs; inputs tap by tap, channels innermost.
    pub(super) fn packed(&self) -> &Packed {
        &self.packed
    }

    /// Sizes of what becomes of an image.
    pub(super) fn out_dims(&self, image: Dims) -> Dims {
        let size = |length: usize| (length + 2 * self.padding - self.kernel) / self.stride + 1;
        Dims { n: image.n, c: self.packed.n_out(), h: size(image.h), w: size(image.w) }
    }

    fn run(&self, cpu: &Cpu, image: Image<'_>, epilogue: Epilogue<'_>) -> CpuTensor {
        let dims = self.out_dims(image.dims);
        let windows = Windows { image, conv: self, out: dims };
        let (n_rows, after) = (dims.n * dims.positions(), After::Each(epilogue));
        CpuTensor::new(dims, product(cpu, &windows, n_rows, &self.packed, after))
    }
}

/// Row i is the window of output pixel i: taps in order, each with all input channels.
struct Windows<'a> {
    image: Image<'a>,
    conv: &'a Direct,
    out: Dims,
}

impl Source for Windows<'_> {
    const PANELS: usize = 80;

    fn scratch_len(&self, n_rows: usize, n_inputs: usize) -> usize {
        n_rows * n_inputs
    }

    fn block<'a>(
        &'a self,
        rows: Range<usize>,
        k: Range<usize>,
        scratch: &'a mut [f32],
    ) -> (&'a [f32], usize) {
        let stride = k.len();
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
        let Dims { c, h, w, .. } = self.image.dims;
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
                let pixel = self.image.pixel(n, from_y, from_x);
                part.copy_from_slice(&pixel[channel..channel + len]);
            } else {
                part.fill(0.0);
            }
            window = rest;
            k_start += len;
        }
    }
}
