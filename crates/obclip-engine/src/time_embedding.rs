//! The timestep as sines and cosines (<https://arxiv.org/abs/2006.11239>), then two linear layers.

use crate::backend::{Activation, Backend};
use crate::config::UNetConfig;
use crate::error::Error;
use crate::layers::linear;
use crate::tensor::Tensor;
use crate::weights::WeightsPath;

/// `time_embedding.*` of the U-Net.
pub(crate) struct TimeEmbedding<B: Backend> {
    n_features: usize,
    flip_sin_to_cos: bool,
    freq_shift: f64,
    linear_1: B::Linear,
    linear_2: B::Linear,
}

impl<B: Backend> TimeEmbedding<B> {
    pub(crate) fn load(
        backend: &B,
        path: &WeightsPath<'_>,
        config: &UNetConfig,
    ) -> Result<Self, Error> {
        let n_features = config.block_out_channels[0];
        let width = width(config);
        Ok(Self {
            n_features,
            flip_sin_to_cos: config.flip_sin_to_cos,
            freq_shift: config.freq_shift,
            linear_1: linear(backend, &path.at("linear_1"), n_features, width)?,
            linear_2: linear(backend, &path.at("linear_2"), width, width)?,
        })
    }

    /// One row (1, 1, C_t), the same for the whole batch, with the SiLU that every residual layer
    /// would apply first.
    pub(crate) fn forward(&self, backend: &B, timestep: f64) -> B::Tensor {
        let features = sinusoid(timestep, self.n_features, self.flip_sin_to_cos, self.freq_shift);
        let x = backend.upload(&Tensor::from_parts([1, 1, self.n_features], features));
        let x = backend.linear_activate(&x, &self.linear_1, Activation::Silu);
        backend.linear_activate(&x, &self.linear_2, Activation::Silu)
    }
}

/// Width of the embedding.
pub(crate) fn width(config: &UNetConfig) -> usize {
    config.block_out_channels[0] * 4
}

/// `[sin | cos](t · 10000^(−i / (half − shift)))`, with the halves swapped if asked for.
pub(crate) fn sinusoid(timestep: f64, n_features: usize, flip: bool, freq_shift: f64) -> Vec<f32> {
    let half = n_features / 2;
    let angle = |i: usize| {
        timestep * libm::exp(-libm::log(10_000.0) * i as f64 / (half as f64 - freq_shift))
    };
    let sines = (0..half).map(|i| libm::sin(angle(i)) as f32);
    let cosines = (0..half).map(|i| libm::cos(angle(i)) as f32);
    let mut features: Vec<f32> =
        if flip { cosines.chain(sines).collect() } else { sines.chain(cosines).collect() };
    // An odd number of features ends in a zero.
    features.resize(n_features, 0.0);
    features
}
