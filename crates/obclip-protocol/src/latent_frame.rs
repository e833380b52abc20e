//! One latent as bytes: halves, little-endian, (C, H, W) row-major, always the same length.

use half::f16;

use crate::error::Error;
use crate::limits;

/// Channels, height and width of one latent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LatentShape {
    /// Channels.
    pub channels: u32,
    /// Rows.
    pub height: u32,
    /// Columns.
    pub width: u32,
}

impl LatentShape {
    /// Checks the sizes, so that later products cannot overflow.
    pub fn new(channels: u32, height: u32, width: u32) -> Result<Self, Error> {
        let sides = limits::MAX_SIDE / limits::SIDE_MULTIPLE;
        limits::check_range("channels", channels.into(), 1, limits::MAX_LATENT_CHANNELS)?;
        limits::check_range("latent height", height.into(), 1, sides)?;
        limits::check_range("latent width", width.into(), 1, sides)?;
        let n = u64::from(channels) * u64::from(height) * u64::from(width);
        limits::check_range("latent values", n, 1, limits::MAX_LATENT_VALUES)?;
        Ok(Self { channels, height, width })
    }

    /// Values in one latent.
    pub fn n_values(self) -> usize {
        self.channels as usize * self.height as usize * self.width as usize
    }

    /// Bytes in one frame.
    pub fn n_bytes(self) -> usize {
        2 * self.n_values()
    }

    /// `[channels, height, width]`
    pub fn dims(self) -> [u32; 3] {
        [self.channels, self.height, self.width]
    }
}

/// Latent to frame. Values are rounded to halves; one that a half cannot hold is refused.
pub fn write_frame(values: &[f32], shape: LatentShape) -> Result<Vec<u8>, Error> {
    check_len(values.len(), shape.n_values())?;
    let halves: Vec<f16> = values.iter().map(|&value| f16::from_f32(value)).collect();
    match halves.iter().all(|half| half.is_finite()) {
        true => Ok(halves.iter().flat_map(|half| half.to_le_bytes()).collect()),
        false => Err(Error::NonFiniteLatent),
    }
}

/// Frame to latent, with its length and values checked.
pub fn read_frame(bytes: &[u8], shape: LatentShape) -> Result<Vec<f32>, Error> {
    check_len(bytes.len(), shape.n_bytes())?;
    let half = |pair: &[u8]| f16::from_le_bytes([pair[0], pair[1]]).to_f32();
    let values: Vec<f32> = bytes.chunks_exact(2).map(half).collect();
    check_latent(&values)?;
    Ok(values)
}

/// All values finite, and the root mean square within [`MIN_RMS`] and [`MAX_RMS`].
///
/// Every value is visited, whatever the first ones are.
pub fn check_latent(values: &[f32]) -> Result<(), Error> {
    let finite = values.iter().fold(true, |all, value| all & value.is_finite());
    if !finite {
        return Err(Error::NonFiniteLatent);
    }
    let squares: f64 = values.iter().map(|&value| f64::from(value) * f64::from(value)).sum();
    let rms = (squares / values.len().max(1) as f64).sqrt();
    match (MIN_RMS..=MAX_RMS).contains(&rms) {
        true => Ok(()),
        false => Err(Error::LatentNorm),
    }
}

fn check_len(found: usize, expected: usize) -> Result<(), Error> {
    match found == expected {
        true => Ok(()),
        false => Err(Error::FieldLength { name: "latent", expected, found }),
    }
}

/// A latent between noise and picture has unit scale; a constant or empty one is no latent.
pub const MIN_RMS: f64 = 1e-2;
/// Unit scale with generous room for guidance; beyond it the device model only paints noise.
pub const MAX_RMS: f64 = 32.0;

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: LatentShape = LatentShape { channels: 1, height: 2, width: 2 };

    #[test]
    fn frames_are_little_endian_halves() {
        let bytes = write_frame(&[1.0, -2.0, 0.5, 0.0], SHAPE).expect("finite values");
        assert_eq!(bytes, [0x00, 0x3c, 0x00, 0xc0, 0x00, 0x38, 0x00, 0x00]);
        assert_eq!(read_frame(&bytes, SHAPE), Ok(vec![1.0, -2.0, 0.5, 0.0]));
    }

    #[test]
    fn bad_latents_are_refused() {
        assert_eq!(write_frame(&[1.0; 3], SHAPE).map_err(|e| e.code()), Err("field-length"));
        assert_eq!(write_frame(&[70_000.0; 4], SHAPE), Err(Error::NonFiniteLatent));
        assert_eq!(write_frame(&[f32::NAN; 4], SHAPE), Err(Error::NonFiniteLatent));
        assert_eq!(read_frame(&[0; 7], SHAPE).map_err(|e| e.code()), Err("field-length"));
        assert_eq!(read_frame(&[0; 8], SHAPE), Err(Error::LatentNorm));
        assert_eq!(read_frame(&[0xff; 8], SHAPE), Err(Error::NonFiniteLatent));
        let loud = write_frame(&[1000.0; 4], SHAPE).expect("finite values");
        assert_eq!(read_frame(&loud, SHAPE), Err(Error::LatentNorm));
    }

    #[test]
    fn shapes_have_limits() {
        assert!(LatentShape::new(4, 16, 16).is_ok());
        assert!(LatentShape::new(0, 16, 16).is_err());
        assert!(LatentShape::new(4, u32::MAX, 16).is_err());
        assert!(LatentShape::new(64, 512, 512).is_err());
    }
}
