//! Running steps of a generation for many rows at once.

use std::ops::{ControlFlow, Range};

use obclip_plan::{Guidance, Start, StepPlan, plain_from};

use super::{Conditioning, Job, Model};
use crate::backend::Backend;
use crate::error::Error;
use crate::guidance;
use crate::planned::{self, Halves, Planned};
use crate::sampler::{self, SamplerKind};
use crate::schedule::NoiseLevels;
use crate::tensor::Tensor;

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
    ///
    /// Every row of every step is computed; only what is equal for two rows is computed once.
    pub fn denoise(
        &self,
        latents: Tensor,
        cond: &Conditioning,
        uncond: &Conditioning,
        job: &DenoiseJob<'_>,
        on_step: &mut dyn FnMut(Step) -> ControlFlow<()>,
    ) -> Result<Denoised, Error> {
        let guidance = if job.guidance == 1.0 { Guidance::Off } else { Guidance::On };
        // An empty range needs a plan that is never asked; what is wrong with the job is found below.
        let (n, n_steps) = (latents.n_rows().max(1), job.range.len().max(1));
        let plan = plain_from(n, n_steps, self.unet.n_levels(), (Start::Own, guidance))?.exact()?;
        self.denoise_planned(latents, cond, uncond, job, &plan, on_step)
    }

    /// Like [`Self::denoise`] by a step plan whose first step is the range's. Row i of `latents` and text i of
    /// `cond` are those of the plan's stream i; the members' latents come back.
    pub fn denoise_planned(
        &self,
        latents: Tensor,
        cond: &Conditioning,
        uncond: &Conditioning,
        job: &DenoiseJob<'_>,
        plan: &StepPlan,
        on_step: &mut dyn FnMut(Step) -> ControlFlow<()>,
    ) -> Result<Denoised, Error> {
        self.check_job(&latents, cond, uncond, job)?;
        self.check_plan(&latents, job, plan)?;
        // First, so that everything else is dropped before it.
        let _job = Job(&self.backend);
        let texts = cond.embeddings.clone().stack(&uncond.embeddings)?;
        let context = self.unet.context(&self.backend, &texts)?;
        let kind = self.spec.prediction_type;
        let network = (&self.unet, &self.backend);
        let mut planned = Planned::new(network, &context, plan, kind, job.max_rows);

        let mut latents = latents;
        if job.range.start == 0 && job.levels.initial_scale != 1.0 {
            let scale = job.levels.initial_scale as f32;
            latents.data_mut().iter_mut().for_each(|value| *value *= scale);
        }
        let sampled = sampler::run(
            job.sampler,
            &mut |noisy, step, step_idx| {
                let halves = planned.step(step_idx - job.range.start, noisy, step)?;
                let mut x0 = guided(halves, noisy, job.guidance)?;
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
        let members = 0..plan.n_members();
        let last_x0 = sampled.last_x0.map(|x0| x0.rows(members.clone()));
        Ok(Denoised { latents: sampled.latents.rows(members), last_x0 })
    }

    fn check_plan(
        &self,
        latents: &Tensor,
        job: &DenoiseJob<'_>,
        plan: &StepPlan,
    ) -> Result<(), Error> {
        let guided = plan.guidance() == Guidance::On;
        let n_steps = if job.range.is_empty() { plan.steps().len() } else { job.range.len() };
        for (what, expected, found) in [
            ("streams of the plan", latents.n_rows(), plan.n_streams()),
            ("levels of the plan", self.unet.n_levels(), plan.n_levels()),
            ("steps of the plan", n_steps, plan.steps().len()),
            (
                "halves of the plan",
                if job.guidance == 1.0 { 1 } else { 2 },
                if guided { 2 } else { 1 },
            ),
        ] {
            if expected != found {
                let (expected, found) = (expected.to_string(), found.to_string());
                return Err(Error::OutOfRange { what, expected, found });
            }
        }
        planned::check_start(plan, latents, job.previous_x0.as_ref())
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

/// The guided prediction for every row of `noisy`; zeros for a trunk that has ended.
fn guided(halves: Halves, noisy: &Tensor, scale: f32) -> Result<Tensor, Error> {
    let row_len = noisy.data().len() / noisy.n_rows();
    let mut data = Vec::with_capacity(noisy.data().len());
    for (stream, conditional) in halves.conditional.into_iter().enumerate() {
        let mut prediction = conditional.unwrap_or_else(|| vec![0.0; row_len]);
        if let Some(Some(unconditional)) = halves.unconditional.get(stream) {
            guidance::guide(&mut prediction, unconditional, scale);
        }
        data.extend(prediction);
    }
    Tensor::new(noisy.shape(), data)
}
