//! Clean latent → picture, with either autoencoder.

use crate::backend::Backend;
use crate::config::{AutoencoderConfig, LatentScaling};
use crate::error::Error;
use crate::image::Rgb8Image;
use crate::tensor::Tensor;
use crate::vae_kl::KlDecoder;
use crate::vae_tiny::TinyDecoder;
use crate::weights::Weights;

/// A decoder and the scale of the latents it reads.
pub(crate) struct Vae<B: Backend> {
    scaling: LatentScaling,
    decoder: Decoder<B>,
}

enum Decoder<B: Backend> {
    Kl(KlDecoder<B>),
    Tiny(TinyDecoder<B>),
}

impl<B: Backend> Vae<B> {
    pub(crate) fn load(
        backend: &B,
        config: AutoencoderConfig,
        weights: Weights,
    ) -> Result<Self, Error> {
        let scaling = config.scaling();
        let decoder = match &config {
            AutoencoderConfig::Kl(config) => {
                Decoder::Kl(KlDecoder::load(backend, config, weights)?)
            }
            AutoencoderConfig::Tiny(config) => {
                Decoder::Tiny(TinyDecoder::load(backend, config, weights)?)
            }
        };
        Ok(Self { scaling, decoder })
    }

    /// The U-Net's latents (N, C, h, w) → images (N, 3, H, W) in [−1, 1], not clipped.
    pub(crate) fn decode(&self, backend: &B, latents: &Tensor) -> Result<Tensor, Error> {
        let mut latents = latents.clone();
        for value in latents.data_mut() {
            *value = *value / self.scaling.factor + self.scaling.shift;
        }
        backend.scope(|| match &self.decoder {
            Decoder::Kl(decoder) => decoder.forward(backend, &latents),
            Decoder::Tiny(decoder) => decoder.forward(backend, &latents),
        })
    }

    /// One latent (1, C, h, w) → one picture.
    pub(crate) fn decode_image(&self, backend: &B, latent: &Tensor) -> Result<Rgb8Image, Error> {
        let image = self.decode(backend, latent)?;
        let [_, channels, height, width] = image.image_shape("decoded image")?;
        if channels != 3 {
            return Err(Error::OutOfRange {
                what: "channels of the decoded image",
                expected: "3".to_owned(),
                found: channels.to_string(),
            });
        }
        if !image.is_finite() {
            return Err(Error::NotFinite { what: "decoded image" });
        }
        Ok(Rgb8Image::from_signed(&image, height, width))
    }
}
