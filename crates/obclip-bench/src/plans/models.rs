//! The pair that is studied.

use std::path::{Path, PathBuf};

use anyhow::Context;
use obclip_engine::{Cpu, LoadParts, Model, ModelFiles};

use crate::cost::Network;

/// Both models, checked to be a pair.
pub(crate) struct Pair {
    pub(crate) cloud: Model<Cpu>,
    pub(crate) device: Model<Cpu>,
}

impl Pair {
    /// The folders `cloud` and `device` of `folder`, or the embedded pair.
    pub(crate) fn load(folder: Option<&Path>, cpu: &Cpu) -> anyhow::Result<Self> {
        let (cloud, device) = files(folder)?;
        let load = |files: &ModelFiles, vae| {
            Model::load(files, cpu.clone(), LoadParts { vae }).context("cannot load a model")
        };
        let (cloud, device) = (load(&cloud, false)?, load(&device, true)?);
        Model::<Cpu>::check_pair(cloud.spec(), device.spec())?;
        Ok(Self { cloud, device })
    }
}

/// The counts of both networks; no weights are read.
pub(crate) fn networks(folder: Option<&Path>) -> anyhow::Result<(Network, Network)> {
    let (cloud, device) = files(folder)?;
    Ok((network(&cloud)?, network(&device)?))
}

fn files(folder: Option<&Path>) -> anyhow::Result<(ModelFiles, ModelFiles)> {
    Ok(match folder {
        Some(folder) => {
            let open = |side: &str| -> anyhow::Result<ModelFiles> {
                let folder: PathBuf = folder.join(side);
                ModelFiles::open(&folder).with_context(|| folder.display().to_string())
            };
            (open("cloud")?, open("device")?)
        }
        None => (
            ModelFiles::from_table(obclip_pair::cloud()),
            ModelFiles::from_table(obclip_pair::device()),
        ),
    })
}

fn network(files: &ModelFiles) -> anyhow::Result<Network> {
    let json = files.read("unet/config.json")?;
    let json = std::str::from_utf8(&json).context("unet/config.json")?;
    // CLIP's length: what the pair's tokenizer pads to.
    Network::parse(json, None, 77)
}
