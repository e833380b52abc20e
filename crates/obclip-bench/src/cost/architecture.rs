//! `unet/config.json` of diffusers → the shapes of a U-Net, for SD-1.x, BK-SDM and SDXL.
//! Only what decides how many multiply-accumulates there are; weights are never read.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// Limits that keep a hostile file from asking for a walk without end.
const MAX_LEVELS: usize = 16;
const MAX_CHANNELS: usize = 65_536;
const MAX_LAYERS: usize = 64;

/// Settings that change no count, whatever their value.
const WITHOUT_EFFECT: [&str; 17] = [
    "_class_name",
    "_diffusers_version",
    "_name_or_path",
    "act_fn",
    "addition_embed_type_num_heads",
    "addition_time_embed_dim",
    "attention_head_dim",
    "center_input_sample",
    "dropout",
    "flip_sin_to_cos",
    "freq_shift",
    "mid_block_scale_factor",
    "norm_eps",
    "norm_num_groups",
    "resnet_out_scale_factor",
    "upcast_attention",
    // A linear layer instead of a 1×1 convolution: the same count, the same parameters.
    "use_linear_projection",
];

/// Settings that would change a count, with the one value the walk knows.
const ONLY: [(&str, &str); 6] = [
    ("attention_type", "default"),
    ("conv_in_kernel", "3"),
    ("conv_out_kernel", "3"),
    ("downsample_padding", "1"),
    ("resnet_time_scale_shift", "default"),
    ("time_embedding_type", "positional"),
];

/// A U-Net, level by level from the highest resolution down.
#[derive(Clone, Debug)]
pub(crate) struct Architecture {
    /// Side of the latent the model was made for, if the file says.
    pub(crate) sample_size: Option<usize>,
    pub(crate) in_channels: usize,
    pub(crate) out_channels: usize,
    pub(crate) levels: Vec<Level>,
    pub(crate) has_mid_block: bool,
    /// Width of the text's token states.
    pub(crate) text_width: usize,
    /// Width of the pooled text and sizes that SDXL adds to the time embedding.
    pub(crate) pooled_width: Option<usize>,
}

/// One resolution, on both ways.
#[derive(Clone, Debug)]
pub(crate) struct Level {
    pub(crate) channels: usize,
    /// Residual layers on the way down; the way up has one more.
    pub(crate) n_layers: usize,
    /// Layers of each transformer.
    pub(crate) transformer_depth: usize,
    pub(crate) down_attends: bool,
    pub(crate) up_attends: bool,
}

/// Why a configuration cannot be counted.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigError {
    #[error("expected a U-Net's config.json, found {0}")]
    Json(#[from] serde_json::Error),
    #[error("{key}: expected {expected}, found {found}")]
    Unsupported { key: String, expected: String, found: String },
}

#[derive(Deserialize)]
struct File {
    sample_size: Option<usize>,
    #[serde(default = "four")]
    in_channels: usize,
    #[serde(default = "four")]
    out_channels: usize,
    block_out_channels: Vec<usize>,
    down_block_types: Vec<String>,
    up_block_types: Vec<String>,
    #[serde(default = "usual_mid_block")]
    mid_block_type: Option<String>,
    #[serde(default = "two")]
    layers_per_block: PerLevel,
    #[serde(default = "one")]
    transformer_layers_per_block: PerLevel,
    cross_attention_dim: PerLevel,
    addition_embed_type: Option<String>,
    projection_class_embeddings_input_dim: Option<usize>,
    #[serde(flatten)]
    rest: BTreeMap<String, Value>,
}

/// One number for all levels, or one for each.
#[derive(Deserialize)]
#[serde(untagged)]
enum PerLevel {
    All(usize),
    Each(Vec<usize>),
}

impl Architecture {
    pub(crate) fn parse(json: &str) -> Result<Self, ConfigError> {
        let file: File = serde_json::from_str(json)?;
        refuse_the_rest(&file.rest)?;
        let text_widths = file.cross_attention_dim.for_levels("cross_attention_dim", 1)?;
        let has_mid_block = match file.mid_block_type.as_deref() {
            None => false,
            Some("UNetMidBlock2DCrossAttn") => true,
            Some(other) => {
                return unsupported("mid_block_type", "UNetMidBlock2DCrossAttn or null", other);
            }
        };
        Ok(Self {
            sample_size: file.sample_size,
            in_channels: in_range("in_channels", file.in_channels, MAX_CHANNELS)?,
            out_channels: in_range("out_channels", file.out_channels, MAX_CHANNELS)?,
            text_width: in_range("cross_attention_dim", text_widths[0], MAX_CHANNELS)?,
            pooled_width: pooled_width(&file)?,
            has_mid_block,
            levels: levels(&file)?,
        })
    }
}

fn levels(file: &File) -> Result<Vec<Level>, ConfigError> {
    let n = in_range("block_out_channels", file.block_out_channels.len(), MAX_LEVELS)?;
    let n_layers = file.layers_per_block.for_levels("layers_per_block", n)?;
    let depths = file.transformer_layers_per_block.for_levels("transformer_layers_per_block", n)?;
    let down_attends = attends(&file.down_block_types, "Down", n)?;
    let up_attends = attends(&file.up_block_types, "Up", n)?;
    let level = |i: usize| {
        Ok(Level {
            channels: in_range("block_out_channels", file.block_out_channels[i], MAX_CHANNELS)?,
            n_layers: in_range("layers_per_block", n_layers[i], MAX_LAYERS)?,
            transformer_depth: in_range("transformer_layers_per_block", depths[i], MAX_LAYERS)?,
            down_attends: down_attends[i],
            // The file lists the way up in running order, from the lowest resolution.
            up_attends: up_attends[n - 1 - i],
        })
    };
    (0..n).map(level).collect()
}

fn attends(names: &[String], way: &str, n_levels: usize) -> Result<Vec<bool>, ConfigError> {
    let key = format!("{}_block_types", way.to_lowercase());
    if names.len() != n_levels {
        return unsupported(&key, &format!("{n_levels} names"), &names.len().to_string());
    }
    let (plain, cross) = (format!("{way}Block2D"), format!("CrossAttn{way}Block2D"));
    let attends = |name: &String| match name {
        name if *name == plain => Ok(false),
        name if *name == cross => Ok(true),
        name => unsupported(&key, &format!("{plain} or {cross}"), name),
    };
    names.iter().map(attends).collect()
}

fn pooled_width(file: &File) -> Result<Option<usize>, ConfigError> {
    let key = "projection_class_embeddings_input_dim";
    match (file.addition_embed_type.as_deref(), file.projection_class_embeddings_input_dim) {
        (None, _) => Ok(None),
        (Some("text_time"), Some(width)) => in_range(key, width, MAX_CHANNELS).map(Some),
        (Some("text_time"), None) => unsupported(key, "a width", "none"),
        (Some(other), _) => unsupported("addition_embed_type", "text_time or null", other),
    }
}

/// A setting the walk does not know may only be off.
fn refuse_the_rest(rest: &BTreeMap<String, Value>) -> Result<(), ConfigError> {
    for (key, value) in rest {
        let known = ONLY.iter().find(|(name, _)| name == key).map(|(_, value)| *value);
        let is_off = matches!(value, Value::Null | Value::Bool(false));
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        match known {
            _ if is_off || WITHOUT_EFFECT.contains(&key.as_str()) => {}
            Some(expected) if expected == text => {}
            Some(expected) => return unsupported(key, expected, &text),
            None => return unsupported(key, "null or false", &text),
        }
    }
    Ok(())
}

impl PerLevel {
    fn for_levels(&self, key: &str, n: usize) -> Result<Vec<usize>, ConfigError> {
        match self {
            Self::All(one) => Ok(vec![*one; n]),
            Self::Each(each) if each.len() == n => Ok(each.clone()),
            // One width of text for all levels may also be written as a list.
            Self::Each(each) if n == 1 && each.windows(2).all(|pair| pair[0] == pair[1]) => each
                .first()
                .map_or_else(|| unsupported(key, "a number", "none"), |one| Ok(vec![*one])),
            Self::Each(each) => unsupported(key, &format!("{n} numbers"), &format!("{each:?}")),
        }
    }
}

fn in_range(key: &str, value: usize, max: usize) -> Result<usize, ConfigError> {
    match value {
        value if (1..=max).contains(&value) => Ok(value),
        value => unsupported(key, &format!("1 to {max}"), &value.to_string()),
    }
}

fn unsupported<T>(key: &str, expected: &str, found: &str) -> Result<T, ConfigError> {
    let [key, expected, found] = [key, expected, found].map(str::to_owned);
    Err(ConfigError::Unsupported { key, expected, found })
}

fn four() -> usize {
    4
}

fn two() -> PerLevel {
    PerLevel::All(2)
}

fn one() -> PerLevel {
    PerLevel::All(1)
}

fn usual_mid_block() -> Option<String> {
    Some("UNetMidBlock2DCrossAttn".to_owned())
}
