//! Samplers: functions of a denoiser, a noisy latent and noise levels.
//!
//! Latents are variance-preserving at every border, `x = α x₀ + σ ε`, whichever sampler made them
//! (Euler included, which others keep as `x/α`). So a latent handed over after step i of any
//! sampler is fully described by the noise level `steps[i].sigma_next`, and any sampler may go on
//! from there. The denoiser gives x₀ predictions; guidance and the model's own prediction type are
//! its business.

mod ddim;
mod dpm_solver;
mod euler;

use std::ops::Range;

use crate::error::Error;
use crate::schedule::{NoiseLevels, NoiseStep};
use crate::tensor::Tensor;

/// Which sampler.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SamplerKind {
    /// DPM-Solver++(2M), midpoint. <https://arxiv.org/abs/2211.01095>
    #[default]
    DpmSolver,
    /// DDIM with η = 0. <https://arxiv.org/abs/2010.02502>
    Ddim,
    /// Euler's method on the probability flow. <https://arxiv.org/abs/2206.00364>
    Euler,
}

impl SamplerKind {
    /// All of them, with the names users know.
    pub const NAMES: [(&'static str, Self); 3] =
        [("dpmpp-2m", Self::DpmSolver), ("ddim", Self::Ddim), ("euler", Self::Euler)];

    /// The sampler of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|&(_, sampler)| sampler)
    }
}

/// (noisy latents, the step they are at, its index) → x₀ predictions of the same shape.
pub(crate) type Denoiser<'a> = dyn FnMut(&Tensor, &NoiseStep, usize) -> Result<Tensor, Error> + 'a;

/// What a run of steps leaves.
#[derive(Clone, Debug)]
pub(crate) struct Sampled {
    pub(crate) latents: Tensor,
    pub(crate) last_x0: Option<Tensor>,
}

/// Runs the steps of `range`. `previous_x0` is the x₀ prediction of the step before the range,
/// where one was kept; without it a multistep sampler starts at first order.
pub(crate) fn run(
    sampler: SamplerKind,
    denoise: &mut Denoiser<'_>,
    latents: Tensor,
    levels: &NoiseLevels,
    range: Range<usize>,
    previous_x0: Option<Tensor>,
) -> Result<Sampled, Error> {
    match sampler {
        SamplerKind::DpmSolver => dpm_solver::run(denoise, latents, levels, range, previous_x0),
        SamplerKind::Ddim => single_steps(ddim::step, denoise, latents, levels, range),
        SamplerKind::Euler => single_steps(euler::step, denoise, latents, levels, range),
    }
}

/// The next latents are `from_x · x + from_x0 · x₀`.
#[derive(Clone, Copy, Debug)]
struct Mix {
    from_x: f64,
    from_x0: f64,
}

/// A sampler without memory.
fn single_steps(
    step: fn(&NoiseStep) -> Mix,
    denoise: &mut Denoiser<'_>,
    mut latents: Tensor,
    levels: &NoiseLevels,
    range: Range<usize>,
) -> Result<Sampled, Error> {
    let mut last_x0 = None;
    for step_idx in range {
        let level = &levels.steps[step_idx];
        let x0 = denoise(&latents, level, step_idx)?;
        let mix = step(level);
        combine(&mut latents, mix.from_x, &[(mix.from_x0, &x0)]);
        last_x0 = Some(x0);
    }
    Ok(Sampled { latents, last_x0 })
}

/// `x ← a x + Σ bᵢ yᵢ`, in f64, rounded once.
fn combine(x: &mut Tensor, a: f64, others: &[(f64, &Tensor)]) {
    for (i, value) in x.data_mut().iter_mut().enumerate() {
        let sum = |sum: f64, (b, y): &(f64, &Tensor)| sum + b * f64::from(y.data()[i]);
        *value = others.iter().fold(a * f64::from(*value), sum) as f32;
    }
}

#[cfg(test)]
mod tests;
