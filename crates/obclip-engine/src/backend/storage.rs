//! Which GPU, and how values lie in its memory.

use std::str::FromStr;

/// How values lie in GPU memory. Sums, statistics and weights of softmax are f32 in any case.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Storage {
    /// The default: eleven bits of precision, at the full speed of tensor cores. Stable Diffusion's activations stay far
    /// below its largest number, 65,504.
    #[default]
    F16,
    /// For models that leave that range: the same speed, three bits less.
    Bf16,
    /// For parity, and slow: no tensor cores.
    F32,
}

impl Storage {
    /// All of them, with the names users know.
    pub const NAMES: [(&'static str, Self); 3] =
        [("f16", Self::F16), ("bf16", Self::Bf16), ("f32", Self::F32)];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::F16 => "f16",
            Self::Bf16 => "bf16",
            Self::F32 => "f32",
        }
    }
}

/// A GPU as a user names it: its number, and a storage behind a colon. `0` is `0:f16`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GpuChoice {
    /// In the driver's order, from 0.
    pub ordinal: usize,
    /// How values lie in its memory.
    pub storage: Storage,
}

/// A text that names no GPU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected a GPU's number from 0, and perhaps :f16, :bf16 or :f32 behind it")]
pub struct NoGpuChoice;

impl FromStr for GpuChoice {
    type Err = NoGpuChoice;

    fn from_str(text: &str) -> Result<Self, NoGpuChoice> {
        let (ordinal, storage) = match text.split_once(':') {
            None => (text, Storage::default()),
            Some((ordinal, name)) => {
                let named = Storage::NAMES.iter().find(|(known, _)| *known == name);
                (ordinal, named.ok_or(NoGpuChoice)?.1)
            }
        };
        Ok(Self { ordinal: ordinal.parse().map_err(|_| NoGpuChoice)?, storage })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gpus_are_named_by_number_and_storage() {
        let choice = |ordinal, storage| Ok(GpuChoice { ordinal, storage });
        assert_eq!("0".parse(), choice(0, Storage::F16));
        for (name, storage) in Storage::NAMES {
            assert_eq!(format!("3:{name}").parse(), choice(3, storage));
            assert_eq!(storage.name(), name);
        }
        for text in ["", ":", "-1", "0:", "0:f64", "cuda", "0:f16:f16", "99999999999999999999"] {
            assert_eq!(text.parse::<GpuChoice>(), Err(NoGpuChoice), "{text}");
        }
    }
}
