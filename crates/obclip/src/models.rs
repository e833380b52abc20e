//! Where the two models come from: the embedded pair, or the user's diffusers folders.

use std::path::Path;

use anyhow::Context;
use obclip_engine::{Backend, LoadParts, Model, ModelFiles};

/// The cloud's and the device's model, checked to be a pair.
pub(crate) struct Pair<B: Backend> {
    /// Paints the first steps. Holds no autoencoder.
    pub(crate) cloud: Model<B>,
    /// Paints the rest and decodes.
    pub(crate) device: Model<B>,
}

/// Loads both models of `folder` (`cloud/` and `device/`), or the embedded pair.
pub(crate) fn load<B: Backend + Clone>(
    folder: Option<&Path>,
    backend: &B,
) -> anyhow::Result<Pair<B>> {
    let (cloud, device) = match folder {
        Some(folder) => (open(&folder.join("cloud"))?, open(&folder.join("device"))?),
        None => (
            ModelFiles::from_table(obclip_pair::cloud()),
            ModelFiles::from_table(obclip_pair::device()),
        ),
    };
    let cloud = Model::load(&cloud, backend.clone(), LoadParts { vae: false })
        .context("cannot load the cloud model")?;
    let device = Model::load(&device, backend.clone(), LoadParts { vae: true })
        .context("cannot load the device model")?;
    Model::<B>::check_pair(cloud.spec(), device.spec())
        .context("the cloud and the device model are no pair")?;
    Ok(Pair { cloud, device })
}

fn open(folder: &Path) -> anyhow::Result<ModelFiles> {
    ModelFiles::open(folder)
        .with_context(|| format!("--model-dir must hold a model folder {}", folder.display()))
}
