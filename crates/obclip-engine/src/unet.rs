//! `UNet2DConditionModel` of the SD-1.x family: noisy latent, timestep and text → prediction.
//! <https://arxiv.org/abs/2112.10752>, with diffusers' names.

mod attention;
mod blocks;
mod macs;
mod resnet;
mod tap;
mod transformer;

use crate::backend::Backend;
use crate::config::UNetConfig;
use crate::error::Error;
use crate::layers::{Conv3x3, conv3x3, group_norm_silu, norm};
use crate::tensor::Tensor;
use crate::time_embedding::TimeEmbedding;
use crate::weights::{Weights, WeightsPath};
use attention::KeysValues;
use blocks::{DownBlock, MidBlock, UpBlock};
pub use macs::Macs;
pub use tap::{AttentionKind, Site, Stage, Tap, Untapped};

/// The network.
pub struct UNet<B: Backend> {
    config: UNetConfig,
    time_embedding: TimeEmbedding<B>,
    conv_in: B::Conv,
    down_blocks: Vec<DownBlock<B>>,
    mid_block: Option<MidBlock<B>>,
    up_blocks: Vec<UpBlock<B>>,
    norm_out: B::Norm,
    conv_out: B::Conv,
}

/// Texts, prepared once per request: the keys and values of every cross-attention.
pub struct Context<B: Backend> {
    layers: Vec<KeysValues<B>>,
    n_texts: usize,
}

impl<B: Backend> Context<B> {
    /// How many texts it holds.
    pub fn n_texts(&self) -> usize {
        self.n_texts
    }
}

/// What the way down leaves for the way up.
pub struct Features<B: Backend> {
    /// The lowest level's output, after the mid block if there is one.
    pub bottom: B::Tensor,
    /// One tensor per layer of the way down, in the order they were made.
    pub skips: Vec<B::Tensor>,
}

/// What every block of one forward pass reads.
pub(crate) struct Pass<'a, B: Backend> {
    backend: &'a B,
    /// SiLU of the time embedding, (1, 1, C_t).
    time: &'a B::Tensor,
    context: &'a Context<B>,
    /// The text of each row.
    text_rows: &'a [usize],
    tap: &'a mut dyn Tap<B>,
}

impl<B: Backend> UNet<B> {
    pub(crate) fn load(backend: &B, config: UNetConfig, weights: Weights) -> Result<Self, Error> {
        let unet = Self::load_from(backend, config, &weights.root())?;
        weights.finish()?;
        Ok(unet)
    }

    fn load_from(backend: &B, config: UNetConfig, path: &WeightsPath<'_>) -> Result<Self, Error> {
        let first = config.block_out_channels[0];
        let mut n_sites = 0;
        Ok(Self {
            time_embedding: TimeEmbedding::load(backend, &path.at("time_embedding"), &config)?,
            conv_in: conv3x3(
                backend,
                &path.at("conv_in"),
                Conv3x3::new(config.in_channels, first),
            )?,
            down_blocks: blocks::load_down(backend, path, &config, &mut n_sites)?,
            mid_block: config
                .has_mid_block
                .then(|| MidBlock::load(backend, &path.at("mid_block"), &config, &mut n_sites))
                .transpose()?,
            up_blocks: blocks::load_up(backend, path, &config, &mut n_sites)?,
            norm_out: norm(backend, &path.at("conv_norm_out"), first)?,
            conv_out: conv3x3(
                backend,
                &path.at("conv_out"),
                Conv3x3::new(first, config.out_channels),
            )?,
            config,
        })
    }

    pub(crate) fn config(&self) -> &UNetConfig {
        &self.config
    }

    /// What a forward pass costs, for one row: a latent of `h × w` and a text of `n_tokens`.
    pub fn macs(&self, h: usize, w: usize, n_tokens: usize) -> Macs {
        macs::count(&self.config, h, w, n_tokens)
    }

    /// Keys and values of every cross-attention for texts (B, T, C).
    pub fn context(&self, backend: &B, text: &Tensor) -> Result<Context<B>, Error> {
        let [n_texts, _, width] = text.token_shape("conditioning")?;
        if width != self.config.cross_attention_dim {
            return Err(Error::OutOfRange {
                what: "width of the conditioning",
                expected: self.config.cross_attention_dim.to_string(),
                found: width.to_string(),
            });
        }
        let layers = backend.scope(|| self.keys_values(backend, &backend.upload(text)));
        Ok(Context { layers, n_texts })
    }

    /// In running order, as the sites are numbered.
    fn keys_values(&self, backend: &B, text: &B::Tensor) -> Vec<KeysValues<B>> {
        let mut layers = Vec::new();
        for block in &self.down_blocks {
            block.prepare(backend, text, &mut layers);
        }
        if let Some(mid_block) = &self.mid_block {
            mid_block.prepare(backend, text, &mut layers);
        }
        for block in &self.up_blocks {
            block.prepare(backend, text, &mut layers);
        }
        layers
    }

    /// The prediction for noisy latents (N, C, h, w) at one timestep; `text_rows` names each row's
    /// text.
    pub fn forward(
        &self,
        backend: &B,
        latents: &Tensor,
        timestep: f64,
        context: &Context<B>,
        text_rows: &[usize],
    ) -> Result<Tensor, Error> {
        self.forward_tapped(backend, latents, timestep, context, text_rows, &mut Untapped)
    }

    /// Like [`Self::forward`]; `tap` sees every block's output and may stand in for attentions.
    pub fn forward_tapped(
        &self,
        backend: &B,
        latents: &Tensor,
        timestep: f64,
        context: &Context<B>,
        text_rows: &[usize],
        tap: &mut dyn Tap<B>,
    ) -> Result<Tensor, Error> {
        self.check_inputs(latents, context, text_rows)?;
        Ok(backend.scope(|| {
            let time = self.time_embedding.forward(backend, timestep);
            let x = backend.upload(latents);
            let mut pass = Pass { backend, time: &time, context, text_rows, tap };
            let features = self.encode(x, &mut pass);
            let x = self.decode(features, &mut pass);
            backend.download_image(&x)
        }))
    }

    /// The way down, and the mid block.
    pub(crate) fn encode(&self, x: B::Tensor, pass: &mut Pass<'_, B>) -> Features<B> {
        let x = pass.backend.conv2d(&x, &self.conv_in);
        let mut features = Features { skips: vec![x.clone()], bottom: x };
        for (level, block) in self.down_blocks.iter().enumerate() {
            features = block.forward(features, pass);
            pass.tap.stage(Stage::Down(level), &features.bottom);
        }
        if let Some(mid_block) = &self.mid_block {
            features.bottom = mid_block.forward(features.bottom, pass);
            pass.tap.stage(Stage::Mid, &features.bottom);
        }
        features
    }

    /// The way up.
    pub(crate) fn decode(&self, mut features: Features<B>, pass: &mut Pass<'_, B>) -> B::Tensor {
        for (level, block) in self.up_blocks.iter().enumerate() {
            features = block.forward(features, pass);
            pass.tap.stage(Stage::Up(level), &features.bottom);
        }
        let spec = group_norm_silu(self.config.norm_num_groups, self.config.norm_eps);
        let x = pass.backend.group_norm(&features.bottom, &self.norm_out, spec);
        pass.backend.conv2d(&x, &self.conv_out)
    }

    fn check_inputs(
        &self,
        latents: &Tensor,
        context: &Context<B>,
        text_rows: &[usize],
    ) -> Result<(), Error> {
        let [n, c, h, w] = latents.image_shape("latents")?;
        let expected = [text_rows.len(), self.config.in_channels];
        if [n, c] != expected || h == 0 || w == 0 || n == 0 {
            return Err(Error::TensorShape {
                what: "latents",
                expected: vec![expected[0], expected[1], h.max(1), w.max(1)],
                found: latents.shape().to_vec(),
            });
        }
        match text_rows.iter().find(|row| **row >= context.n_texts) {
            None => Ok(()),
            Some(row) => Err(Error::OutOfRange {
                what: "text of a row",
                expected: format!("below {}", context.n_texts),
                found: row.to_string(),
            }),
        }
    }
}
