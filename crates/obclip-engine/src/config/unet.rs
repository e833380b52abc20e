//! `unet/config.json`: `UNet2DConditionModel` of the SD-1.x family.

use serde_json::{Value, json};

use super::accept::Settings;
use crate::error::Error;
use crate::model_files::ModelFiles;

/// What a level of the U-Net is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BlockKind {
    /// Residual layers only.
    Plain,
    /// Each residual layer is followed by a transformer that reads the text.
    CrossAttention,
}

/// The architecture, level by level from the highest resolution down.
#[derive(Clone, Debug)]
pub(crate) struct UNetConfig {
    pub(crate) sample_size: Option<usize>,
    pub(crate) in_channels: usize,
    pub(crate) out_channels: usize,
    pub(crate) down_blocks: Vec<BlockKind>,
    pub(crate) has_mid_block: bool,
    /// In the order they run: from the lowest resolution up.
    pub(crate) up_blocks: Vec<BlockKind>,
    pub(crate) block_out_channels: Vec<usize>,
    pub(crate) layers_per_block: Vec<usize>,
    pub(crate) transformer_layers: Vec<usize>,
    pub(crate) n_heads: Vec<usize>,
    pub(crate) cross_attention_dim: usize,
    pub(crate) norm_num_groups: usize,
    pub(crate) norm_eps: f32,
    pub(crate) flip_sin_to_cos: bool,
    pub(crate) freq_shift: f64,
}

impl UNetConfig {
    pub(crate) fn open(files: &ModelFiles) -> Result<Self, Error> {
        let mut settings = Settings::open(files, "unet/config.json")?;
        let block_out_channels: Vec<usize> =
            settings.take_or("block_out_channels", vec![320, 640, 1280, 1280])?;
        let n_levels = block_out_channels.len();
        let config = Self {
            sample_size: settings.take("sample_size")?,
            in_channels: settings.take_or("in_channels", 4)?,
            out_channels: settings.take_or("out_channels", 4)?,
            down_blocks: take_blocks(&mut settings, "down_block_types", "Down", n_levels)?,
            has_mid_block: take_mid_block(&mut settings)?,
            up_blocks: take_blocks(&mut settings, "up_block_types", "Up", n_levels)?,
            layers_per_block: settings.take_per_level("layers_per_block", 2, n_levels)?,
            transformer_layers: settings.take_per_level(
                "transformer_layers_per_block",
                1,
                n_levels,
            )?,
            // In this family the setting's name lies: it holds the number of heads
            // (huggingface/diffusers issue 2011).
            n_heads: settings.take_per_level("attention_head_dim", 8, n_levels)?,
            cross_attention_dim: take_cross_attention_dim(&mut settings, n_levels)?,
            norm_num_groups: settings.take_or("norm_num_groups", 32)?,
            norm_eps: settings.take_or("norm_eps", 1e-5)?,
            flip_sin_to_cos: settings.take_or("flip_sin_to_cos", true)?,
            freq_shift: settings.take_or("freq_shift", 0.0)?,
            block_out_channels,
        };
        config.check(&settings)?;
        refuse_the_rest(settings)?;
        Ok(config)
    }

    /// Sizes that must divide each other.
    fn check(&self, settings: &Settings) -> Result<(), Error> {
        self.check_sizes(settings)?;
        let groups = self.norm_num_groups;
        for (level, &channels) in self.block_out_channels.iter().enumerate() {
            if groups == 0 || channels == 0 || !channels.is_multiple_of(groups) {
                let supported = format!("multiples of norm_num_groups = {groups}");
                return Err(settings.unsupported(
                    "block_out_channels",
                    &channels.to_string(),
                    &supported,
                ));
            }
            let heads = self.n_heads[level];
            if !channels.is_multiple_of(heads) {
                let supported = format!("a number of heads that divides {channels} channels");
                return Err(settings.unsupported(
                    "attention_head_dim",
                    &heads.to_string(),
                    &supported,
                ));
            }
        }
        if self.in_channels == 0 || self.out_channels != self.in_channels {
            let supported = format!("in_channels = {}", self.in_channels);
            return Err(settings.unsupported(
                "out_channels",
                &self.out_channels.to_string(),
                &supported,
            ));
        }
        Ok(())
    }
}

impl UNetConfig {
    /// Sizes far above every published model's, so that sums and products of them stay small.
    fn check_sizes(&self, settings: &Settings) -> Result<(), Error> {
        settings.check_size("block_out_channels", self.block_out_channels.len(), 1..=8)?;
        for &channels in &self.block_out_channels {
            settings.check_size("block_out_channels", channels, 1..=MAX_CHANNELS)?;
        }
        for &layers in &self.layers_per_block {
            settings.check_size("layers_per_block", layers, 1..=MAX_LAYERS)?;
        }
        for &layers in &self.transformer_layers {
            settings.check_size("transformer_layers_per_block", layers, 1..=MAX_LAYERS)?;
        }
        settings.check_size("cross_attention_dim", self.cross_attention_dim, 1..=MAX_CHANNELS)?;
        settings.check_size("in_channels", self.in_channels, 1..=MAX_LATENT_CHANNELS)?;
        settings.check_size("sample_size", self.sample_size.unwrap_or(1), 1..=MAX_SAMPLE)
    }
}

/// SDXL: 1280 channels, 10 transformer layers, latents of 128.
const MAX_CHANNELS: usize = 1 << 14;
const MAX_LAYERS: usize = 64;
const MAX_LATENT_CHANNELS: usize = 64;
const MAX_SAMPLE: usize = 4096;

fn take_blocks(
    settings: &mut Settings,
    key: &str,
    direction: &str,
    n_levels: usize,
) -> Result<Vec<BlockKind>, Error> {
    let names: Vec<String> = settings.require(key)?;
    let plain = format!("{direction}Block2D");
    let cross = format!("CrossAttn{direction}Block2D");
    let supported = format!("{n_levels} of {plain} or {cross}");
    if names.len() != n_levels || names.is_empty() {
        return Err(settings.unsupported(key, &format!("{} names", names.len()), &supported));
    }
    let kind = |name: &String| match name {
        name if *name == plain => Ok(BlockKind::Plain),
        name if *name == cross => Ok(BlockKind::CrossAttention),
        name => Err(settings.unsupported(key, name, &supported)),
    };
    names.iter().map(kind).collect()
}

/// `null` leaves the mid block out (BK-SDM small and tiny); an absent key means the usual one.
fn take_mid_block(settings: &mut Settings) -> Result<bool, Error> {
    match settings.take_raw("mid_block_type") {
        Some(Value::Null) => Ok(false),
        None => Ok(true),
        Some(Value::String(name)) if name == "UNetMidBlock2DCrossAttn" => Ok(true),
        Some(other) => Err(settings.unsupported(
            "mid_block_type",
            &other.to_string(),
            "UNetMidBlock2DCrossAttn or null",
        )),
    }
}

fn take_cross_attention_dim(settings: &mut Settings, n_levels: usize) -> Result<usize, Error> {
    let dims = settings.take_per_level("cross_attention_dim", 1280, n_levels)?;
    match dims.iter().all(|dim| *dim == dims[0]) {
        true => Ok(dims[0]),
        false => Err(settings.unsupported(
            "cross_attention_dim",
            &format!("{dims:?}"),
            "one width for all levels",
        )),
    }
}

fn refuse_the_rest(mut settings: Settings) -> Result<(), Error> {
    // Upcasting makes no difference in f32. Linear or 1×1 projections are told apart by their
    // weights.
    settings.ignore(&["dropout", "upcast_attention", "use_linear_projection"]);
    settings.accept_only(&[
        ("act_fn", &[json!("silu"), json!("swish")]),
        ("center_input_sample", &[json!(false)]),
        ("downsample_padding", &[json!(1)]),
        ("mid_block_scale_factor", &[json!(1), json!(1.0)]),
        ("resnet_time_scale_shift", &[json!("default")]),
        ("resnet_out_scale_factor", &[json!(1), json!(1.0)]),
        ("time_embedding_type", &[json!("positional")]),
        ("conv_in_kernel", &[json!(3)]),
        ("conv_out_kernel", &[json!(3)]),
        ("attention_type", &[json!("default")]),
        ("only_cross_attention", &[json!(false)]),
        // Read only together with settings that are refused above.
        ("addition_embed_type_num_heads", &[json!(64)]),
    ])?;
    settings.finish()
}
