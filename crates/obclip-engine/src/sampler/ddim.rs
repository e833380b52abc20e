//! Song et al., eq. 12 with η = 0: `x' = α' x₀ + σ' ε` with `ε = (x − α x₀) / σ`.

use super::Mix;
use crate::schedule::NoiseStep;

pub(super) fn step(step: &NoiseStep) -> Mix {
    let (alpha, sigma) = step.start();
    let (alpha_next, sigma_next) = step.end();
    let from_x = sigma_next / sigma;
    Mix { from_x, from_x0: alpha_next - from_x * alpha }
}
