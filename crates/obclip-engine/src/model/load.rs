//! Reading a diffusers folder.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::Model;
use crate::backend::Backend;
use crate::config::{AutoencoderConfig, SchedulerConfig, TextConfig, UNetConfig};
use crate::error::Error;
use crate::model_files::ModelFiles;
use crate::model_spec::ModelSpec;
use crate::schedule::Schedule;
use crate::text_encoder::TextEncoder;
use crate::tokenizer::Tokenizer;
use crate::unet::UNet;
use crate::vae::Vae;
use crate::weights::Weights;

/// Which optional parts to load.
#[derive(Clone, Copy, Debug)]
pub struct LoadParts {
    /// The autoencoder's decoder; a side that never makes pictures can do without.
    pub vae: bool,
}

/// `model_index.json`, of which only this matters here.
#[derive(Default, Deserialize)]
struct ModelIndex {
    /// How many of the text encoder's last layers to leave out.
    clip_skip: Option<usize>,
}

/// Latent size of a U-Net whose configuration does not say: Stable Diffusion's 512 pixels.
const DEFAULT_LATENT_SIZE: usize = 64;
/// Pixels per latent position of a folder without an autoencoder.
const DEFAULT_VAE_FACTOR: usize = 8;

impl<B: Backend> Model<B> {
    /// Reads a diffusers folder, checks it, and packs its weights for the backend.
    pub fn load(files: &ModelFiles, backend: B, parts: LoadParts) -> Result<Self, Error> {
        let described = Description::open(files)?;
        let text_weights = Weights::open(files, "text_encoder")?;
        let text_tower = described.text_tower(files, &text_weights)?;
        let text_encoder =
            TextEncoder::load(&backend, described.text.clone(), described.clip_skip, text_weights)?;
        let unet = UNet::load(&backend, described.unet.clone(), Weights::open(files, "unet")?)?;
        let (vae, latent_space) = open_vae(files, &backend, parts, unet.config().in_channels)?;
        backend.check_packed()?;
        let spec = described.spec(text_tower, latent_space);
        let Description { tokenizer, schedule, .. } = described;
        Ok(Self { backend, tokenizer, text_encoder, unet, schedule, vae, spec })
    }
}

impl ModelSpec {
    /// What a folder says of its model. The U-Net's weights are not read and nothing is packed.
    pub fn open(files: &ModelFiles) -> Result<Self, Error> {
        let described = Description::open(files)?;
        let text_weights = Weights::open(files, "text_encoder")?;
        let text_tower = described.text_tower(files, &text_weights)?;
        let latent_space = match files.contains("vae/config.json") {
            true => Some(read_vae(files, described.unet.in_channels)?.2),
            false => None,
        };
        Ok(described.spec(text_tower, latent_space))
    }
}

/// Everything in a folder but the weights.
struct Description {
    clip_skip: usize,
    text: TextConfig,
    unet: UNetConfig,
    schedule: Schedule,
    tokenizer: Tokenizer,
}

impl Description {
    fn open(files: &ModelFiles) -> Result<Self, Error> {
        let index = if files.contains("model_index.json") {
            files.read_json("model_index.json")?
        } else {
            ModelIndex::default()
        };
        let text = TextConfig::open(files)?;
        let unet = UNetConfig::open(files)?;
        let schedule = Schedule::new(SchedulerConfig::open(files)?);
        check_widths(&text, &unet)?;
        let tokenizer = Tokenizer::open(files, text.max_tokens)?;
        Ok(Self { clip_skip: index.clip_skip.unwrap_or(0), text, unet, schedule, tokenizer })
    }

    fn text_tower(&self, files: &ModelFiles, weights: &Weights) -> Result<String, Error> {
        fingerprint_text(files, weights, &self.text, self.clip_skip)
    }

    fn spec(&self, text_tower: String, latent_space: Option<LatentSpace>) -> ModelSpec {
        let vae_factor = latent_space.as_ref().map_or(DEFAULT_VAE_FACTOR, |space| space.factor);
        let n_halvings = self.unet.block_out_channels.len().saturating_sub(1);
        ModelSpec {
            latent_channels: self.unet.in_channels,
            vae_factor,
            size_multiple: vae_factor << n_halvings,
            default_latent_size: self.unet.sample_size.unwrap_or(DEFAULT_LATENT_SIZE),
            max_tokens: self.tokenizer.max_tokens(),
            text_width: self.text.hidden_size,
            prediction_type: self.schedule.config().prediction_type,
            n_train_steps: self.schedule.config().n_train_steps,
            latent_space: latent_space.map(|space| space.fingerprint),
            schedule: fingerprint_schedule(&self.schedule),
            text_tower,
        }
    }
}

fn check_widths(text: &TextConfig, unet: &UNetConfig) -> Result<(), Error> {
    if text.hidden_size == unet.cross_attention_dim {
        return Ok(());
    }
    Err(Error::Unsupported {
        file: "unet/config.json".to_owned(),
        key: "cross_attention_dim".to_owned(),
        found: unet.cross_attention_dim.to_string(),
        supported: format!("the text encoder's hidden_size = {}", text.hidden_size),
    })
}

struct LatentSpace {
    factor: usize,
    fingerprint: String,
}

/// The decoder if it is wanted; the latent space's identity wherever the folder has an autoencoder.
fn open_vae<B: Backend>(
    files: &ModelFiles,
    backend: &B,
    parts: LoadParts,
    latent_channels: usize,
) -> Result<(Option<Vae<B>>, Option<LatentSpace>), Error> {
    if !files.contains("vae/config.json") {
        return match parts.vae {
            true => Err(Error::MissingFile { expected: "vae/config.json".to_owned() }),
            false => Ok((None, None)),
        };
    }
    let (config, weights, space) = read_vae(files, latent_channels)?;
    let vae = parts.vae.then(|| Vae::load(backend, config, weights)).transpose()?;
    Ok((vae, Some(space)))
}

/// The autoencoder's files, read but not packed.
fn read_vae(
    files: &ModelFiles,
    latent_channels: usize,
) -> Result<(AutoencoderConfig, Weights, LatentSpace), Error> {
    let config = AutoencoderConfig::open(files)?;
    if config.latent_channels() != latent_channels {
        return Err(Error::Unsupported {
            file: "vae/config.json".to_owned(),
            key: "latent_channels".to_owned(),
            found: config.latent_channels().to_string(),
            supported: format!("the U-Net's in_channels = {latent_channels}"),
        });
    }
    let weights = Weights::open(files, "vae")?;
    let mut hash = Sha256::new();
    weights.fingerprint(&mut hash)?;
    hash.update(format!("{} {}", config.scaling().factor, config.scaling().shift));
    let space = LatentSpace { factor: config.factor(), fingerprint: hex(hash) };
    Ok((config, weights, space))
}

fn fingerprint_text(
    files: &ModelFiles,
    weights: &Weights,
    config: &TextConfig,
    clip_skip: usize,
) -> Result<String, Error> {
    let mut hash = Sha256::new();
    weights.fingerprint(&mut hash)?;
    let TextConfig { n_heads, activation, layer_norm_eps, .. } = config;
    hash.update(format!("{n_heads} {activation:?} {layer_norm_eps} {clip_skip}"));
    for file in ["vocab.json", "merges.txt", "added_tokens.json"] {
        let path = format!("tokenizer/{file}");
        if files.contains(&path) {
            hash.update(files.read(&path)?);
        }
    }
    Ok(hex(hash))
}

/// f32 is what schedules are kept in elsewhere; so files that differ by less are the same.
fn fingerprint_schedule(schedule: &Schedule) -> String {
    let mut hash = Sha256::new();
    for &sigma in schedule.sigmas() {
        hash.update((sigma as f32).to_le_bytes());
    }
    hex(hash)
}

fn hex(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
