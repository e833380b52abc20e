//! Decoded pictures.

use crate::tensor::Tensor;

/// 8-bit RGB, rows from the top, no padding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rgb8Image {
    /// Pixels per row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `height · width · 3` bytes.
    pub pixels: Vec<u8>,
}

impl Rgb8Image {
    /// Row 0 of (N, 3, H, W) with values in [−1, 1]; what lies outside is clipped.
    pub(crate) fn from_signed(image: &Tensor, height: usize, width: usize) -> Self {
        let plane = height * width;
        let values = image.data();
        let byte =
            |value: f32| ((value / 2.0 + 0.5).clamp(0.0, 1.0) * 255.0).round_ties_even() as u8;
        let pixels = (0..plane)
            .flat_map(|pixel| (0..3).map(move |channel| channel * plane + pixel))
            .map(|idx| byte(values[idx]))
            .collect();
        Self { width, height, pixels }
    }
}
