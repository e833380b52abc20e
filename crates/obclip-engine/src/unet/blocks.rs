//! The levels of the U-Net: down, mid, up.

use obclip_plan::Block;

use super::resnet::ResnetBlock;
use super::transformer::Transformer;
use super::{Features, Numbers, Pass};
use crate::backend::Backend;
use crate::config::{BlockKind, UNetConfig};
use crate::error::Error;
use crate::layers::{Conv3x3, conv3x3};
use crate::weights::WeightsPath;

/// A residual layer, with its transformer where the level has them.
struct Layer<B: Backend> {
    resnet: ResnetBlock<B>,
    transformer: Option<Transformer<B>>,
}

impl<B: Backend> Layer<B> {
    fn forward(&self, x: &B::Tensor, pass: &mut Pass<'_, B>) -> B::Tensor {
        let x = self.resnet.forward(x, pass);
        match &self.transformer {
            Some(transformer) => transformer.forward(&x, pass),
            None => x,
        }
    }
}

/// A level of the way down; every level but the last halves the size.
pub(super) struct DownBlock<B: Backend> {
    layers: Vec<Layer<B>>,
    downsampler: Option<B::Conv>,
}

/// The lowest level: residual, transformer, residual.
pub(super) struct MidBlock<B: Backend> {
    first: Layer<B>,
    second: ResnetBlock<B>,
}

/// A level of the way up; every level but the last doubles the size.
pub(super) struct UpBlock<B: Backend> {
    layers: Vec<Layer<B>>,
    upsampler: Option<B::Conv>,
}

pub(super) fn load_down<B: Backend>(
    backend: &B,
    path: &WeightsPath<'_>,
    config: &UNetConfig,
    numbers: &mut Numbers,
) -> Result<Vec<DownBlock<B>>, Error> {
    let n_levels = config.block_out_channels.len();
    let load_level = |level: usize| {
        let path = path.at("down_blocks").at(level);
        let c_out = config.block_out_channels[level];
        let c_in = config.block_out_channels[level.saturating_sub(1)];
        let load_layer = |layer| {
            let c_in = if layer == 0 { c_in } else { c_out };
            let resnet_path = path.at("resnets").at(layer);
            let transformer_path = path.at("attentions").at(layer);
            Ok(Layer {
                resnet: ResnetBlock::load(backend, &resnet_path, config, [c_in, c_out], numbers)?,
                transformer: (config.down_blocks[level] == BlockKind::CrossAttention)
                    .then(|| {
                        let place = (Block::Down(level), level);
                        Transformer::load(backend, &transformer_path, config, place, numbers)
                    })
                    .transpose()?,
            })
        };
        let layers: Vec<Layer<B>> =
            (0..config.layers_per_block[level]).map(load_layer).collect::<Result<_, Error>>()?;
        let halve = Conv3x3 { stride: 2, ..Conv3x3::new(c_out, c_out) };
        let downsampler = (level + 1 < n_levels)
            .then(|| conv3x3(backend, &path.at("downsamplers.0.conv"), halve))
            .transpose()?;
        Ok(DownBlock { layers, downsampler })
    };
    (0..n_levels).map(load_level).collect()
}

pub(super) fn load_up<B: Backend>(
    backend: &B,
    path: &WeightsPath<'_>,
    config: &UNetConfig,
    numbers: &mut Numbers,
) -> Result<Vec<UpBlock<B>>, Error> {
    let n_levels = config.block_out_channels.len();
    let load_level = |step: usize| {
        let path = path.at("up_blocks").at(step);
        let level = n_levels - 1 - step;
        let c_out = config.block_out_channels[level];
        let c_below = config.block_out_channels[(level + 1).min(n_levels - 1)];
        let c_above = config.block_out_channels[level.saturating_sub(1)];
        let n_layers = config.layers_per_block[level] + 1;
        let load_layer = |layer| {
            // The last skip of a level was made before its first layer changed the width.
            let c_skip = if layer + 1 == n_layers { c_above } else { c_out };
            let c_in = if layer == 0 { c_below } else { c_out } + c_skip;
            let resnet_path = path.at("resnets").at(layer);
            let transformer_path = path.at("attentions").at(layer);
            Ok(Layer {
                resnet: ResnetBlock::load(backend, &resnet_path, config, [c_in, c_out], numbers)?,
                transformer: (config.up_blocks[step] == BlockKind::CrossAttention)
                    .then(|| {
                        let place = (Block::Up(step), level);
                        Transformer::load(backend, &transformer_path, config, place, numbers)
                    })
                    .transpose()?,
            })
        };
        let layers: Vec<Layer<B>> = (0..n_layers).map(load_layer).collect::<Result<_, Error>>()?;
        let upsampler = (step + 1 < n_levels)
            .then(|| conv3x3(backend, &path.at("upsamplers.0.conv"), Conv3x3::new(c_out, c_out)))
            .transpose()?;
        Ok(UpBlock { layers, upsampler })
    };
    (0..n_levels).map(load_level).collect()
}

impl<B: Backend> DownBlock<B> {
    pub(super) fn forward(&self, features: Features<B>, pass: &mut Pass<'_, B>) -> Features<B> {
        let Features { bottom: mut x, mut skips } = features;
        for layer in &self.layers {
            x = layer.forward(&x, pass);
            skips.push(x.clone());
        }
        if let Some(downsampler) = &self.downsampler {
            x = pass.backend.conv2d(&x, downsampler);
            skips.push(x.clone());
        }
        Features { bottom: x, skips }
    }
}

impl<B: Backend> MidBlock<B> {
    pub(super) fn load(
        backend: &B,
        path: &WeightsPath<'_>,
        config: &UNetConfig,
        numbers: &mut Numbers,
    ) -> Result<Self, Error> {
        let level = config.block_out_channels.len() - 1;
        let width = config.block_out_channels[level];
        let mut resnet =
            |name| ResnetBlock::load(backend, &path.at(name), config, [width, width], numbers);
        let (first, second) = (resnet("resnets.0")?, resnet("resnets.1")?);
        let place = (Block::Mid, level);
        let transformer =
            Transformer::load(backend, &path.at("attentions.0"), config, place, numbers)?;
        Ok(Self { first: Layer { resnet: first, transformer: Some(transformer) }, second })
    }

    pub(super) fn forward(&self, x: B::Tensor, pass: &mut Pass<'_, B>) -> B::Tensor {
        let x = self.first.forward(&x, pass);
        self.second.forward(&x, pass)
    }
}

impl<B: Backend> UpBlock<B> {
    /// Skip tensors it takes.
    pub(super) fn n_skips(&self) -> usize {
        self.layers.len()
    }

    pub(super) fn forward(&self, features: Features<B>, pass: &mut Pass<'_, B>) -> Features<B> {
        let Features { bottom: mut x, mut skips } = features;
        for layer in &self.layers {
            let skip = skips.pop().expect("the way down made one skip per layer of the way up");
            // What was made before the first look at the text may still be shared between rows.
            let skip = pass.spread_like(&skip, &x);
            x = layer.forward(&pass.backend.concat_channels(&x, &skip), pass);
        }
        if let Some(upsampler) = &self.upsampler {
            // To the size of the skip it meets next: an odd size was halved rounding up.
            let skip = skips.last().expect("a level that doubles the size is not the last");
            let size = pass.backend.dims(skip);
            x = pass.backend.conv2d_enlarged(&x, size.h, size.w, upsampler);
        }
        Features { bottom: x, skips }
    }
}
