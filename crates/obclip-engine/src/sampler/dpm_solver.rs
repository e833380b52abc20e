//! DPM-Solver++(2M), midpoint: Lu et al., algorithm 2. With `λ = ln(α/σ)` and `h = λ' − λ`:
//! `x' = (σ'/σ) x − α' (e^{−h} − 1) D`, where D is the newest x₀ prediction (first order) or
//! `m₀ + (m₀ − m₁) h / (2 h₁)` with the one before it (second order).

use std::ops::Range;

use super::{Denoiser, Sampled, combine};
use crate::error::Error;
use crate::schedule::{NoiseLevels, NoiseStep};
use crate::tensor::Tensor;

pub(super) fn run(
    denoise: &mut Denoiser<'_>,
    mut latents: Tensor,
    levels: &NoiseLevels,
    range: Range<usize>,
    mut previous_x0: Option<Tensor>,
) -> Result<Sampled, Error> {
    for step_idx in range {
        let step = &levels.steps[step_idx];
        let x0 = denoise(&latents, step, step_idx)?;
        let at_first_order = levels.first_order_last && step_idx + 1 == levels.n_steps();
        let before =
            step_idx.checked_sub(1).map(|idx| &levels.steps[idx]).filter(|_| !at_first_order);
        match previous_x0.as_ref().zip(before) {
            Some((older_x0, before)) => second_order(&mut latents, step, &x0, before, older_x0),
            None => first_order(&mut latents, step, &x0),
        }
        previous_x0 = Some(x0);
    }
    Ok(Sampled { latents, last_x0: previous_x0 })
}

fn first_order(latents: &mut Tensor, step: &NoiseStep, x0: &Tensor) {
    let (from_x, from_d, _) = coefficients(step);
    combine(latents, from_x, &[(from_d, x0)]);
}

fn second_order(
    latents: &mut Tensor,
    step: &NoiseStep,
    x0: &Tensor,
    before: &NoiseStep,
    older_x0: &Tensor,
) {
    let (from_x, from_d, h) = coefficients(step);
    let h_before = log_snr(step.sigma) - log_snr(before.sigma);
    let slope = 0.5 * h / h_before;
    combine(latents, from_x, &[(from_d * (1.0 + slope), x0), (-from_d * slope, older_x0)]);
}

/// `σ'/σ`, `−α' (e^{−h} − 1)` and h.
fn coefficients(step: &NoiseStep) -> (f64, f64, f64) {
    let (_, sigma) = step.start();
    let (alpha_next, sigma_next) = step.end();
    let h = log_snr(step.sigma_next) - log_snr(step.sigma);
    (sigma_next / sigma, -alpha_next * libm::expm1(-h), h)
}

/// λ, which is +∞ without noise.
fn log_snr(sigma: f64) -> f64 {
    -libm::log(sigma)
}
