//! Random changes of good files, always the same ones: an error or a model, never a panic. The fuzz targets look further.

use std::collections::BTreeMap;

use obclip_bench::audit::Stub;
use obclip_engine::{LoadParts, Model, ModelFiles};

const N_CHANGED: usize = 150;

fn good() -> BTreeMap<String, Vec<u8>> {
    let files = obclip_pair::device().iter();
    files.map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect()
}

/// One to four bytes or runs of bytes replaced, removed or repeated; digits often become other digits.
fn changed(bytes: &[u8], rng: &mut fastrand::Rng) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..rng.usize(1..=4) {
        let at = rng.usize(..bytes.len());
        let until = (at + rng.usize(1..8)).min(bytes.len());
        match rng.u8(..5) {
            0 => bytes[at] = rng.u8(..),
            1 => drop(bytes.drain(at..until)),
            2 => bytes.extend_from_within(at..until),
            _ => {
                let digit = bytes[at..].iter().position(u8::is_ascii_digit).map_or(at, |n| at + n);
                let run = vec![b'0' + rng.u8(..10); rng.usize(1..20)];
                bytes.splice(digit..=digit, run);
            }
        }
        if bytes.is_empty() {
            bytes.push(b'{');
        }
    }
    bytes
}

/// How many of the changed files were refused.
fn n_refused(file: &str, seed: u64) -> usize {
    let (files, rng) = (good(), &mut fastrand::Rng::with_seed(seed));
    let refused = (0..N_CHANGED).filter(|_| {
        let mut files = files.clone();
        let content = files.get_mut(file).expect("a file of the folder");
        // Of a weight file only the header is of interest.
        let (head, rest) = content.split_at(content.len().min(4000));
        *content = [changed(head, rng), rest.to_vec()].concat();
        let files = ModelFiles::from_memory(files);
        Model::load(&files, Stub, LoadParts { vae: true }).is_err()
    });
    refused.count()
}

#[test]
fn changed_settings_and_headers_never_panic() {
    for (seed, file) in (0..).zip([
        "unet/config.json",
        "text_encoder/config.json",
        "scheduler/scheduler_config.json",
        "vae/config.json",
        "text_encoder/model.safetensors",
        "unet/diffusion_pytorch_model.safetensors",
    ]) {
        // Most changes matter; those of ignored settings and white space do not.
        assert!(n_refused(file, seed) > N_CHANGED / 3, "{file}");
    }
}
