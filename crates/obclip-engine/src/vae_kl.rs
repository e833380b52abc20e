//! The decoder of `AutoencoderKL`: <https://arxiv.org/abs/2112.10752> §3.1.

use crate::backend::{AttentionSpec, Backend, GroupNormSpec, Reader};
use crate::config::KlConfig;
use crate::error::Error;
use crate::layers::{Conv3x3, ResidualEnd, conv3x3, group_norm_silu, linear, norm};
use crate::tensor::Tensor;
use crate::weights::{Weights, WeightsPath};

/// diffusers' constant for this model.
const NORM_EPS: f32 = 1e-6;

pub(crate) struct KlDecoder<B: Backend> {
    n_groups: usize,
    /// A 1×1 convolution.
    post_quant_conv: Option<B::Linear>,
    conv_in: B::Conv,
    mid_resnets: [Resnet<B>; 2],
    mid_attention: Option<MidAttention<B>>,
    up_blocks: Vec<UpBlock<B>>,
    norm_out: B::Norm,
    conv_out: B::Conv,
}

/// Like the U-Net's residual layer, without a time.
struct Resnet<B: Backend> {
    norm1: B::Norm,
    conv1: B::Conv,
    end: ResidualEnd<B>,
}

/// One head over all positions.
struct MidAttention<B: Backend> {
    norm: B::Norm,
    to_q: B::Linear,
    to_k: B::Linear,
    to_v: B::Linear,
    to_out: B::Linear,
}

struct UpBlock<B: Backend> {
    resnets: Vec<Resnet<B>>,
    upsampler: Option<B::Conv>,
}

impl<B: Backend> KlDecoder<B> {
    pub(crate) fn load(backend: &B, config: &KlConfig, weights: Weights) -> Result<Self, Error> {
        weights.ignore(|name| name.starts_with("encoder.") || name.starts_with("quant_conv."));
        let decoder = Self::load_from(backend, config, &weights.root())?;
        weights.finish()?;
        Ok(decoder)
    }

    fn load_from(backend: &B, config: &KlConfig, root: &WeightsPath<'_>) -> Result<Self, Error> {
        let path = root.at("decoder");
        let widths: Vec<usize> = config.block_out_channels.iter().rev().copied().collect();
        let (deepest, last) = (widths[0], widths[widths.len() - 1]);
        let latent = config.latent_channels;
        let resnet =
            |name| Resnet::load(backend, &path.at("mid_block.resnets").at(name), deepest, deepest);
        Ok(Self {
            n_groups: config.norm_num_groups,
            post_quant_conv: config
                .use_post_quant_conv
                .then(|| linear(backend, &root.at("post_quant_conv"), latent, latent))
                .transpose()?,
            conv_in: conv3x3(backend, &path.at("conv_in"), Conv3x3::new(latent, deepest))?,
            mid_resnets: [resnet(0)?, resnet(1)?],
            mid_attention: config
                .has_mid_attention
                .then(|| MidAttention::load(backend, &path.at("mid_block.attentions.0"), deepest))
                .transpose()?,
            up_blocks: load_up_blocks(backend, &path.at("up_blocks"), config, &widths)?,
            norm_out: norm(backend, &path.at("conv_norm_out"), last)?,
            conv_out: conv3x3(
                backend,
                &path.at("conv_out"),
                Conv3x3::new(last, config.out_channels),
            )?,
        })
    }

    /// Latents (N, C, h, w) → images (N, 3, H, W) in [−1, 1], roughly.
    pub(crate) fn forward(&self, backend: &B, latents: &Tensor) -> Result<Tensor, Error> {
        let mut x = backend.upload(latents);
        if let Some(conv) = &self.post_quant_conv {
            x = backend.linear(&x, conv);
        }
        x = backend.conv2d(&x, &self.conv_in);
        x = self.mid_resnets[0].forward(backend, &x, self.n_groups);
        if let Some(attention) = &self.mid_attention {
            x = attention.forward(backend, &x, self.n_groups);
        }
        x = self.mid_resnets[1].forward(backend, &x, self.n_groups);
        for block in &self.up_blocks {
            x = block.forward(backend, x, self.n_groups);
        }
        let x = backend.group_norm(&x, &self.norm_out, group_norm_silu(self.n_groups, NORM_EPS));
        backend.fetch_image(&backend.conv2d(&x, &self.conv_out))
    }
}

fn load_up_blocks<B: Backend>(
    backend: &B,
    path: &WeightsPath<'_>,
    config: &KlConfig,
    widths: &[usize],
) -> Result<Vec<UpBlock<B>>, Error> {
    let load_block = |level: usize| {
        let path = path.at(level);
        let (c_below, c_out) = (widths[level.saturating_sub(1)], widths[level]);
        let resnets = (0..config.layers_per_block + 1).map(|layer| {
            let c_in = if layer == 0 { c_below } else { c_out };
            Resnet::load(backend, &path.at("resnets").at(layer), c_in, c_out)
        });
        Ok(UpBlock {
            resnets: resnets.collect::<Result<_, Error>>()?,
            upsampler: (level + 1 < widths.len())
                .then(|| {
                    conv3x3(backend, &path.at("upsamplers.0.conv"), Conv3x3::new(c_out, c_out))
                })
                .transpose()?,
        })
    };
    (0..widths.len()).map(load_block).collect()
}

impl<B: Backend> UpBlock<B> {
    fn forward(&self, backend: &B, mut x: B::Tensor, n_groups: usize) -> B::Tensor {
        for resnet in &self.resnets {
            x = resnet.forward(backend, &x, n_groups);
        }
        match &self.upsampler {
            None => x,
            Some(upsampler) => {
                let size = backend.dims(&x);
                backend.conv2d_enlarged(&x, size.h * 2, size.w * 2, upsampler)
            }
        }
    }
}

impl<B: Backend> Resnet<B> {
    fn load(backend: &B, path: &WeightsPath<'_>, c_in: usize, c_out: usize) -> Result<Self, Error> {
        Ok(Self {
            norm1: norm(backend, &path.at("norm1"), c_in)?,
            conv1: conv3x3(backend, &path.at("conv1"), Conv3x3::new(c_in, c_out))?,
            end: ResidualEnd::load(backend, path, [c_in, c_out])?,
        })
    }

    fn forward(&self, backend: &B, x: &B::Tensor, n_groups: usize) -> B::Tensor {
        let spec = group_norm_silu(n_groups, NORM_EPS);
        let normal = backend.group_norm_for(x, &self.norm1, spec, Reader::Conv(&self.conv1));
        let h = backend.conv2d(&normal, &self.conv1);
        drop(normal);
        self.end.forward(backend, x, &h, spec)
    }
}

impl<B: Backend> MidAttention<B> {
    fn load(backend: &B, path: &WeightsPath<'_>, width: usize) -> Result<Self, Error> {
        // Files from before diffusers 0.17 have other names, among them Stable Diffusion 1.5's own.
        let names = match path.has("query.weight") {
            true => ["query", "key", "value", "proj_attn"],
            false => ["to_q", "to_k", "to_v", "to_out.0"],
        };
        let projection = |name: &str| linear(backend, &path.at(name), width, width);
        Ok(Self {
            norm: norm(backend, &path.at("group_norm"), width)?,
            to_q: projection(names[0])?,
            to_k: projection(names[1])?,
            to_v: projection(names[2])?,
            to_out: projection(names[3])?,
        })
    }

    fn forward(&self, backend: &B, x: &B::Tensor, n_groups: usize) -> B::Tensor {
        let spec = GroupNormSpec { n_groups, eps: NORM_EPS, activation: None };
        let h = backend.group_norm_for(x, &self.norm, spec, Reader::Linear(&self.to_q));
        let [q, k, v] =
            [&self.to_q, &self.to_k, &self.to_v].map(|to| backend.linear_for_attention(&h, to));
        let spec = AttentionSpec { n_heads: 1, causal: false, kv_rows: None };
        let mixed = backend.attention_for(&q, &k, &v, spec, &self.to_out);
        backend.linear_add(&mixed, &self.to_out, x)
    }
}
