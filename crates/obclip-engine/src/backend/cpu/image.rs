//! What a convolution reads.

use crate::backend::Dims;

/// An image as it stands, or enlarged to the nearest pixel: the enlarged one is never written.
#[derive(Clone, Copy)]
pub(super) struct Image<'a> {
    values: &'a [f32],
    /// As it stands.
    from: Dims,
    /// As it is read.
    pub(super) dims: Dims,
}

impl<'a> Image<'a> {
    pub(super) fn new(values: &'a [f32], dims: Dims) -> Self {
        Self { values, from: dims, dims }
    }

    pub(super) fn enlarged(values: &'a [f32], from: Dims, [h, w]: [usize; 2]) -> Self {
        Self { values, from, dims: Dims { h, w, ..from } }
    }

    /// The channels of one pixel.
    #[inline(always)]
    pub(super) fn pixel(&self, row: usize, y: usize, x: usize) -> &'a [f32] {
        let from = self.from;
        let (y, x) = match (from.h, from.w) == (self.dims.h, self.dims.w) {
            true => (y, x),
            false => (y * from.h / self.dims.h, x * from.w / self.dims.w),
        };
        &self.values[((row * from.h + y) * from.w + x) * from.c..][..from.c]
    }
}
