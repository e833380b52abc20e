//! Values as they lie in GPU memory.

use half::{bf16, f16};

use super::Storage;

/// `OBCLIP_STORAGE` of the kernels.
pub(super) fn number(storage: Storage) -> u32 {
    match storage {
        Storage::F32 => 0,
        Storage::F16 => 1,
        Storage::Bf16 => 2,
    }
}

/// Of one value.
pub(super) fn n_bytes(storage: Storage) -> usize {
    match storage {
        Storage::F32 => 4,
        Storage::F16 | Storage::Bf16 => 2,
    }
}

/// Writes values as they lie there, to the nearest.
pub(super) fn write(storage: Storage, values: impl Iterator<Item = f32>, to: &mut [u8]) {
    match storage {
        Storage::F32 => write_each(values.map(f32::to_le_bytes), to),
        Storage::F16 => write_each(values.map(|value| f16::from_f32(value).to_le_bytes()), to),
        Storage::Bf16 => write_each(values.map(|value| bf16::from_f32(value).to_le_bytes()), to),
    }
}

fn write_each<const N: usize>(values: impl Iterator<Item = [u8; N]>, to: &mut [u8]) {
    for (to, value) in to.as_chunks_mut::<N>().0.iter_mut().zip(values) {
        *to = value;
    }
}
