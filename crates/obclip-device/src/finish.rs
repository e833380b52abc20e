//! The device's own steps: the chosen latent and its true text → the picture.

use std::ops::ControlFlow;

use obclip_engine::{Backend, Conditioning, Error, Model, Rgb8Image, Step, Tensor};

use crate::prompt::Prompt;
use crate::select::Chosen;
use crate::tail::TailJob;

/// The finished picture. It shows the secret: publishing it is the user's decision.
pub struct Picture {
    /// Its pixels.
    pub image: Rgb8Image,
    /// Words of the true prompt that did not fit into the text encoder, in tokens.
    pub n_truncated: usize,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Runs the device's steps with its model and the true text, then decodes. `negative` is the user's own, whole.
pub(crate) fn finish<B: Backend>(
    chosen: Chosen,
    negative: Option<&Prompt>,
    model: &Model<B>,
    tail: &TailJob,
    on_step: &mut dyn FnMut(Step) -> ControlFlow<()>,
) -> Result<Picture, Error> {
    let cond = model.encode_text(&[chosen.text().reveal()])?;
    let uncond = model.encode_text(&[negative.map_or("", Prompt::text)])?;
    let latent = latent(&chosen)?;
    drop(chosen);
    let done = model.denoise_planned(latent, &cond, &uncond, &tail.job(), &tail.plan, on_step)?;
    Ok(Picture { image: decode(model, &done.latents)?, n_truncated: truncated(&cond) })
}

fn latent(chosen: &Chosen) -> Result<Tensor, Error> {
    let [channels, height, width] = chosen.shape().dims().map(|side| side as usize);
    Tensor::new(vec![1, channels, height, width], chosen.values().to_vec())
}

fn decode<B: Backend>(model: &Model<B>, latent: &Tensor) -> Result<Rgb8Image, Error> {
    let mut images = model.decode(latent)?;
    images.pop().ok_or(Error::PartNotLoaded { part: "autoencoder" })
}

fn truncated(cond: &Conditioning) -> usize {
    cond.n_truncated.iter().sum()
}
