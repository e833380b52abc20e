//! The smallest golden model folder, in the program.

use std::collections::BTreeMap;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, &include_bytes!(concat!("../../vectors/engine/tiny/", $name))[..])),*]
    };
}

/// Path in the folder and content of every file.
pub(crate) fn small() -> BTreeMap<String, Vec<u8>> {
    let files = files![
        "model_index.json",
        "scheduler/scheduler_config.json",
        "text_encoder/config.json",
        "text_encoder/model.safetensors",
        "tokenizer/added_tokens.json",
        "tokenizer/merges.txt",
        "tokenizer/special_tokens_map.json",
        "tokenizer/tokenizer_config.json",
        "tokenizer/vocab.json",
        "unet/config.json",
        "unet/diffusion_pytorch_model.safetensors",
        "vae/config.json",
        "vae/diffusion_pytorch_model.safetensors",
    ];
    files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect()
}
