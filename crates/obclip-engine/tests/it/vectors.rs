//! The golden model folders of `vectors/engine`, read into memory so that tests may change them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use obclip_engine::{Backend, LoadParts, Model, ModelFiles, Tensor};
use safetensors::SafeTensors;

/// Every variant of the family that has golden vectors.
pub(crate) const VARIANTS: [&str; 4] = ["sd1", "bk_small", "tiny", "wide"];

/// One variant's files and what diffusers computed with them.
pub(crate) struct Golden {
    pub(crate) name: &'static str,
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    expected: Vec<u8>,
    pub(crate) prompts: Vec<String>,
    pub(crate) guidance: f32,
}

impl Golden {
    pub(crate) fn open(name: &'static str) -> Self {
        let folder = root().join(name);
        let read = |file: &str| std::fs::read(folder.join(file)).unwrap();
        let generate: serde_json::Value = serde_json::from_slice(&read("generate.json")).unwrap();
        let mut files = BTreeMap::new();
        for part in ["tokenizer", "text_encoder", "unet", "vae", "scheduler"] {
            for entry in std::fs::read_dir(folder.join(part)).unwrap() {
                let path = entry.unwrap().path();
                let file_name = path.file_name().unwrap().to_str().unwrap().to_owned();
                files.insert(format!("{part}/{file_name}"), std::fs::read(path).unwrap());
            }
        }
        Self {
            name,
            files,
            expected: read("expected.safetensors"),
            prompts: serde_json::from_value(generate["prompts"].clone()).unwrap(),
            guidance: generate["guidance"].as_f64().unwrap() as f32,
        }
    }

    pub(crate) fn model<B: Backend>(&self, backend: B) -> Model<B> {
        Model::load(&self.model_files(), backend, LoadParts { vae: true }).unwrap()
    }

    pub(crate) fn model_files(&self) -> ModelFiles {
        ModelFiles::from_memory(self.files.clone())
    }

    /// A recorded tensor.
    pub(crate) fn expected(&self, name: &str) -> Tensor {
        let file = SafeTensors::deserialize(&self.expected).unwrap();
        to_tensor(&file.tensor(name).unwrap_or_else(|_| panic!("no {name} in {}", self.name)))
    }

    /// Names of recorded tensors that start like this, without the start.
    pub(crate) fn expected_under(&self, prefix: &str) -> Vec<String> {
        let file = SafeTensors::deserialize(&self.expected).unwrap();
        file.names()
            .into_iter()
            .filter_map(|name| name.strip_prefix(prefix))
            .map(str::to_owned)
            .collect()
    }
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/engine")
}

fn to_tensor(view: &safetensors::tensor::TensorView<'_>) -> Tensor {
    let values = view.data().as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
    Tensor::new(view.shape(), values).unwrap()
}
