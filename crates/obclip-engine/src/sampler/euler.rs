//! Karras et al., algorithm 1 without churn, on `y = x/α` with noise level s = σ/α:
//! `y' = y + (s' − s) (y − x₀) / s`, written back in x.

use super::Mix;
use crate::schedule::NoiseStep;

pub(super) fn step(step: &NoiseStep) -> Mix {
    let (alpha, _) = step.start();
    let (alpha_next, _) = step.end();
    let slope = (step.sigma_next - step.sigma) / step.sigma;
    Mix { from_x: alpha_next / alpha * (1.0 + slope), from_x0: -alpha_next * slope }
}
