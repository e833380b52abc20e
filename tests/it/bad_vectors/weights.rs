//! `vectors/weights/bad_headers.toml`, read as part of a model folder.

use std::collections::BTreeMap;

use obclip_bench::audit::Stub;
use obclip_engine::{Error, LoadParts, Model, ModelFiles};
use serde::Deserialize;

use super::bytes_of;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Bad {
    name: String,
    header: Option<String>,
    header_hex: Option<String>,
    /// Bytes behind the header.
    data: usize,
    /// Instead of the header's own length.
    length: Option<u64>,
    keep: Option<usize>,
    says: String,
}

pub(super) fn read() -> Vec<Bad> {
    super::read("weights/bad_headers.toml", |bad: &Bad| &bad.name)
}

impl Bad {
    fn bytes(&self) -> Vec<u8> {
        let header = match (&self.header, &self.header_hex) {
            (Some(text), _) => text.clone().into_bytes(),
            (_, hex) => bytes_of(hex.as_deref().expect("a header")),
        };
        let mut file = self.length.unwrap_or(header.len() as u64).to_le_bytes().to_vec();
        file.extend(header);
        file.extend(vec![0; self.data]);
        file.truncate(self.keep.unwrap_or(usize::MAX));
        file
    }
}

const WEIGHTS: &str = "text_encoder/model.safetensors";

#[test]
fn bad_weight_files_are_refused_by_name_and_reason() {
    let good: BTreeMap<String, Vec<u8>> = obclip_pair::device()
        .iter()
        .map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec()))
        .collect();
    let mut wrong = Vec::new();
    for bad in read() {
        let mut files = good.clone();
        files.insert(WEIGHTS.to_owned(), bad.bytes());
        let files = ModelFiles::from_memory(files);
        let found = Model::load(&files, Stub, LoadParts { vae: false }).map(|_| ());
        let is_expected = match &found {
            Err(Error::BadWeights { file, reason }) => {
                file == WEIGHTS && reason.contains(&bad.says)
            }
            _ => false,
        };
        if !is_expected {
            wrong.push((bad.name, bad.says, found.map_err(|error| error.to_string())));
        }
    }
    assert!(wrong.is_empty(), "name, expected, found: {wrong:#?}");
}
