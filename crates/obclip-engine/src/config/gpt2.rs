//! `config.json` of a GPT-2: `GPT2LMHeadModel`.

use serde_json::json;

use super::accept::Settings;
use crate::backend::Activation;
use crate::error::Error;
use crate::model_files::ModelFiles;

#[derive(Clone, Debug)]
pub(crate) struct Gpt2Config {
    pub(crate) vocab_size: usize,
    pub(crate) width: usize,
    pub(crate) inner_width: usize,
    pub(crate) n_layers: usize,
    pub(crate) n_heads: usize,
    pub(crate) max_tokens: usize,
    pub(crate) activation: Activation,
    pub(crate) layer_norm_eps: f32,
    /// What stands before every text.
    pub(crate) start_id: u32,
    /// The output layer is the token embedding.
    pub(crate) tied_head: bool,
}

impl Gpt2Config {
    pub(crate) fn open(files: &ModelFiles) -> Result<Self, Error> {
        let mut settings = Settings::open(files, "config.json")?;
        settings.accept_only(&[("model_type", &[json!("gpt2")])])?;
        let width: usize = settings.require("n_embd")?;
        let end_id = settings.take::<u32>("eos_token_id")?;
        let start_id = settings.take("bos_token_id")?.or(end_id);
        let config = Self {
            vocab_size: settings.require("vocab_size")?,
            width,
            inner_width: settings.take("n_inner")?.unwrap_or(usize::saturating_mul(4, width)),
            n_layers: settings.require("n_layer")?,
            n_heads: settings.require("n_head")?,
            max_tokens: settings.take_or("n_positions", 1024)?,
            activation: settings.take_activation("activation_function", "gelu_new")?,
            layer_norm_eps: settings.take_or("layer_norm_epsilon", 1e-5)?,
            start_id: start_id
                .ok_or_else(|| settings.unsupported("bos_token_id", "nothing", "a token id"))?,
            tied_head: settings.take_or("tie_word_embeddings", true)?,
        };
        config.check(&settings)?;
        settings.accept_only(&[
            ("scale_attn_weights", &[json!(true)]),
            ("scale_attn_by_inverse_layer_idx", &[json!(false)]),
            ("add_cross_attention", &[json!(false)]),
        ])?;
        // Dropout, summaries and generation are for training and other heads; the rest says how
        // the file was written, or how sums are ordered.
        settings.ignore(&[
            "architectures",
            "attn_pdrop",
            "dtype",
            "embd_pdrop",
            "gradient_checkpointing",
            "initializer_range",
            "n_ctx",
            "pad_token_id",
            "reorder_and_upcast_attn",
            "resid_pdrop",
            "summary_activation",
            "summary_first_dropout",
            "summary_proj_to_labels",
            "summary_type",
            "summary_use_proj",
            "task_specific_params",
            "torch_dtype",
            "transformers_version",
            "use_cache",
        ]);
        settings.finish()?;
        Ok(config)
    }

    fn check(&self, settings: &Settings) -> Result<(), Error> {
        let Self { width, n_heads, vocab_size, start_id, .. } = *self;
        for (key, size, most) in [
            ("vocab_size", vocab_size, 1 << 20),
            ("n_embd", width, 1 << 14),
            ("n_inner", self.inner_width, 1 << 16),
            ("n_layer", self.n_layers, 128),
            ("n_positions", self.max_tokens, 1 << 16),
        ] {
            settings.check_size(key, size, 1..=most)?;
        }
        if width == 0 || n_heads == 0 || !width.is_multiple_of(n_heads) {
            let supported = format!("a divisor of n_embd = {width}");
            return Err(settings.unsupported("n_head", &n_heads.to_string(), &supported));
        }
        if start_id as usize >= vocab_size {
            let supported = format!("below vocab_size = {vocab_size}");
            return Err(settings.unsupported("bos_token_id", &start_id.to_string(), &supported));
        }
        Ok(())
    }
}
