//! Safetensors → named f32 tensors, each taken exactly once and checked against the configuration.

mod safetensors;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::error::Error;
use crate::model_files::{Loading, ModelFiles, OnLoad};
use crate::tensor::{Tensor, checked_product};
use safetensors::StoredTensor;

/// The tensors of one part of a model (`unet/`, `text_encoder/`, `vae/`).
#[derive(Debug)]
pub(crate) struct Weights {
    file: String,
    tensors: RefCell<BTreeMap<String, StoredTensor>>,
    missing: RefCell<Vec<String>>,
    /// Bytes that were taken, of how many, and who wants to know.
    taken: Cell<u64>,
    n_bytes: u64,
    on_load: OnLoad,
}

impl Weights {
    /// Reads the weights that lie at the root of the folder.
    pub(crate) fn open_root(files: &ModelFiles) -> Result<Self, Error> {
        let name = "model.safetensors";
        match files.contains(name) {
            true => {
                let tensors = safetensors::parse(name, files.pieces(name)?)?;
                Ok(Self::new(files, name.to_owned(), tensors))
            }
            false => match files.contains("pytorch_model.bin") {
                true => Err(Error::Pickle { file: "pytorch_model.bin".to_owned() }),
                false => Err(Error::MissingFile { expected: name.to_owned() }),
            },
        }
    }

    /// Reads the weights of `part`, from one file or from the shards of an index.
    pub(crate) fn open(files: &ModelFiles, part: &str) -> Result<Self, Error> {
        for stem in ["diffusion_pytorch_model", "model"] {
            for variant in ["", ".fp16"] {
                let single = format!("{part}/{stem}{variant}.safetensors");
                if files.contains(&single) {
                    let tensors = safetensors::parse(&single, files.pieces(&single)?)?;
                    return Ok(Self::new(files, single, tensors));
                }
                // diffusers writes `model.safetensors.index.fp16.json`, transformers the other
                // order.
                for index in [
                    format!("{part}/{stem}{variant}.safetensors.index.json"),
                    format!("{part}/{stem}.safetensors.index{variant}.json"),
                ] {
                    if files.contains(&index) {
                        return Self::open_shards(files, part, index);
                    }
                }
            }
        }
        Err(no_safetensors(files, part))
    }

    fn new(files: &ModelFiles, file: String, tensors: BTreeMap<String, StoredTensor>) -> Self {
        let n_bytes = tensors.values().map(StoredTensor::n_bytes).sum();
        let (tensors, missing) = (RefCell::new(tensors), RefCell::default());
        Self { file, tensors, missing, taken: Cell::new(0), n_bytes, on_load: files.observer() }
    }

    fn note_taken(&self, n_bytes: u64) {
        self.taken.set(self.taken.get() + n_bytes);
        let part = self.file.split_once('/').map_or("", |(part, _)| part);
        self.on_load.tell(Loading { part, done: self.taken.get(), of: self.n_bytes });
    }

    fn open_shards(files: &ModelFiles, part: &str, index: String) -> Result<Self, Error> {
        let ShardIndex { weight_map } = files.read_json(&index)?;
        let mut shards: Vec<&String> = weight_map.values().collect();
        shards.sort();
        shards.dedup();
        let mut tensors = BTreeMap::new();
        for shard in shards {
            if shard.contains(['/', '\\']) {
                let reason = format!("shard name leaves the folder: {shard:?}");
                return Err(Error::BadWeights { file: index, reason });
            }
            let path = format!("{part}/{shard}");
            tensors.extend(safetensors::parse(&path, files.pieces(&path)?)?);
        }
        let missing: Vec<String> =
            weight_map.into_keys().filter(|name| !tensors.contains_key(name)).collect();
        if missing.is_empty() {
            Ok(Self::new(files, index, tensors))
        } else {
            Err(Error::MissingTensors { file: index, names: missing })
        }
    }

    /// SHA-256 over names, shapes and values rounded to f16, so that a half-precision copy of the
    /// same weights counts as the same.
    pub(crate) fn fingerprint(&self, hash: &mut Sha256) -> Result<(), Error> {
        for (name, stored) in self.tensors.borrow().iter() {
            hash.update(format!("{name} {:?}\n", stored.shape));
            stored.each_f16_piece(|halves| hash.update(halves))?;
        }
        Ok(())
    }

    /// Starts taking tensors, from the root of the names.
    pub(crate) fn root(&self) -> WeightsPath<'_> {
        WeightsPath { weights: self, prefix: String::new() }
    }

    /// Every tensor must have been found, and every tensor of the file taken.
    pub(crate) fn finish(self) -> Result<(), Error> {
        let missing = self.missing.into_inner();
        if !missing.is_empty() {
            return Err(Error::MissingTensors { file: self.file, names: missing });
        }
        let extra: Vec<String> = self.tensors.into_inner().into_keys().collect();
        if !extra.is_empty() {
            return Err(Error::ExtraTensors { file: self.file, names: extra });
        }
        Ok(())
    }

    /// Forgets tensors that this engine never reads.
    pub(crate) fn ignore(&self, unused: impl Fn(&str) -> bool) {
        let is_unused = |name: &String, _: &mut StoredTensor| unused(name);
        let mut tensors = self.tensors.borrow_mut();
        let ignored = tensors.extract_if(.., is_unused);
        let n_bytes: u64 = ignored.map(|(_, stored)| stored.n_bytes()).sum();
        if n_bytes > 0 {
            self.note_taken(n_bytes);
        }
    }
}

/// A place in the tree of tensor names, such as `down_blocks.0.resnets.1`.
#[derive(Clone, Debug)]
pub(crate) struct WeightsPath<'a> {
    weights: &'a Weights,
    prefix: String,
}

impl WeightsPath<'_> {
    /// One name further down.
    pub(crate) fn at(&self, name: impl std::fmt::Display) -> Self {
        let prefix = if self.prefix.is_empty() {
            name.to_string()
        } else {
            format!("{}.{name}", self.prefix)
        };
        Self { weights: self.weights, prefix }
    }

    /// True if the file still has this tensor.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.weights.tensors.borrow().contains_key(&self.at(name).prefix)
    }

    /// Takes the tensor `name` of this shape. A missing one is noted for [`Weights::finish`], which
    /// names them all, and stands in as zeros until then, unless the shape or the number of missing
    /// ones is larger than any model's: settings may claim what they like.
    pub(crate) fn take(&self, name: &str, shape: &[usize]) -> Result<Tensor, Error> {
        let name = self.at(name).prefix;
        let Some(stored) = self.weights.tensors.borrow_mut().remove(&name) else {
            let mut missing = self.weights.missing.borrow_mut();
            missing.push(name);
            let len = checked_product(shape).filter(|&len| len <= MAX_STAND_IN);
            if len.is_some() && missing.len() <= MAX_MISSING {
                return Ok(Tensor::zeros(shape));
            }
            let (file, names) = (self.weights.file.clone(), missing.clone());
            return Err(Error::MissingTensors { file, names });
        };
        if stored.shape != shape {
            return Err(Error::WeightShape {
                file: self.weights.file.clone(),
                name,
                expected: shape.to_vec(),
                found: stored.shape,
            });
        }
        let tensor = stored.to_tensor()?;
        self.weights.note_taken(stored.n_bytes());
        Ok(tensor)
    }

    /// Like [`Self::take`] where two shapes mean the same (a linear layer stored as a 1×1
    /// convolution).
    pub(crate) fn take_either(
        &self,
        name: &str,
        shape: &[usize],
        other: &[usize],
    ) -> Result<Tensor, Error> {
        let full = self.at(name).prefix;
        let is_other =
            (self.weights.tensors.borrow().get(&full)).is_some_and(|stored| stored.shape == other);
        self.take(name, if is_other { other } else { shape })
    }
}

/// Why a part has no readable weights: a pickle lies there, or nothing does.
fn no_safetensors(files: &ModelFiles, part: &str) -> Error {
    let pickles = [
        "diffusion_pytorch_model.bin",
        "diffusion_pytorch_model.fp16.bin",
        "pytorch_model.bin",
        "pytorch_model.fp16.bin",
        "model.pt",
        "model.ckpt",
        "diffusion_pytorch_model.ckpt",
        "diffusion_pytorch_model.pt",
    ];
    let found =
        pickles.iter().map(|name| format!("{part}/{name}")).find(|path| files.contains(path));
    match found {
        Some(file) => Error::Pickle { file },
        None => Error::MissingFile {
            expected: format!(
                "{part}/diffusion_pytorch_model.safetensors or {part}/model.safetensors"
            ),
        },
    }
}

/// Values of the largest tensor that stands in for a missing one; SDXL's largest has 63 million.
const MAX_STAND_IN: usize = 1 << 26;
/// SDXL's U-Net has 1,680 tensors.
const MAX_MISSING: usize = 10_000;

/// `*.safetensors.index.json`
#[derive(Deserialize)]
struct ShardIndex {
    /// Tensor name → file name.
    weight_map: BTreeMap<String, String>,
}
