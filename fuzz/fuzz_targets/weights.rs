//! Arbitrary bytes as a safetensors file in a small model folder: a typed error or a model, never a panic.
#![no_main]

mod folder;

use libfuzzer_sys::fuzz_target;
use obclip_engine::{LoadParts, Model, ModelFiles, Reference};

fuzz_target!(|bytes: &[u8]| {
    let mut files = folder::small();
    files.insert("text_encoder/model.safetensors".to_owned(), bytes.to_vec());
    let files = ModelFiles::from_memory(files);
    let _ = Model::load(&files, Reference::default(), LoadParts { vae: false });
});
