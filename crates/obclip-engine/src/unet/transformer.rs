//! A level's transformer: project in, some layers of (self-attention, text, feed-forward), project
//! out.

use obclip_plan::Block;

use super::attention::Attention;
use super::tap::{AttentionKind, Site};
use super::{Numbers, Pass};
use crate::backend::{Backend, GroupNormSpec, Reader};
use crate::config::UNetConfig;
use crate::error::Error;
use crate::layers::{linear, norm};
use crate::weights::WeightsPath;

/// The transformers' own constants in diffusers, whatever the U-Net's `norm_eps`.
const GROUP_NORM_EPS: f32 = 1e-6;
const LAYER_NORM_EPS: f32 = 1e-5;

pub(super) struct Transformer<B: Backend> {
    norm: B::Norm,
    /// A linear layer or a 1×1 convolution in the file; the same thing here.
    proj_in: B::Linear,
    layers: Vec<TransformerLayer<B>>,
    proj_out: B::Linear,
    n_groups: usize,
}

struct TransformerLayer<B: Backend> {
    norm1: B::Norm,
    self_attention: Attention<B>,
    norm2: B::Norm,
    text_attention: Attention<B>,
    norm3: B::Norm,
    feed_in: B::Linear,
    feed_out: B::Linear,
}

impl<B: Backend> Transformer<B> {
    pub(super) fn load(
        backend: &B,
        path: &WeightsPath<'_>,
        config: &UNetConfig,
        (block, level): (Block, usize),
        numbers: &mut Numbers,
    ) -> Result<Self, Error> {
        let width = config.block_out_channels[level];
        let layers = (0..config.transformer_layers[level]).map(|layer| {
            let path = path.at("transformer_blocks").at(layer);
            let layer = Numbers::take(&mut numbers.transformer_layers);
            TransformerLayer::load(backend, &path, config, level, (block, layer))
        });
        Ok(Self {
            layers: layers.collect::<Result<_, _>>()?,
            norm: norm(backend, &path.at("norm"), width)?,
            proj_in: linear(backend, &path.at("proj_in"), width, width)?,
            proj_out: linear(backend, &path.at("proj_out"), width, width)?,
            n_groups: config.norm_num_groups,
        })
    }

    pub(super) fn forward(&self, x: &B::Tensor, pass: &mut Pass<'_, B>) -> B::Tensor {
        let backend = pass.backend;
        let spec = GroupNormSpec { n_groups: self.n_groups, eps: GROUP_NORM_EPS, activation: None };
        let reader = Reader::Linear(&self.proj_in);
        let normal = backend.group_norm_for(x, &self.norm, spec, reader);
        let mut h = backend.linear(&normal, &self.proj_in);
        drop(normal);
        for layer in &self.layers {
            h = layer.forward(h, pass);
        }
        let x = pass.spread_like(x, &h);
        backend.linear_add(&h, &self.proj_out, &x)
    }
}

impl<B: Backend> TransformerLayer<B> {
    fn load(
        backend: &B,
        path: &WeightsPath<'_>,
        config: &UNetConfig,
        level: usize,
        (block, layer): (Block, usize),
    ) -> Result<Self, Error> {
        let (width, n_heads) = (config.block_out_channels[level], config.n_heads[level]);
        let own = Site { block, layer, kind: AttentionKind::OwnPositions };
        let text = Site { block, layer, kind: AttentionKind::Text };
        let text_width = config.cross_attention_dim;
        let inner = width * 4;
        Ok(Self {
            norm1: norm(backend, &path.at("norm1"), width)?,
            self_attention: Attention::load(backend, &path.at("attn1"), own, n_heads, [width; 2])?,
            norm2: norm(backend, &path.at("norm2"), width)?,
            text_attention: Attention::load(
                backend,
                &path.at("attn2"),
                text,
                n_heads,
                [width, text_width],
            )?,
            norm3: norm(backend, &path.at("norm3"), width)?,
            feed_in: linear(backend, &path.at("ff.net.0.proj"), width, inner * 2)?,
            feed_out: linear(backend, &path.at("ff.net.2"), inner, width)?,
        })
    }

    fn forward(&self, x: B::Tensor, pass: &mut Pass<'_, B>) -> B::Tensor {
        let backend = pass.backend;
        let h =
            backend.layer_norm_for(&x, &self.norm1, LAYER_NORM_EPS, self.self_attention.reader());
        let x = self.self_attention.forward_add(&h, &x, pass);

        let h =
            backend.layer_norm_for(&x, &self.norm2, LAYER_NORM_EPS, self.text_attention.reader());
        let x = self.text_attention.forward_add(&h, &x, pass);

        let h = backend.layer_norm_for(&x, &self.norm3, LAYER_NORM_EPS, &self.feed_in);
        let h = backend.linear_geglu_for(&h, &self.feed_in, &self.feed_out);
        backend.linear_add(&h, &self.feed_out, &x)
    }
}
