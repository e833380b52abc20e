//! The safetensors format: 8 bytes of header length, a JSON header, then the values.
//! <https://github.com/huggingface/safetensors#format>. Bytes come from outside: nothing here may
//! panic.

use std::collections::BTreeMap;
use std::fmt;

use half::{bf16, f16};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use crate::error::Error;
use crate::tensor::{Tensor, checked_product};

/// A real header takes about 100 bytes a tensor; SDXL's is below 1 MB. The format's own limit is
/// 100 MB.
const MAX_HEADER_BYTES: u64 = 16 << 20;

/// A tensor as it lies in the file.
#[derive(Debug)]
pub(super) struct StoredTensor {
    pub(super) shape: Vec<usize>,
    dtype: Dtype,
    bytes: Vec<u8>,
}

impl StoredTensor {
    /// Values as f32, exactly.
    pub(super) fn to_tensor(&self) -> Tensor {
        let data = match self.dtype {
            Dtype::F32 => self.bytes.as_chunks().0.iter().map(|&b| f32::from_le_bytes(b)).collect(),
            Dtype::F16 => {
                self.bytes.as_chunks().0.iter().map(|&b| f16::from_le_bytes(b).to_f32()).collect()
            }
            Dtype::Bf16 => {
                self.bytes.as_chunks().0.iter().map(|&b| bf16::from_le_bytes(b).to_f32()).collect()
            }
            // Only position ids, which are dropped, and masks come as integers.
            Dtype::I64 => {
                self.bytes.as_chunks().0.iter().map(|&b| i64::from_le_bytes(b) as f32).collect()
            }
        };
        Tensor::from_parts(self.shape.clone(), data)
    }
}

impl StoredTensor {
    /// Values rounded to f16, little-endian.
    pub(super) fn to_f16_bytes(&self) -> Vec<u8> {
        match self.dtype {
            Dtype::F16 => self.bytes.clone(),
            _ => {
                let values = self.to_tensor();
                values.data().iter().flat_map(|&value| f16::from_f32(value).to_le_bytes()).collect()
            }
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Dtype {
    F32,
    F16,
    Bf16,
    I64,
}

impl Dtype {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "F32" => Some(Self::F32),
            "F16" => Some(Self::F16),
            "BF16" => Some(Self::Bf16),
            "I64" => Some(Self::I64),
            _ => None,
        }
    }

    fn size(self) -> usize {
        match self {
            Self::F32 => 4,
            Self::F16 | Self::Bf16 => 2,
            Self::I64 => 8,
        }
    }
}

/// All tensors of one file.
pub(super) fn parse(file: &str, bytes: &[u8]) -> Result<BTreeMap<String, StoredTensor>, Error> {
    let bad = |reason: String| Error::BadWeights { file: file.to_owned(), reason };
    let Some((length, rest)) = bytes.split_first_chunk::<8>() else {
        return Err(bad(format!("expected at least 8 bytes, found {}", bytes.len())));
    };
    let header_len = u64::from_le_bytes(*length);
    if header_len > MAX_HEADER_BYTES {
        return Err(bad(format!(
            "expected a header of at most {MAX_HEADER_BYTES} bytes, found {header_len}"
        )));
    }
    // Fits: at most 16 MiB.
    let header_len = header_len as usize;
    let Some((header, data)) = rest.split_at_checked(header_len) else {
        return Err(bad(format!("header of {header_len} bytes, but {} bytes follow", rest.len())));
    };
    let Header(entries) = serde_json::from_slice(header).map_err(|error| bad(error.to_string()))?;
    check_layout(&entries, data.len()).map_err(bad)?;
    entries
        .into_iter()
        .map(|(name, entry)| {
            let tensor = cut(&name, entry, data).map_err(bad)?;
            Ok((name, tensor))
        })
        .collect()
}

/// The header, with names in order of appearance and duplicates refused.
struct Header(Vec<(String, Entry)>);

#[derive(Deserialize)]
struct Entry {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: (usize, usize),
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> Visitor<'de> for Entries {
            type Value = Header;
            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a map of tensors")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
                let mut entries = BTreeMap::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name == "__metadata__" {
                        map.next_value::<serde::de::IgnoredAny>()?;
                    } else if entries.insert(name, map.next_value::<Entry>()?).is_some() {
                        return Err(A::Error::custom("a tensor name appears twice"));
                    }
                }
                Ok(Header(entries.into_iter().collect()))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}

/// Tensors must lie end to end: no overlap, no hole, nothing after the last.
fn check_layout(entries: &[(String, Entry)], data_len: usize) -> Result<(), String> {
    let mut spans: Vec<(usize, usize, &str)> = entries
        .iter()
        .map(|(name, entry)| (entry.data_offsets.0, entry.data_offsets.1, name.as_str()))
        .collect();
    spans.sort_unstable();
    let mut position = 0;
    for (start, end, name) in spans {
        if start != position || end < start {
            return Err(format!(
                "tensor {name}: expected to start at {position}, found {start}..{end}"
            ));
        }
        position = end;
    }
    if position != data_len {
        return Err(format!("tensors cover {position} bytes, found {data_len}"));
    }
    Ok(())
}

fn cut(name: &str, entry: Entry, data: &[u8]) -> Result<StoredTensor, String> {
    let dtype = Dtype::parse(&entry.dtype).ok_or_else(|| {
        format!("tensor {name}: expected dtype F32, F16 or BF16, found {}", entry.dtype)
    })?;
    let (start, end) = entry.data_offsets;
    let expected = checked_product(&entry.shape).and_then(|len| len.checked_mul(dtype.size()));
    let bytes = data
        .get(start..end)
        .ok_or_else(|| format!("tensor {name}: bytes {start}..{end} of {}", data.len()))?;
    if expected != Some(bytes.len()) {
        return Err(format!(
            "tensor {name}: shape {:?} of {} does not fill {} bytes",
            entry.shape,
            entry.dtype,
            bytes.len()
        ));
    }
    Ok(StoredTensor { shape: entry.shape, dtype, bytes: bytes.to_vec() })
}
