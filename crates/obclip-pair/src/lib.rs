//! The embedded model pair: diffusers folders of a cloud model and of a smaller device model
//! distilled from it, compiled into the program so that it runs with nothing to download.
//!
//! Tokenizer, text encoder, autoencoder and scheduler are the same for both sides and are stored
//! once. Where the weights come from and how they were trained: `MODELS.md` and `training/`.

use include_dir::{Dir, include_dir};

static MODELS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/models");

/// One file of a model folder: its path inside the folder and its bytes.
pub type Entry = (String, &'static [u8]);

/// The cloud model's diffusers folder. The cloud never decodes, so it holds no autoencoder.
pub fn cloud() -> Vec<Entry> {
    folder("cloud", &["tokenizer", "text_encoder", "scheduler"])
}

/// The device model's diffusers folder, with the autoencoder.
pub fn device() -> Vec<Entry> {
    folder("device", &["tokenizer", "text_encoder", "scheduler", "vae"])
}

fn folder(side: &str, shared_parts: &[&str]) -> Vec<Entry> {
    let shared = files_below("shared").filter(|(path, _)| {
        let part = path.split('/').next().unwrap_or_default();
        shared_parts.contains(&part)
    });
    shared.chain(files_below(side)).collect()
}

fn files_below(name: &str) -> impl Iterator<Item = Entry> {
    let prefix = format!("{name}/");
    let mut entries = Vec::new();
    if let Some(dir) = MODELS.get_dir(name) {
        collect(dir, &prefix, &mut entries);
    }
    entries.into_iter()
}

fn collect(dir: &'static Dir<'static>, prefix: &str, entries: &mut Vec<Entry>) {
    for file in dir.files() {
        let path = file.path().to_string_lossy().replace('\\', "/");
        let path = path.strip_prefix(prefix).unwrap_or(&path).to_owned();
        entries.push((path, file.contents()));
    }
    for child in dir.dirs() {
        collect(child, prefix, entries);
    }
}
