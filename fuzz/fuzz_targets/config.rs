//! Arbitrary bytes as one of the settings files of a model folder: a typed error or a model, never a panic, and nothing
//! allocated for sizes that are only claimed.
#![no_main]

mod folder;

use libfuzzer_sys::fuzz_target;
use obclip_engine::{LoadParts, Model, ModelFiles, Reference};

const FILES: [&str; 6] = [
    "unet/config.json",
    "text_encoder/config.json",
    "scheduler/scheduler_config.json",
    "vae/config.json",
    "tokenizer/added_tokens.json",
    "model_index.json",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((which, bytes)) = bytes.split_first() else { return };
    let mut files = folder::small();
    files.insert(FILES[usize::from(*which) % FILES.len()].to_owned(), bytes.to_vec());
    let files = ModelFiles::from_memory(files);
    let _ = Model::load(&files, Reference::default(), LoadParts { vae: true });
});
