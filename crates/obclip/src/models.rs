//! Where the two models come from: the embedded pair, or the user's diffusers folders.

use std::path::Path;

use anyhow::Context;
use obclip_engine::{Backend, LoadParts, Model, ModelFiles, ModelSpec};

use crate::screen;

/// The device's model of `folder` (`device/`), or the embedded one: paints the last steps and decodes.
pub(crate) fn device<B: Backend>(folder: Option<&Path>, backend: B) -> anyhow::Result<Model<B>> {
    let files = match folder {
        Some(folder) => watched(open(&folder.join("device"))?, "device"),
        None => ModelFiles::from_table(obclip_pair::device()),
    };
    Model::load(&files, backend, LoadParts { vae: true }).context("cannot load the device model")
}

/// The cloud's model of `folder` (`cloud/`), or the embedded one, checked to be a pair with `device`: paints the first
/// steps, holds no autoencoder.
pub(crate) fn cloud<B: Backend>(
    folder: Option<&Path>,
    backend: B,
    device: &Model<B>,
) -> anyhow::Result<Model<B>> {
    let files = match folder {
        Some(folder) => watched(open(&folder.join("cloud"))?, "cloud"),
        None => ModelFiles::from_table(obclip_pair::cloud()),
    };
    let cloud = Model::load(&files, backend, LoadParts { vae: false })
        .context("cannot load the cloud model")?;
    Model::<B>::check_pair(cloud.spec(), device.spec())
        .context("the cloud and the device model are no pair")?;
    Ok(cloud)
}

/// What the device's half of the pair says of itself. No U-Net is read.
pub(crate) fn device_spec(folder: Option<&Path>) -> anyhow::Result<ModelSpec> {
    let files = match folder {
        Some(folder) => open(&folder.join("device"))?,
        None => ModelFiles::from_table(obclip_pair::device()),
    };
    ModelSpec::open(&files).context("cannot read the device model")
}

/// With a bar that shows how far the weights have been read.
fn watched(files: ModelFiles, model: &'static str) -> ModelFiles {
    let bar = screen::LoadingBar::new(model);
    files.on_load(move |loading| bar.step(loading.part, loading.done, loading.of))
}

fn open(folder: &Path) -> anyhow::Result<ModelFiles> {
    ModelFiles::open(folder)
        .with_context(|| format!("--model-dir must hold a model folder {}", folder.display()))
}
