//! The safetensors format: 8 bytes of header length, a JSON header, then the values.
//! <https://github.com/huggingface/safetensors#format>. Bytes come from outside: nothing here may
//! panic.

use std::collections::BTreeMap;
use std::fmt;

use half::slice::{HalfBitsSliceExt, HalfFloatSliceExt};
use half::{bf16, f16};
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use crate::error::Error;
use crate::model_files::Pieces;
use crate::tensor::{Tensor, checked_product};

/// A real header takes about 100 bytes a tensor; SDXL's is below 1 MB. The format's own limit is
/// 100 MB.
const MAX_HEADER_BYTES: u64 = 16 << 20;

/// A tensor that lies in its file until it is asked for.
#[derive(Debug)]
pub(super) struct StoredTensor {
    pub(super) shape: Vec<usize>,
    dtype: Dtype,
    pieces: Pieces,
    start: u64,
    n_bytes: usize,
}

impl StoredTensor {
    /// Bytes in its file.
    pub(super) fn n_bytes(&self) -> u64 {
        self.n_bytes as u64
    }

    /// Values as f32, exactly.
    pub(super) fn to_tensor(&self) -> Result<Tensor, Error> {
        let size = self.dtype.size();
        let mut data = vec![0.0; self.n_bytes / size];
        let mut rest = data.as_mut_slice();
        self.each_piece(|bytes| {
            let (values, behind) = std::mem::take(&mut rest).split_at_mut(bytes.len() / size);
            rest = behind;
            self.dtype.convert(bytes, values);
        })?;
        Ok(Tensor::from_parts(self.shape.clone(), data))
    }

    /// Calls `take` with the values rounded to f16, little-endian, piece by piece.
    pub(super) fn each_f16_piece(&self, mut take: impl FnMut(&[u8])) -> Result<(), Error> {
        self.each_piece(|bytes| {
            if self.dtype == Dtype::F16 {
                return take(bytes);
            }
            let mut values = vec![0.0; bytes.len() / self.dtype.size()];
            self.dtype.convert(bytes, &mut values);
            let halves = values.iter().flat_map(|&value| f16::from_f32(value).to_le_bytes());
            take(&halves.collect::<Vec<u8>>());
        })
    }

    fn each_piece(&self, mut take: impl FnMut(&[u8])) -> Result<(), Error> {
        for start in (0..self.n_bytes).step_by(PIECE) {
            let len = PIECE.min(self.n_bytes - start);
            take(&self.pieces.read(self.start + start as u64, len)?);
        }
        Ok(())
    }
}

/// Bytes read at once, a multiple of every value's: they stay in a cache until they are converted, and memory for them is used
/// again, while that for a whole tensor would be new to the system each time.
const PIECE: usize = 1 << 18;

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

    /// Whole values to f32.
    fn convert(self, bytes: &[u8], values: &mut [f32]) {
        // Values of two bytes each, to be converted many at a time.
        let bits = || -> Vec<u16> {
            bytes.as_chunks().0.iter().map(|&bytes| u16::from_le_bytes(bytes)).collect()
        };
        match self {
            Self::F32 => {
                for (value, &bytes) in values.iter_mut().zip(bytes.as_chunks().0) {
                    *value = f32::from_le_bytes(bytes);
                }
            }
            Self::F16 => bits().reinterpret_cast::<f16>().convert_to_f32_slice(values),
            Self::Bf16 => bits().reinterpret_cast::<bf16>().convert_to_f32_slice(values),
            // Only position ids, which are dropped, and masks come as integers.
            Self::I64 => {
                for (value, &bytes) in values.iter_mut().zip(bytes.as_chunks().0) {
                    *value = i64::from_le_bytes(bytes) as f32;
                }
            }
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

/// All tensors of one file; of its bytes only the header is read.
pub(super) fn parse(file: &str, pieces: Pieces) -> Result<BTreeMap<String, StoredTensor>, Error> {
    let bad = |reason: String| Error::BadWeights { file: file.to_owned(), reason };
    let Some(after_length) = pieces.len().checked_sub(LENGTH_BYTES) else {
        return Err(bad(format!("expected at least 8 bytes, found {}", pieces.len())));
    };
    let length = pieces.read(0, LENGTH_BYTES as usize)?;
    let header_len = u64::from_le_bytes(length.as_ref().try_into().unwrap_or_default());
    if header_len > MAX_HEADER_BYTES {
        return Err(bad(format!(
            "expected a header of at most {MAX_HEADER_BYTES} bytes, found {header_len}"
        )));
    }
    let Some(data_len) = after_length.checked_sub(header_len) else {
        return Err(bad(format!("header of {header_len} bytes, but {after_length} bytes follow")));
    };
    // Fits: at most 16 MiB.
    let header = pieces.read(LENGTH_BYTES, header_len as usize)?;
    let Header(entries) =
        serde_json::from_slice(&header).map_err(|error| bad(error.to_string()))?;
    let data_start = LENGTH_BYTES + header_len;
    check_layout(&entries, usize::try_from(data_len).unwrap_or(usize::MAX)).map_err(bad)?;
    entries
        .into_iter()
        .map(|(name, entry)| {
            let tensor = place(&name, entry, &pieces, data_start).map_err(bad)?;
            Ok((name, tensor))
        })
        .collect()
}

/// The header's length stands first.
const LENGTH_BYTES: u64 = 8;

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

/// Where a tensor lies, by a layout that was checked.
fn place(
    name: &str,
    entry: Entry,
    pieces: &Pieces,
    data_start: u64,
) -> Result<StoredTensor, String> {
    let dtype = Dtype::parse(&entry.dtype).ok_or_else(|| {
        format!("tensor {name}: expected dtype F32, F16 or BF16, found {}", entry.dtype)
    })?;
    let (start, end) = entry.data_offsets;
    let n_bytes = end.saturating_sub(start);
    let expected = checked_product(&entry.shape).and_then(|len| len.checked_mul(dtype.size()));
    if expected != Some(n_bytes) {
        return Err(format!(
            "tensor {name}: shape {:?} of {} does not fill {n_bytes} bytes",
            entry.shape, entry.dtype,
        ));
    }
    let (pieces, start) = (pieces.clone(), data_start + start as u64);
    Ok(StoredTensor { shape: entry.shape, dtype, pieces, start, n_bytes })
}
