//! `vectors/config/bad_models.toml`: settings of a model folder.

use std::collections::BTreeMap;

use obclip_bench::audit::Stub;
use obclip_engine::{Error, LoadParts, Model, ModelFiles};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bad {
    name: String,
    file: String,
    key: String,
    /// JSON.
    value: String,
    error: String,
    says: String,
}

pub(super) fn read() -> Vec<Bad> {
    super::read("config/bad_models.toml", |bad: &Bad| &bad.name)
}

fn kind(error: &Error) -> &'static str {
    match error {
        Error::Unsupported { .. } => "unsupported",
        Error::Json { .. } => "json",
        Error::WeightShape { .. } => "weight-shape",
        Error::MissingTensors { .. } => "missing-tensors",
        _ => "another",
    }
}

#[test]
fn bad_settings_are_refused_by_file_and_key() {
    let good: BTreeMap<String, Vec<u8>> = obclip_pair::device()
        .iter()
        .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()))
        .collect();
    let mut wrong = Vec::new();
    for bad in read() {
        let mut files = good.clone();
        let mut settings: Value = serde_json::from_slice(&files[&bad.file]).expect("good settings");
        settings[&bad.key] = serde_json::from_str(&bad.value).expect("a value in JSON");
        files.insert(bad.file.clone(), settings.to_string().into_bytes());
        let files = ModelFiles::from_memory(files);
        let found = Model::load(&files, Stub, LoadParts { vae: true }).map(|_| ());
        let is_expected = found.as_ref().err().is_some_and(|error| {
            let text = error.to_string();
            let stem = bad.file.split('/').next().unwrap_or_default();
            kind(error) == bad.error && text.contains(&bad.says) && text.contains(stem)
        });
        if !is_expected {
            wrong.push((bad.name, bad.error, bad.says, found.map_err(|error| error.to_string())));
        }
    }
    assert!(wrong.is_empty(), "name, expected, found: {wrong:#?}");
}
