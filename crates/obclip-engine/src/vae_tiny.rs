//! The decoder of `AutoencoderTiny` (TAESD): a flat list of convolutions.

use crate::backend::{Activation, Backend};
use crate::config::TinyConfig;
use crate::error::Error;
use crate::layers::{Conv3x3, conv3x3};
use crate::tensor::Tensor;
use crate::weights::{Weights, WeightsPath};

pub(crate) struct TinyDecoder<B: Backend> {
    activation: Activation,
    conv_in: B::Conv,
    stages: Vec<DecoderStage<B>>,
    upsampling: usize,
}

/// Some residual blocks, then (but for the last stage) a larger image, then a convolution.
struct DecoderStage<B: Backend> {
    blocks: Vec<[B::Conv; 3]>,
    enlarges: bool,
    conv: B::Conv,
}

impl<B: Backend> TinyDecoder<B> {
    pub(crate) fn load(backend: &B, config: &TinyConfig, weights: Weights) -> Result<Self, Error> {
        weights.ignore(|name| name.starts_with("encoder."));
        let decoder = Self::load_from(backend, config, &weights.root().at("decoder.layers"))?;
        weights.finish()?;
        Ok(decoder)
    }

    /// Layers are numbered through, activations and enlargements included.
    fn load_from(backend: &B, config: &TinyConfig, path: &WeightsPath<'_>) -> Result<Self, Error> {
        let width = config.decoder_channels[0];
        let conv_in = conv3x3(backend, &path.at(0), Conv3x3::new(config.latent_channels, width))?;
        let mut layer = 2;
        let mut stages = Vec::new();
        for (stage, &n_blocks) in config.decoder_blocks.iter().enumerate() {
            let is_last = stage + 1 == config.decoder_blocks.len();
            let blocks = (layer..layer + n_blocks)
                .map(|layer| load_block(backend, &path.at(layer), width))
                .collect::<Result<_, _>>()?;
            layer += n_blocks + usize::from(!is_last);
            let c_out = if is_last { config.out_channels } else { width };
            let spec = Conv3x3 { has_bias: is_last, ..Conv3x3::new(width, c_out) };
            let conv = conv3x3(backend, &path.at(layer), spec)?;
            layer += 1;
            stages.push(DecoderStage { blocks, enlarges: !is_last, conv });
        }
        Ok(Self { activation: config.activation, conv_in, stages, upsampling: config.upsampling })
    }

    /// Latents (N, C, h, w) → images (N, 3, H, W) in [−1, 1], roughly.
    pub(crate) fn forward(&self, backend: &B, latents: &Tensor) -> Result<Tensor, Error> {
        let mut latents = latents.clone();
        for value in latents.data_mut() {
            *value = (*value / 3.0).tanh() * 3.0;
        }
        let latents = backend.upload(&latents);
        let mut x = backend.conv2d_activate(&latents, &self.conv_in, self.activation);
        for stage in &self.stages {
            x = self.run_stage(backend, stage, x);
        }
        let mut image = backend.fetch_image(&x)?;
        // From TAESD's [0, 1] to diffusers' [−1, 1].
        for value in image.data_mut() {
            *value = *value * 2.0 - 1.0;
        }
        Ok(image)
    }

    fn run_stage(&self, backend: &B, stage: &DecoderStage<B>, mut x: B::Tensor) -> B::Tensor {
        for [conv1, conv2, conv3] in &stage.blocks {
            let h = backend.conv2d_activate(&x, conv1, self.activation);
            let h = backend.conv2d_activate(&h, conv2, self.activation);
            // The block's own end is a ReLU whatever the configured activation.
            x = backend.conv2d_add_activate(&h, conv3, &x, Activation::Relu);
        }
        if !stage.enlarges {
            return backend.conv2d(&x, &stage.conv);
        }
        let size = backend.dims(&x);
        let (h, w) = (size.h * self.upsampling, size.w * self.upsampling);
        backend.conv2d_enlarged(&x, h, w, &stage.conv)
    }
}

fn load_block<B: Backend>(
    backend: &B,
    path: &WeightsPath<'_>,
    width: usize,
) -> Result<[B::Conv; 3], Error> {
    // Activations take the odd numbers between.
    let conv =
        |layer: usize| conv3x3(backend, &path.at("conv").at(layer), Conv3x3::new(width, width));
    Ok([conv(0)?, conv(2)?, conv(4)?])
}
