//! What others need to know about a loaded model, and whether two models may share a generation.

use sha2::{Digest, Sha256};

use crate::config::PredictionType;
use crate::error::Error;

/// Sizes and fingerprints of a model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelSpec {
    /// Channels of a latent.
    pub latent_channels: usize,
    /// Pixels per latent position, one way. 8 where the folder has no autoencoder.
    pub vae_factor: usize,
    /// Picture sides must be multiples of this: the factor times two for every halving in the
    /// U-Net.
    pub size_multiple: usize,
    /// Height and width of a latent of the size the model was trained at.
    pub default_latent_size: usize,
    /// Tokens of a conditioning.
    pub max_tokens: usize,
    /// Channels of a conditioning.
    pub text_width: usize,
    /// What the U-Net predicts.
    pub prediction_type: PredictionType,
    /// Steps of the training schedule.
    pub n_train_steps: usize,
    /// SHA-256 of the autoencoder's weights and scaling; absent where the folder has none.
    pub latent_space: Option<String>,
    /// SHA-256 of the training schedule's noise levels.
    pub schedule: String,
    /// SHA-256 of the text encoder's weights and settings, and of the tokenizer's files.
    pub text_tower: String,
}

impl ModelSpec {
    /// The shape of one latent, (1, C, h, w), for a picture of so many pixels.
    pub fn latent_shape(&self, width: usize, height: usize) -> [usize; 4] {
        [1, self.latent_channels, height / self.vae_factor, width / self.vae_factor]
    }

    /// Width and height in pixels of the pictures the model was trained at.
    pub fn default_side(&self) -> usize {
        self.default_latent_size * self.vae_factor
    }

    /// SHA-256 over all that [`Self::check_pair`] compares: equal for the two models of a pair, so
    /// one side can name the pair to the other without naming its own weights.
    pub fn pairing(&self) -> [u8; 32] {
        let Self { latent_channels, vae_factor, prediction_type, schedule, text_tower, .. } = self;
        let latent_space = self.latent_space.as_deref().unwrap_or("none");
        let all = format!(
            "{latent_channels} {vae_factor} {prediction_type:?} {schedule} {text_tower} {latent_space}"
        );
        Sha256::digest(all).into()
    }

    /// A cloud and a device model may work on one latent only if they agree on all of this. The
    /// latent space is compared where both folders have an autoencoder.
    pub fn check_pair(cloud: &Self, device: &Self) -> Result<(), Error> {
        let differ = |what, cloud: String, device: String| match cloud == device {
            true => Ok(()),
            false => Err(Error::PairMismatch { what, cloud, device }),
        };
        let number = |number: usize| number.to_string();
        differ("latent channels", number(cloud.latent_channels), number(device.latent_channels))?;
        differ("latent scale", number(cloud.vae_factor), number(device.vae_factor))?;
        differ(
            "prediction type",
            format!("{:?}", cloud.prediction_type),
            format!("{:?}", device.prediction_type),
        )?;
        differ("noise schedule", cloud.schedule.clone(), device.schedule.clone())?;
        differ("text tower", cloud.text_tower.clone(), device.text_tower.clone())?;
        if let (Some(cloud), Some(device)) = (&cloud.latent_space, &device.latent_space) {
            differ("latent space", cloud.clone(), device.clone())?;
        }
        Ok(())
    }
}
