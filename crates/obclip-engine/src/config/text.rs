//! `text_encoder/config.json`: `CLIPTextModel`.

use serde_json::json;

use super::accept::Settings;
use crate::backend::Activation;
use crate::error::Error;
use crate::model_files::ModelFiles;

#[derive(Clone, Debug)]
pub(crate) struct TextConfig {
    pub(crate) vocab_size: usize,
    pub(crate) hidden_size: usize,
    pub(crate) intermediate_size: usize,
    pub(crate) n_layers: usize,
    pub(crate) n_heads: usize,
    pub(crate) max_tokens: usize,
    pub(crate) activation: Activation,
    pub(crate) layer_norm_eps: f32,
}

impl TextConfig {
    pub(crate) fn open(files: &ModelFiles) -> Result<Self, Error> {
        let mut settings = Settings::open(files, "text_encoder/config.json")?;
        let config = Self {
            vocab_size: settings.require("vocab_size")?,
            hidden_size: settings.require("hidden_size")?,
            intermediate_size: settings.require("intermediate_size")?,
            n_layers: settings.require("num_hidden_layers")?,
            n_heads: settings.require("num_attention_heads")?,
            max_tokens: settings.take_or("max_position_embeddings", 77)?,
            activation: settings.take_activation("hidden_act", "quick_gelu")?,
            layer_norm_eps: settings.take_or("layer_norm_eps", 1e-5)?,
        };
        for (key, size, most) in [
            ("vocab_size", config.vocab_size, 1 << 20),
            ("hidden_size", config.hidden_size, 1 << 14),
            ("intermediate_size", config.intermediate_size, 1 << 16),
            ("num_hidden_layers", config.n_layers, 128),
            ("max_position_embeddings", config.max_tokens, 4096),
        ] {
            settings.check_size(key, size, 1..=most)?;
        }
        if config.n_heads == 0 || !config.hidden_size.is_multiple_of(config.n_heads) {
            let supported = format!("a divisor of hidden_size = {}", config.hidden_size);
            let found = config.n_heads.to_string();
            return Err(settings.unsupported("num_attention_heads", &found, &supported));
        }
        // The projection and the special token ids are for the pooled output, which is not used
        // here.
        settings.ignore(&[
            "architectures",
            "attention_dropout",
            "bos_token_id",
            "dropout",
            "dtype",
            "eos_token_id",
            "initializer_factor",
            "initializer_range",
            "pad_token_id",
            "projection_dim",
            "torch_dtype",
            "transformers_version",
        ]);
        settings.accept_only(&[("model_type", &[json!("clip_text_model")])])?;
        settings.finish()?;
        Ok(config)
    }
}
