//! Running steps of a generation for many rows at once.

use std::ops::{ControlFlow, Range};

use super::{Conditioning, Model};
use crate::backend::Backend;
use crate::error::Error;
use crate::guidance;
use crate::sampler::{self, SamplerKind};
use crate::schedule::NoiseLevels;
use crate::tensor::Tensor;
use crate::unet::Context;

/// Which steps to run, and how.
#[derive(Clone, Debug)]
pub struct DenoiseJob<'a> {
    /// The noise levels of the whole generation.
    pub levels: &'a NoiseLevels,
    /// Which of its steps to run now.
    pub range: Range<usize>,
    /// Classifier-free guidance; 1 switches it off and computes no unconditional rows.
    pub guidance: f32,
    /// Which sampler; the one the levels were planned for.
    pub sampler: SamplerKind,
    /// At most so many rows go through the U-Net at once. Bounds memory; results do not depend on
    /// it.
    pub max_rows: usize,
    /// The x₀ prediction of the step before `range`, if it was kept. Without it a multistep sampler
    /// starts at first order.
    pub previous_x0: Option<Tensor>,
}

/// A finished step, for progress bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its index in the noise levels.
    pub index: usize,
    /// How many steps of the range are done, this one included.
    pub n_done: usize,
    /// How many the range has.
    pub n_steps: usize,
}

/// Latents after the range's last step.
#[derive(Clone, Debug)]
pub struct Denoised {
    /// (N, C, h, w), at noise level `steps[range.end − 1].sigma_next`, `x = α x₀ + σ ε`, α² + σ² =
    /// 1.
    pub latents: Tensor,
    /// The last x₀ prediction, (N, C, h, w); absent for an empty range.
    pub last_x0: Option<Tensor>,
}

impl<B: Backend> Model<B> {
    /// Runs the steps of `job.range`. Row i of `latents` (N, C, h, w) has text i of `cond`; all
    /// rows share the one text of `uncond`. Latents start as [`crate::initial_noise`] or as another
    /// run left them. After each step `on_step` may stop the run.
    pub fn denoise(
        &self,
        latents: Tensor,
        cond: &Conditioning,
        uncond: &Conditioning,
        job: &DenoiseJob<'_>,
        on_step: &mut dyn FnMut(Step) -> ControlFlow<()>,
    ) -> Result<Denoised, Error> {
        self.check_job(&latents, cond, uncond, job)?;
        let guided = job.guidance != 1.0;
        let texts = match guided {
            true => cond.embeddings.clone().stack(&uncond.embeddings)?,
            false => cond.embeddings.clone(),
        };
        let rows = Rows { n: latents.n_rows(), guided, max_rows: job.max_rows };
        let context = self.unet.context(&self.backend, &texts)?;

        let mut latents = latents;
        if job.range.start == 0 && job.levels.initial_scale != 1.0 {
            let scale = job.levels.initial_scale as f32;
            latents.data_mut().iter_mut().for_each(|value| *value *= scale);
        }
        let sampled = sampler::run(
            job.sampler,
            &mut |noisy, step, step_idx| {
                let mut x0 = self.predict(noisy, step.timestep, &context, rows, job.guidance)?;
                let kind = self.spec.prediction_type;
                guidance::to_x0(kind, x0.data_mut(), noisy.data(), step);
                if !x0.is_finite() {
                    return Err(Error::NotFinite { what: "the model's prediction" });
                }
                let n_done = step_idx + 1 - job.range.start;
                match on_step(Step { index: step_idx, n_done, n_steps: job.range.len() }) {
                    ControlFlow::Continue(()) => Ok(x0),
                    ControlFlow::Break(()) => Err(Error::Cancelled),
                }
            },
            latents,
            job.levels,
            job.range.clone(),
            job.previous_x0.clone(),
        )?;
        Ok(Denoised { latents: sampled.latents, last_x0: sampled.last_x0 })
    }

    /// The guided prediction for every row of `noisy`.
    fn predict(
        &self,
        noisy: &Tensor,
        timestep: f64,
        context: &Context<B>,
        rows: Rows,
        guidance: f32,
    ) -> Result<Tensor, Error> {
        let mut data = Vec::with_capacity(noisy.data().len() * if rows.guided { 2 } else { 1 });
        for batch in rows.batches() {
            let latents = noisy.rows(batch.clone().map(|row| rows.latent(row)));
            let text_rows: Vec<usize> = batch.map(|row| rows.text(row)).collect();
            let out = self.unet.forward(&self.backend, &latents, timestep, context, &text_rows)?;
            data.extend_from_slice(out.data());
        }
        if rows.guided {
            let (conditional, unconditional) = data.split_at_mut(noisy.data().len());
            guidance::guide(conditional, unconditional, guidance);
        }
        data.truncate(noisy.data().len());
        Tensor::new(noisy.shape(), data)
    }

    fn check_job(
        &self,
        latents: &Tensor,
        cond: &Conditioning,
        uncond: &Conditioning,
        job: &DenoiseJob<'_>,
    ) -> Result<(), Error> {
        let [n, c, h, w] = latents.image_shape("latents")?;
        let expected = vec![cond.n_texts(), self.spec.latent_channels, h.max(1), w.max(1)];
        if vec![n, c, h, w] != expected || n == 0 {
            return Err(Error::TensorShape {
                what: "latents",
                expected,
                found: latents.shape().to_vec(),
            });
        }
        let out_of_range = |what, expected: String, found: String| {
            Err(Error::OutOfRange { what, expected, found })
        };
        let Range { start, end } = job.range;
        if start > end || end > job.levels.n_steps() {
            let expected = format!("within 0..{}", job.levels.n_steps());
            return out_of_range("range of steps", expected, format!("{start}..{end}"));
        }
        if !job.guidance.is_finite() {
            return out_of_range("guidance", "a finite number".into(), job.guidance.to_string());
        }
        if job.max_rows == 0 {
            return out_of_range("rows at once", "at least 1".into(), "0".into());
        }
        if uncond.n_texts() != 1 {
            let found = uncond.n_texts().to_string();
            return out_of_range("unconditional texts", "1".into(), found);
        }
        match &job.previous_x0 {
            Some(x0) if x0.shape() != latents.shape() => Err(Error::TensorShape {
                what: "x0 prediction",
                expected: latents.shape().to_vec(),
                found: x0.shape().to_vec(),
            }),
            _ => Ok(()),
        }
    }
}

/// The rows of one model evaluation: every latent with its own text, then, if guided, every latent
/// with the unconditional text, which stands behind the others.
#[derive(Clone, Copy)]
struct Rows {
    n: usize,
    guided: bool,
    max_rows: usize,
}

impl Rows {
    fn latent(self, row: usize) -> usize {
        row % self.n
    }

    fn text(self, row: usize) -> usize {
        row.min(self.n)
    }

    fn batches(self) -> impl Iterator<Item = Range<usize>> {
        let n_rows = if self.guided { 2 * self.n } else { self.n };
        (0..n_rows)
            .step_by(self.max_rows)
            .map(move |start| start..n_rows.min(start + self.max_rows))
    }
}
