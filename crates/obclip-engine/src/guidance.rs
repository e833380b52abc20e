//! Classifier-free guidance (<https://arxiv.org/abs/2207.12598>), and from the model's prediction
//! to x₀.

use crate::config::PredictionType;
use crate::schedule::NoiseStep;

/// `unconditional + scale · (conditional − unconditional)`, into `conditional`.
pub(crate) fn guide(conditional: &mut [f32], unconditional: &[f32], scale: f32) {
    for (conditional, unconditional) in conditional.iter_mut().zip(unconditional) {
        *conditional = unconditional + scale * (*conditional - unconditional);
    }
}

/// x₀ from the noisy latent and what the model predicts, in place of the prediction.
pub(crate) fn to_x0(kind: PredictionType, prediction: &mut [f32], noisy: &[f32], step: &NoiseStep) {
    let (alpha, sigma) = step.start();
    let (from_noisy, from_prediction) = match kind {
        PredictionType::Epsilon => (1.0 / alpha, -sigma / alpha),
        PredictionType::V => (alpha, -sigma),
    };
    for (value, noisy) in prediction.iter_mut().zip(noisy) {
        *value = (from_noisy * f64::from(*noisy) + from_prediction * f64::from(*value)) as f32;
    }
}
