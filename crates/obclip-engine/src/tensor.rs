//! The plain tensor at the engine's border: a shape and f32 values in row-major order.

use crate::error::Error;

/// Values with a shape, row-major. Images and latents are `(N, C, H, W)`, token rows `(N, T, C)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    shape: Vec<usize>,
    data: Vec<f32>,
}

impl Tensor {
    /// Checks that `data` fills `shape` exactly.
    pub fn new(shape: impl Into<Vec<usize>>, data: Vec<f32>) -> Result<Self, Error> {
        let shape = shape.into();
        let expected = checked_product(&shape);
        if expected != Some(data.len()) {
            return Err(Error::TensorLength { shape, found: data.len() });
        }
        Ok(Self { shape, data })
    }

    /// All zeros.
    pub fn zeros(shape: impl Into<Vec<usize>>) -> Self {
        let shape = shape.into();
        let len = shape.iter().product();
        Self { shape, data: vec![0.0; len] }
    }

    /// For values that the engine itself has just computed in this shape.
    pub(crate) fn from_parts(shape: impl Into<Vec<usize>>, data: Vec<f32>) -> Self {
        let shape = shape.into();
        debug_assert_eq!(shape.iter().product::<usize>(), data.len());
        Self { shape, data }
    }

    /// Sizes, outermost first.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Values, row-major.
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    /// Values, row-major, for changing in place.
    pub fn data_mut(&mut self) -> &mut [f32] {
        &mut self.data
    }

    /// The values alone.
    pub fn into_data(self) -> Vec<f32> {
        self.data
    }

    /// How many rows the outermost axis has.
    pub fn n_rows(&self) -> usize {
        self.shape.first().copied().unwrap_or(0)
    }

    /// One row of the outermost axis, as a slice.
    pub fn row(&self, row_idx: usize) -> &[f32] {
        let len = self.row_len();
        &self.data[row_idx * len..(row_idx + 1) * len]
    }

    /// Rows of the outermost axis in the given order; an index may repeat.
    ///
    /// # Panics
    /// If an index is out of range.
    pub fn rows(&self, row_indices: impl IntoIterator<Item = usize>) -> Self {
        let mut shape = self.shape.clone();
        let mut data = Vec::new();
        let mut n_rows = 0;
        for row_idx in row_indices {
            data.extend_from_slice(self.row(row_idx));
            n_rows += 1;
        }
        shape[0] = n_rows;
        Self { shape, data }
    }

    /// Rows of `self`, then rows of `below`; all other sizes must agree.
    pub fn stack(mut self, below: &Self) -> Result<Self, Error> {
        if self.shape[1..] != below.shape[1..] {
            return Err(Error::TensorShape {
                what: "rows to stack",
                expected: self.shape[1..].to_vec(),
                found: below.shape[1..].to_vec(),
            });
        }
        self.shape[0] += below.shape[0];
        self.data.extend_from_slice(&below.data);
        Ok(self)
    }

    /// The shape as `(N, C, H, W)`.
    pub(crate) fn image_shape(&self, what: &'static str) -> Result<[usize; 4], Error> {
        <[usize; 4]>::try_from(self.shape.as_slice()).map_err(|_| Error::TensorRank {
            what,
            expected: 4,
            found: self.shape.clone(),
        })
    }

    /// The shape as `(N, T, C)`.
    pub(crate) fn token_shape(&self, what: &'static str) -> Result<[usize; 3], Error> {
        <[usize; 3]>::try_from(self.shape.as_slice()).map_err(|_| Error::TensorRank {
            what,
            expected: 3,
            found: self.shape.clone(),
        })
    }

    /// True if no value is infinite or not a number.
    pub fn is_finite(&self) -> bool {
        self.data.iter().all(|value| value.is_finite())
    }

    fn row_len(&self) -> usize {
        self.shape[1..].iter().product()
    }
}

/// The number of elements of a shape, or nothing if it does not fit in `usize`.
pub(crate) fn checked_product(shape: &[usize]) -> Option<usize> {
    shape.iter().try_fold(1usize, |product, &size| product.checked_mul(size))
}
