//! A whole model folder: text → conditioning, latent → latent, latent → picture.

mod denoise;
mod load;
mod memory;

use crate::backend::Backend;
use crate::error::Error;
use crate::image::Rgb8Image;
use crate::model_spec::ModelSpec;
use crate::sampler::SamplerKind;
use crate::schedule::{NoiseLevels, Schedule};
use crate::tensor::Tensor;
use crate::text_encoder::TextEncoder;
use crate::tokenizer::Tokenizer;
use crate::unet::UNet;
use crate::vae::Vae;
pub use denoise::{DenoiseJob, Denoised, Step};
pub use load::LoadParts;
pub use memory::JobMemory;

/// Tokenizer, text encoder, U-Net and schedule; the autoencoder's decoder where it was asked for.
pub struct Model<B: Backend> {
    backend: B,
    tokenizer: Tokenizer,
    text_encoder: TextEncoder<B>,
    unet: UNet<B>,
    schedule: Schedule,
    vae: Option<Vae<B>>,
    spec: ModelSpec,
}

/// A job that has ended: what its passes left in memory is released, whichever way it ended.
struct Job<'a, B: Backend>(&'a B);

impl<B: Backend> Drop for Job<'_, B> {
    fn drop(&mut self) {
        self.0.release_memory();
    }
}

/// Texts as the U-Net reads them.
#[derive(Clone, Debug, PartialEq)]
pub struct Conditioning {
    /// (B, T, C)
    pub embeddings: Tensor,
    /// Per text: how many tokens it has without start, end and padding, cut ones included.
    pub n_tokens: Vec<usize>,
    /// Per text: how many of them did not fit and were cut off its end.
    pub n_truncated: Vec<usize>,
}

impl Conditioning {
    /// How many texts.
    pub fn n_texts(&self) -> usize {
        self.embeddings.n_rows()
    }

    /// One of the texts alone.
    ///
    /// # Panics
    /// If the index is out of range.
    pub fn text(&self, text_idx: usize) -> Self {
        Self {
            embeddings: self.embeddings.rows([text_idx]),
            n_tokens: vec![self.n_tokens[text_idx]],
            n_truncated: vec![self.n_truncated[text_idx]],
        }
    }
}

impl<B: Backend> Model<B> {
    /// Sizes and fingerprints.
    pub fn spec(&self) -> &ModelSpec {
        &self.spec
    }

    /// The machine it runs on.
    pub fn backend(&self) -> &B {
        &self.backend
    }

    /// The network itself, for those who run it step by step.
    pub fn unet(&self) -> &UNet<B> {
        &self.unet
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// [`ModelSpec::check_pair`].
    pub fn check_pair(cloud: &ModelSpec, device: &ModelSpec) -> Result<(), Error> {
        ModelSpec::check_pair(cloud, device)
    }

    /// One row of conditioning per text. Texts that are too long are cut, and the result says so.
    pub fn encode_text(&self, texts: &[&str]) -> Result<Conditioning, Error> {
        let tokens =
            texts.iter().map(|text| self.tokenizer.encode(text)).collect::<Result<Vec<_>, _>>()?;
        let n_tokens = tokens.iter().map(|tokens| tokens.n_text).collect();
        let n_truncated = tokens.iter().map(|tokens| tokens.n_truncated).collect();
        let ids: Vec<Vec<u32>> = tokens.into_iter().map(|tokens| tokens.ids).collect();
        let _job = Job(&self.backend);
        let embeddings = self.text_encoder.forward(&self.backend, &ids)?;
        Ok(Conditioning { embeddings, n_tokens, n_truncated })
    }

    /// The noise levels of a whole generation of so many steps.
    pub fn plan_steps(&self, sampler: SamplerKind, steps: usize) -> Result<NoiseLevels, Error> {
        self.schedule.plan(sampler, steps)
    }

    /// Noise levels of its own for what is left of a generation from the noise level at which step `from` of
    /// `levels` starts: so many steps to the same end. Two models need not share a grid to hand over.
    pub fn plan_tail(
        &self,
        levels: &NoiseLevels,
        from: usize,
        n_steps: usize,
    ) -> Result<NoiseLevels, Error> {
        self.schedule.plan_tail(levels, from, n_steps)
    }

    /// Clean latents (N, C, h, w) → images (N, 3, H, W) in [−1, 1], not yet clipped.
    pub fn decode_signed(&self, latents: &Tensor) -> Result<Tensor, Error> {
        let vae = self.vae.as_ref().ok_or(Error::PartNotLoaded { part: "autoencoder" })?;
        self.check_latents(latents)?;
        let _job = Job(&self.backend);
        vae.decode(&self.backend, latents)
    }

    /// Clean latents (N, C, h, w) → N pictures.
    pub fn decode(&self, latents: &Tensor) -> Result<Vec<Rgb8Image>, Error> {
        let vae = self.vae.as_ref().ok_or(Error::PartNotLoaded { part: "autoencoder" })?;
        let n = self.check_latents(latents)?;
        let _job = Job(&self.backend);
        (0..n).map(|row| vae.decode_image(&self.backend, &latents.rows([row]))).collect()
    }

    /// The number of rows.
    fn check_latents(&self, latents: &Tensor) -> Result<usize, Error> {
        let [n, c, h, w] = latents.image_shape("latents")?;
        if c != self.spec.latent_channels || h == 0 || w == 0 {
            return Err(Error::TensorShape {
                what: "latents",
                expected: vec![n, self.spec.latent_channels, h.max(1), w.max(1)],
                found: latents.shape().to_vec(),
            });
        }
        Ok(n)
    }
}
