//! Activations that products alone read: rounded once, where they are made, instead of by every product that reads them.

use std::ops::Range;

use pulp::bytemuck::{cast_slice, cast_slice_mut};
use pulp::{Simd, WithSimd};

use super::super::buffers::Shared;
use super::super::image::Image;
use super::super::{Cpu, CpuTensor, Held};
use super::{SIDE, STEP, round_into};
use crate::backend::Dims;

/// Pixels or tokens in pairs of rounded values, with zeros around each image and enough of them behind the last for a tile that
/// begins in it.
#[derive(Clone, Debug)]
pub(in super::super) struct Rounded {
    /// Pairs, as bits.
    pairs: Shared,
    dims: Dims,
    /// Zeros on each side of an image.
    border: usize,
}

/// The largest step of a window that is read from here; others are read from a copy.
pub(in super::super) const MOST_STRIDE: usize = 2;

impl Rounded {
    /// All zeros.
    pub(in super::super) fn zeros(cpu: &Cpu, dims: Dims, border: usize) -> Self {
        let pixel = dims.c.div_ceil(STEP) * SIDE;
        let images = dims.n * (dims.h + 2 * border) * (dims.w + 2 * border) * pixel;
        let behind = SIDE * MOST_STRIDE * pixel;
        let pairs = cpu.buffers.take_zeros(images + behind).share();
        Self { pairs, dims, border }
    }

    /// A rounded image.
    pub(super) fn of(cpu: &Cpu, image: Image<'_>, border: usize) -> Self {
        let mut rounded = Self::zeros(cpu, image.dims, border);
        let pixel = rounded.pixel();
        rounded.each_line(cpu, |row, y, pairs| {
            cpu.arch.dispatch(RoundLine { image, row, y, pairs, pixel });
        });
        rounded
    }

    /// Rows of such tensors, all of the same sizes.
    pub(in super::super) fn gather(cpu: &Cpu, rows: &[(&CpuTensor, usize)]) -> Self {
        let of = |x: &'_ CpuTensor| match &x.held {
            Held::Rounded(rounded) => rounded.clone(),
            Held::Single(_) => panic!("rows for products alone beside others"),
        };
        let like = of(rows[0].0);
        let mut gathered = Self::zeros(cpu, Dims { n: rows.len(), ..like.dims }, like.border);
        let len = gathered.image_len();
        for (place, &(from, row)) in gathered.pairs_mut().chunks_exact_mut(len.max(1)).zip(rows) {
            let from = of(from);
            assert_eq!(from.image_len(), len, "rows of one size");
            place.copy_from_slice(&from.pairs()[row * len..(row + 1) * len]);
        }
        gathered
    }

    /// Without the border.
    pub(in super::super) fn dims(&self) -> Dims {
        self.dims
    }

    pub(in super::super::super) fn border(&self) -> usize {
        self.border
    }

    /// Pairs from one pixel to the next: whole steps.
    pub(in super::super) fn pixel(&self) -> usize {
        self.dims.c.div_ceil(STEP) * SIDE
    }

    /// Width with its border.
    pub(super) fn line_pixels(&self) -> usize {
        self.dims.w + 2 * self.border
    }

    /// Pixels of an image with its border.
    pub(super) fn image_pixels(&self) -> usize {
        (self.dims.h + 2 * self.border) * self.line_pixels()
    }

    fn image_len(&self) -> usize {
        self.image_pixels() * self.pixel()
    }

    fn images_len(&self) -> usize {
        self.dims.n * self.image_len()
    }

    pub(super) fn pairs(&self) -> &[u32] {
        cast_slice(&self.pairs)
    }

    /// While it is made.
    fn pairs_mut(&mut self) -> &mut [u32] {
        cast_slice_mut(self.pairs.own_mut())
    }

    /// All pixels, where there is no border.
    pub(in super::super) fn pixels_mut(&mut self) -> &mut [u32] {
        assert_eq!(self.border, 0, "lines apart");
        let len = self.images_len();
        &mut self.pairs_mut()[..len]
    }

    /// Calls `fill` with each line's row, number and pixels, in parallel.
    pub(in super::super) fn each_line(
        &mut self,
        cpu: &Cpu,
        fill: impl Fn(usize, usize, &mut [u32]) + Send + Sync,
    ) {
        let (images, pixel, border) = (self.images_len(), self.pixel(), self.border);
        let (line_len, Dims { h, w, .. }) = (self.line_pixels() * pixel, self.dims);
        cpu.threads.each_chunk(&mut self.pairs_mut()[..images], line_len, |line, pairs| {
            let (row, y) = (line / (h + 2 * border), line % (h + 2 * border));
            if let Some(y) = y.checked_sub(border).filter(|&y| y < h) {
                fill(row, y, &mut pairs[border * pixel..(border + w) * pixel]);
            }
        });
    }

    /// One value of one pixel, where there is no border.
    #[inline(always)]
    pub(super) fn at(&self, position: usize, channel: usize) -> f32 {
        debug_assert_eq!(self.border, 0, "lines apart");
        let halves: &[u16] = cast_slice(self.pairs());
        widen(halves[2 * position * self.pixel() + channel])
    }

    /// Some pixels as f32, where there is no border.
    pub(in super::super) fn widen_pixels(&self, positions: Range<usize>, wide: &mut [f32]) {
        assert_eq!(self.border, 0, "lines apart");
        let pixel = self.pixel();
        self.widen_all(&self.pairs()[positions.start * pixel..positions.end * pixel], wide);
    }

    fn widen_all(&self, pixels: &[u32], wide: &mut [f32]) {
        let wide = wide.chunks_exact_mut(self.dims.c.max(1));
        for (pixel, wide) in pixels.chunks_exact(self.pixel()).zip(wide) {
            let halves: &[u16] = cast_slice(pixel);
            for (value, &half) in wide.iter_mut().zip(halves) {
                *value = widen(half);
            }
        }
    }

    /// As f32, for a layer that does not read pairs.
    pub(in super::super) fn widened(&self) -> Vec<f32> {
        let Dims { n, h, w, c } = self.dims;
        let mut values = vec![0.0; self.dims.len()];
        let lines = (0..n).flat_map(|row| (0..h).map(move |y| (row, y)));
        for ((row, y), wide) in lines.zip(values.chunks_exact_mut((w * c).max(1))) {
            let line = row * self.image_pixels() + (y + self.border) * self.line_pixels();
            let start = (line + self.border) * self.pixel();
            self.widen_all(&self.pairs()[start..start + w * self.pixel()], wide);
        }
        values
    }
}

/// Exactly.
#[inline(always)]
fn widen(half: u16) -> f32 {
    f32::from_bits(u32::from(half) << 16)
}

/// Rounds a line of an image to pixels of so many pairs.
struct RoundLine<'a> {
    image: Image<'a>,
    row: usize,
    y: usize,
    pairs: &'a mut [u32],
    pixel: usize,
}

impl WithSimd for RoundLine<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (x, pairs) in self.pairs.chunks_exact_mut(self.pixel).enumerate() {
            round_into(self.image.pixel(self.row, self.y, x), pairs);
        }
    }
}

/// Rounds rows of `c` values to rows of `stride` pairs.
pub(in super::super) struct RoundRows<'a> {
    pub(in super::super) values: &'a [f32],
    pub(in super::super) c: usize,
    pub(in super::super) pairs: &'a mut [u32],
    pub(in super::super) stride: usize,
}

impl WithSimd for RoundRows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let rows = self.values.chunks_exact(self.c).zip(self.pairs.chunks_exact_mut(self.stride));
        for (values, pairs) in rows {
            round_into(values, pairs);
        }
    }
}
