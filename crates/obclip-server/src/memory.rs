//! How much memory a job will take: an upper bound from the model's sizes, before the job is queued.

use obclip_engine::ModelSpec;
use obclip_protocol::Options;

/// The estimate for one job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Estimate {
    /// What all members take for as long as the job runs: latents and conditioning.
    pub members_bytes: u64,
    /// What one U-Net row takes while it is computed.
    pub row_bytes: u64,
}

impl Estimate {
    /// For a job of `n_members` on the model of `spec`.
    pub fn of(spec: &ModelSpec, options: &Options, n_members: usize) -> Self {
        let [_, channels, height, width] =
            spec.latent_shape(options.width as usize, options.height as usize);
        let positions = (height * width) as u64;
        let latent = positions * channels as u64 * FLOAT_BYTES;
        let text = (spec.max_tokens * spec.text_width) as u64 * FLOAT_BYTES;
        // The unconditional text is one more.
        let texts = (n_members as u64 + 1) * text * TEXTS_PER_MEMBER;
        let latents = n_members as u64 * latent * LATENTS_PER_MEMBER;
        Self { members_bytes: texts + latents, row_bytes: positions * ROW_BYTES_PER_POSITION }
    }

    /// How many rows may be computed at once, at most `max_rows`; `None` if not even one fits into `memory_bytes`.
    pub fn rows(&self, memory_bytes: u64, max_rows: usize) -> Option<usize> {
        let rows = memory_bytes.checked_sub(self.members_bytes)? / self.row_bytes.max(1);
        (rows > 0).then(|| usize::try_from(rows).unwrap_or(usize::MAX).min(max_rows))
    }

    /// The least that the job takes.
    pub fn least_bytes(&self) -> u64 {
        self.members_bytes + self.row_bytes
    }
}

const FLOAT_BYTES: u64 = 4;
/// The text and its keys and values for each of at most 16 cross-attention layers (SD-1.x).
const TEXTS_PER_MEMBER: u64 = 1 + 2 * 16;
/// The noisy latent, both halves of the guided prediction, x₀ of this step and of the last, the frame.
const LATENTS_PER_MEMBER: u64 = 6;
/// SD-1.x: 320 channels at full width, about 20 such tensors at once (skip connections, GEGLU's four-fold width, the
/// im2col of a convolution).
const ROW_BYTES_PER_POSITION: u64 = 320 * 20 * FLOAT_BYTES;

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn rows_that_do_not_fit_are_split_and_members_that_do_not_are_refused() {
        let estimate = Estimate { members_bytes: 10 * MIB, row_bytes: 4 * MIB };
        assert_eq!(estimate.rows(100 * MIB, 16), Some(16), "22 fit, 16 are allowed");
        assert_eq!(estimate.rows(30 * MIB, 16), Some(5));
        assert_eq!(estimate.rows(14 * MIB, 16), Some(1));
        assert_eq!(estimate.rows(13 * MIB, 16), None);
        assert_eq!(estimate.rows(9 * MIB, 16), None);
        assert_eq!(estimate.least_bytes(), 14 * MIB);
    }
}
