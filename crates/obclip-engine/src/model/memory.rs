//! How much memory a job will take, before it is run.

use obclip_plan::StepPlan;

use super::Model;
use crate::backend::Backend;
use crate::planned::{self, Together};

/// What a job takes beside the model's weights, as an upper bound. It depends on the class and the public options
/// alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct JobMemory {
    /// While the texts are read, before anything is denoised.
    pub text_bytes: u64,
    /// For as long as it is denoised: latents, texts, what rows keep for others.
    pub job_bytes: u64,
    /// One row while it is computed.
    pub row_bytes: u64,
    /// What one row's convolutions work in beside, while it is computed.
    pub row_tile_bytes: u64,
    /// The most that convolutions work in, however many rows there are: all workers together.
    pub most_tile_bytes: u64,
    /// The largest batch if nothing bounds it.
    pub most_rows: usize,
    /// Rows that share attention maps stay together, whatever the bound.
    pub least_rows: usize,
}

impl JobMemory {
    /// What the job takes with at most `max_rows` rows at once.
    pub fn peak_bytes(&self, max_rows: usize) -> u64 {
        let rows = max_rows.min(self.most_rows).max(self.least_rows) as u64;
        let tiles = rows.saturating_mul(self.row_tile_bytes).min(self.most_tile_bytes);
        let rows = rows.saturating_mul(self.row_bytes);
        self.job_bytes.saturating_add(rows).saturating_add(tiles).max(self.text_bytes)
    }

    /// How many rows may be computed at once, at most `max_rows`; `None` if not even the fewest fit into `bytes`.
    pub fn rows_within(&self, bytes: u64, max_rows: usize) -> Option<usize> {
        if self.peak_bytes(1) > bytes {
            return None;
        }
        let left = bytes - self.job_bytes;
        let few = left / (self.row_bytes + self.row_tile_bytes).max(1);
        let many = left.saturating_sub(self.most_tile_bytes) / self.row_bytes.max(1);
        let rows = few.max(many);
        Some(usize::try_from(rows).unwrap_or(usize::MAX).clamp(1, max_rows.max(1)))
    }
}

impl<B: Backend> Model<B> {
    /// For a plan on latents of `h × w`.
    pub fn job_memory(&self, plan: &StepPlan, [h, w]: [usize; 2]) -> JobMemory {
        let sizes = self.unet.sizes(h, w, self.spec.max_tokens);
        let latent = (self.spec.latent_channels * h * w) as u64;
        let text = (self.spec.max_tokens * self.spec.text_width) as u64;
        let n_streams = plan.n_streams() as u64;
        let values = n_streams * LATENTS_PER_STREAM * latent
            // The unconditional text is one more.
            + (n_streams + 1) * (TEXTS_PER_STREAM * text + sizes.text())
            + planned::kept_values(plan, &sizes, latent);
        let Together { most_rows, least_rows } = planned::rows_together(plan);
        let text_values = n_streams * (self.text_encoder.row_values(self.spec.max_tokens) + text);
        let n_workers = self.backend.n_workers() as u64;
        let scratch = SCRATCH_BYTES + FLOAT_BYTES * sizes.worker() * n_workers;
        let text_bytes = FLOAT_BYTES * text_values + scratch;
        let job_bytes = FLOAT_BYTES * values + scratch;
        let idle_part = self.backend.idle_part();
        let row_bytes = FLOAT_BYTES * sizes.row() * (idle_part + 1) / idle_part;
        let row_tile_bytes = FLOAT_BYTES * sizes.row_tiles();
        let most_tile_bytes = FLOAT_BYTES * sizes.worker_tiles().saturating_mul(n_workers);
        JobMemory {
            text_bytes,
            job_bytes,
            row_bytes,
            row_tile_bytes,
            most_tile_bytes,
            most_rows,
            least_rows,
        }
    }
}

const FLOAT_BYTES: u64 = 4;
/// The noise, the noisy latent, both halves of the prediction twice, x₀ of this step and of the last, the frame.
const LATENTS_PER_STREAM: u64 = 9;
/// Encoded, put together, given to the backend.
const TEXTS_PER_STREAM: u64 = 3;
/// Beside everything that is counted, as measured.
const SCRATCH_BYTES: u64 = 4 << 17;

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: u64 = 1 << 20;

    #[test]
    fn rows_that_do_not_fit_are_split_and_jobs_that_do_not_are_refused() {
        let memory = JobMemory {
            text_bytes: 12 * MIB,
            job_bytes: 10 * MIB,
            row_bytes: 3 * MIB,
            row_tile_bytes: MIB,
            most_tile_bytes: 20 * MIB,
            most_rows: 12,
            least_rows: 1,
        };
        assert_eq!(memory.peak_bytes(16), 58 * MIB, "a batch of twelve at most");
        assert_eq!(memory.rows_within(100 * MIB, 16), Some(16));
        assert_eq!(memory.rows_within(30 * MIB, 16), Some(5));
        assert_eq!(memory.rows_within(14 * MIB, 16), Some(1));
        assert_eq!(memory.rows_within(13 * MIB, 16), None);
        assert_eq!(memory.rows_within(9 * MIB, 16), None);
        let bounded = JobMemory { most_tile_bytes: 2 * MIB, ..memory };
        assert_eq!(bounded.peak_bytes(16), 48 * MIB, "tiles are worked on part by part");
        assert_eq!(bounded.rows_within(47 * MIB, 16), Some(11));
        assert_eq!(bounded.rows_within(14 * MIB, 16), Some(1));
        let together = JobMemory { least_rows: 6, ..memory };
        assert_eq!(together.peak_bytes(1), 34 * MIB, "rows that share maps");
        assert_eq!(together.rows_within(33 * MIB, 16), None);
        let long = JobMemory { text_bytes: 90 * MIB, ..memory };
        assert_eq!(long.rows_within(80 * MIB, 16), None, "many texts");
    }
}
