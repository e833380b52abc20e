//! Every size that comes from the other side has a limit with a name, checked before allocation.

use crate::error::Error;

/// The limits a cloud may set for itself; the device pins its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Members of a class.
    pub members: usize,
    /// Denoising steps of the whole schedule.
    pub steps: u32,
    /// Width times height of the picture.
    pub pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { members: DEFAULT_MAX_MEMBERS, steps: MAX_STEPS, pixels: 1024 * 1024 }
    }
}

/// Refuses `found` above `expected`.
pub(crate) fn check(name: &'static str, found: usize, expected: usize) -> Result<(), Error> {
    match found <= expected {
        true => Ok(()),
        false => Err(Error::Limit { name, expected: expected as u64, found: found as u64 }),
    }
}

/// Refuses `found` outside `least..=most`.
pub(crate) fn check_range(
    name: &'static str,
    found: u64,
    least: u64,
    most: u64,
) -> Result<(), Error> {
    match (found < least, found > most) {
        (true, _) => Err(Error::TooSmall { name, expected: least, found }),
        (_, true) => Err(Error::Limit { name, expected: most, found }),
        _ => Ok(()),
    }
}

/// A class has at most this many members unless a side sets less.
pub(crate) const DEFAULT_MAX_MEMBERS: usize = 32;
pub(crate) const MAX_TEMPLATE_BYTES: usize = 4096;
/// Of a word that travels.
pub(crate) const MAX_WORD_BYTES: usize = 32;
/// Words beyond the vocabulary that one request may hold.
pub(crate) const MAX_ALLOWED_WORDS: usize = 64;
pub(crate) const MAX_PERSONS: usize = 8;
pub(crate) const MAX_STEPS: u32 = 1000;
pub(crate) const MAX_GUIDANCE_MILLI: u64 = 30_000;
/// The U-Net halves the latent up to three times after the autoencoder divided by eight.
pub(crate) const SIDE_MULTIPLE: u64 = 8;
pub(crate) const MIN_SIDE: u64 = 64;
pub(crate) const MAX_SIDE: u64 = 4096;
pub(crate) const MAX_NAME_BYTES: usize = 32;
pub(crate) const MIN_REQUEST_BYTES: usize = 1024;
/// A request has at most this many bytes.
pub const MAX_REQUEST_BYTES: usize = 32 * 1024;
pub(crate) const MAX_LATENT_CHANNELS: u64 = 64;
pub(crate) const MAX_LATENT_VALUES: u64 = 1 << 22;
