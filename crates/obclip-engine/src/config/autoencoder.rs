//! `vae/config.json`: `AutoencoderKL` or `AutoencoderTiny`.

use serde_json::json;

use super::accept::Settings;
use crate::backend::Activation;
use crate::error::Error;
use crate::model_files::ModelFiles;

#[derive(Clone, Debug)]
pub(crate) enum AutoencoderConfig {
    Kl(KlConfig),
    Tiny(TinyConfig),
}

/// The decoder of `AutoencoderKL`, and the scale between its latents and the U-Net's.
#[derive(Clone, Debug)]
pub(crate) struct KlConfig {
    pub(crate) latent_channels: usize,
    pub(crate) out_channels: usize,
    pub(crate) block_out_channels: Vec<usize>,
    pub(crate) layers_per_block: usize,
    pub(crate) norm_num_groups: usize,
    pub(crate) use_post_quant_conv: bool,
    pub(crate) has_mid_attention: bool,
    pub(crate) scaling: LatentScaling,
}

/// The decoder of `AutoencoderTiny`.
#[derive(Clone, Debug)]
pub(crate) struct TinyConfig {
    pub(crate) latent_channels: usize,
    pub(crate) out_channels: usize,
    pub(crate) decoder_channels: Vec<usize>,
    pub(crate) decoder_blocks: Vec<usize>,
    pub(crate) upsampling: usize,
    pub(crate) activation: Activation,
    pub(crate) scaling: LatentScaling,
}

/// U-Net latent = (autoencoder latent − shift) · factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LatentScaling {
    pub(crate) factor: f32,
    pub(crate) shift: f32,
}

impl AutoencoderConfig {
    pub(crate) fn open(files: &ModelFiles) -> Result<Self, Error> {
        let settings = Settings::open(files, "vae/config.json")?;
        match settings.class().as_deref() {
            Some("AutoencoderKL") | None => KlConfig::from_settings(settings).map(Self::Kl),
            Some("AutoencoderTiny") => TinyConfig::from_settings(settings).map(Self::Tiny),
            Some(other) => {
                Err(settings.unsupported("_class_name", other, "AutoencoderKL or AutoencoderTiny"))
            }
        }
    }

    pub(crate) fn scaling(&self) -> LatentScaling {
        match self {
            Self::Kl(config) => config.scaling,
            Self::Tiny(config) => config.scaling,
        }
    }

    pub(crate) fn latent_channels(&self) -> usize {
        match self {
            Self::Kl(config) => config.latent_channels,
            Self::Tiny(config) => config.latent_channels,
        }
    }

    /// Pixels per latent position, one way.
    pub(crate) fn factor(&self) -> usize {
        match self {
            Self::Kl(config) => 1 << (config.block_out_channels.len() - 1),
            Self::Tiny(config) => config.upsampling.pow(config.decoder_blocks.len() as u32 - 1),
        }
    }
}

impl KlConfig {
    fn from_settings(mut settings: Settings) -> Result<Self, Error> {
        let config = Self {
            latent_channels: settings.take_or("latent_channels", 4)?,
            out_channels: settings.take_or("out_channels", 3)?,
            block_out_channels: settings.take_or("block_out_channels", vec![64])?,
            layers_per_block: settings.take_or("layers_per_block", 1)?,
            norm_num_groups: settings.take_or("norm_num_groups", 32)?,
            use_post_quant_conv: settings.take_or("use_post_quant_conv", true)?,
            has_mid_attention: settings.take_or("mid_block_add_attention", true)?,
            scaling: take_scaling(&mut settings, 0.18215)?,
        };
        let up_blocks: Vec<String> = settings.take_or("up_block_types", Vec::new())?;
        if let Some(other) = up_blocks.iter().find(|name| *name != "UpDecoderBlock2D") {
            return Err(settings.unsupported("up_block_types", other, "UpDecoderBlock2D"));
        }
        let groups = config.norm_num_groups;
        let divides =
            |&channels: &usize| groups > 0 && channels > 0 && channels.is_multiple_of(groups);
        if config.block_out_channels.is_empty() || !config.block_out_channels.iter().all(divides) {
            let found = format!("{:?}", config.block_out_channels);
            let supported = format!("multiples of norm_num_groups = {groups}");
            return Err(settings.unsupported("block_out_channels", &found, &supported));
        }
        settings.check_size(
            "block_out_channels",
            config.block_out_channels.len(),
            1..=MAX_LEVELS,
        )?;
        for &channels in &config.block_out_channels {
            settings.check_size("block_out_channels", channels, 1..=MAX_CHANNELS)?;
        }
        settings.check_size("layers_per_block", config.layers_per_block, 1..=MAX_LAYERS)?;
        settings.check_size("latent_channels", config.latent_channels, 1..=MAX_LATENT_CHANNELS)?;
        settings.check_size("out_channels", config.out_channels, 3..=3)?;
        // The encoder is not used; nor are the sizes of tiles and samples.
        settings.ignore(&[
            "in_channels",
            "down_block_types",
            "sample_size",
            "force_upcast",
            "use_quant_conv",
        ]);
        settings.accept_only(&[("act_fn", &[json!("silu"), json!("swish")])])?;
        settings.finish()?;
        Ok(config)
    }
}

impl TinyConfig {
    fn from_settings(mut settings: Settings) -> Result<Self, Error> {
        let config = Self {
            latent_channels: settings.take_or("latent_channels", 4)?,
            out_channels: settings.take_or("out_channels", 3)?,
            decoder_channels: settings.take_or("decoder_block_out_channels", vec![64; 4])?,
            decoder_blocks: settings.take_or("num_decoder_blocks", vec![3, 3, 3, 1])?,
            upsampling: settings.take_or("upsampling_scaling_factor", 2)?,
            activation: settings.take_activation("act_fn", "relu")?,
            scaling: take_scaling(&mut settings, 1.0)?,
        };
        let (channels, blocks) = (&config.decoder_channels, &config.decoder_blocks);
        // The file has no layer that changes width between stages, so all stages have one width.
        let same = channels.iter().all(|width| *width > 0 && *width == channels[0]);
        if channels.is_empty() || channels.len() != blocks.len() || !same {
            let found = format!("{channels:?}");
            let supported = format!("one width for each of {} stages", blocks.len());
            return Err(settings.unsupported("decoder_block_out_channels", &found, &supported));
        }
        settings.check_size("upsampling_scaling_factor", config.upsampling, 1..=8)?;
        settings.check_size("num_decoder_blocks", blocks.len(), 1..=MAX_LEVELS)?;
        settings.check_size("decoder_block_out_channels", channels[0], 1..=MAX_CHANNELS)?;
        for &n in blocks {
            settings.check_size("num_decoder_blocks", n, 0..=MAX_LAYERS)?;
        }
        settings.check_size("latent_channels", config.latent_channels, 1..=MAX_LATENT_CHANNELS)?;
        settings.check_size("out_channels", config.out_channels, 3..=3)?;
        // Encoder; and the range of a picture-of-latents format that is not used here.
        settings.ignore(&[
            "in_channels",
            "encoder_block_out_channels",
            "num_encoder_blocks",
            "latent_magnitude",
            "latent_shift",
            "block_out_channels",
            "force_upcast",
        ]);
        settings.accept_only(&[("upsample_fn", &[json!("nearest")])])?;
        settings.finish()?;
        Ok(config)
    }
}

/// Far above every published model's, so that sums and products of sizes stay small.
const MAX_LEVELS: usize = 8;
const MAX_CHANNELS: usize = 1 << 14;
const MAX_LAYERS: usize = 64;
const MAX_LATENT_CHANNELS: usize = 64;

fn take_scaling(settings: &mut Settings, default_factor: f32) -> Result<LatentScaling, Error> {
    let scaling = LatentScaling {
        factor: settings.take_or("scaling_factor", default_factor)?,
        shift: settings.take_or("shift_factor", 0.0)?,
    };
    if !scaling.factor.is_normal() || !scaling.shift.is_finite() {
        let found = format!("{}", scaling.factor);
        return Err(settings.unsupported("scaling_factor", &found, "a finite number other than 0"));
    }
    Ok(scaling)
}
