//! The SHA-256 of the U-Net's weights, as capabilities tell it.

use obclip_engine::ModelFiles;
use sha2::{Digest, Sha256};

/// Over the single file of weights, or over all shards in their order. `None` if there is neither.
pub fn weights_sha256(files: &ModelFiles) -> Result<Option<[u8; 32]>, obclip_engine::Error> {
    for stem in ["diffusion_pytorch_model", "model"] {
        for variant in ["", ".fp16"] {
            let single = format!("unet/{stem}{variant}.safetensors");
            if files.contains(&single) {
                return Ok(Some(Sha256::digest(files.read(&single)?).into()));
            }
            for n_shards in 2..=MAX_SHARDS {
                let shard =
                    |idx| format!("unet/{stem}-{idx:05}-of-{n_shards:05}{variant}.safetensors");
                if files.contains(&shard(1)) {
                    let mut hash = Sha256::new();
                    for idx in 1..=n_shards {
                        hash.update(files.read(&shard(idx))?);
                    }
                    return Ok(Some(hash.finalize().into()));
                }
            }
        }
    }
    Ok(None)
}

/// More shards than any U-Net of the families we run comes in.
const MAX_SHARDS: usize = 32;

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn hash(files: &[(&str, &[u8])]) -> Option<[u8; 32]> {
        let files: BTreeMap<String, Vec<u8>> =
            files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
        weights_sha256(&ModelFiles::from_memory(files)).expect("readable files")
    }

    #[test]
    fn one_file_and_shards_of_it_are_found() {
        let whole: [u8; 32] = Sha256::digest(b"ab").into();
        assert_eq!(hash(&[("unet/diffusion_pytorch_model.safetensors", b"ab")]), Some(whole));
        let shards: [(&str, &[u8]); 2] = [
            ("unet/diffusion_pytorch_model-00001-of-00002.safetensors", b"a"),
            ("unet/diffusion_pytorch_model-00002-of-00002.safetensors", b"b"),
        ];
        assert_eq!(hash(&shards), Some(whole));
        assert_eq!(hash(&[]), None);
    }
}
