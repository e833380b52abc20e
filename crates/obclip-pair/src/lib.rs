//! The embedded model pair: diffusers folders of a cloud model and of a smaller device model
//! distilled from it, compiled into the program so that it runs with nothing to download.
//!
//! Tokenizer, text encoder, autoencoder and scheduler are the same for both sides and are stored
//! once. Where the weights come from and how they were trained: `MODELS.md` and `training/`.

use std::sync::OnceLock;

use include_dir::{Dir, include_dir};

static MODELS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/models");

/// One file of a model folder: its path inside the folder and its bytes.
pub type Entry = (&'static str, &'static [u8]);

/// The cloud model's diffusers folder. The cloud never decodes; the autoencoder is there so that
/// the folder names its latent space.
pub fn cloud() -> &'static [Entry] {
    static CLOUD: OnceLock<Vec<Entry>> = OnceLock::new();
    CLOUD.get_or_init(|| folder("cloud"))
}

/// The device model's diffusers folder.
pub fn device() -> &'static [Entry] {
    static DEVICE: OnceLock<Vec<Entry>> = OnceLock::new();
    DEVICE.get_or_init(|| folder("device"))
}

/// The cloud's step plan for this pair, as measured at k = 5 of 25: `results/plans/README.md`.
pub const PLAN: &str = "balanced";

/// The device's own step plan for this pair, on a grid of half as many steps as the cloud leaves it.
pub const TAIL_PLAN: &str = "cache1x2";

/// An axis that may stay neutral for all cloud steps: the device still decides it without measurable loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// Its name in the catalogue.
    pub axis: &'static str,
    /// The latest hand-over it was measured at, in cloud steps of 25.
    pub cloud_steps: u32,
}

/// The axes of this pair that can wait for the device; the age is not among them. One measurement for every prompt:
/// `results/plans/README.md`, "Which axis can wait".
pub const WAITS: [Wait; 2] =
    [Wait { axis: "ethnicity", cloud_steps: 5 }, Wait { axis: "gender", cloud_steps: 5 }];

fn folder(side: &'static str) -> Vec<Entry> {
    let mut entries = Vec::new();
    for part in ["shared", side] {
        if let Some(dir) = MODELS.get_dir(part) {
            collect(dir, part, &mut entries);
        }
    }
    entries
}

fn collect(dir: &'static Dir<'static>, part: &str, entries: &mut Vec<Entry>) {
    for file in dir.files() {
        let inside = file.path().strip_prefix(part).ok().and_then(|path| path.to_str());
        entries.extend(inside.map(|path| (path, file.contents())));
    }
    for child in dir.dirs() {
        collect(child, part, entries);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_folders_hold_a_whole_model() {
        for folder in [cloud(), device()] {
            for path in ["unet/config.json", "text_encoder/config.json", "tokenizer/vocab.json"] {
                assert!(folder.iter().any(|(name, bytes)| *name == path && !bytes.is_empty()));
            }
            assert!(folder.iter().any(|(name, _)| *name == "vae/config.json"));
        }
    }
}
