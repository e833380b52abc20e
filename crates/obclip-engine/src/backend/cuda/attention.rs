//! Attention: tiles on tensor cores where the head's width and the storage allow it, and a plain kernel for the rest.

use super::driver::Buffer;
use super::error::CudaError;
use super::gpu::Lane;
use super::kernels::TILED_HEADS;
use super::tensor::CudaTensor;
use super::values;
use super::{Cuda, Storage};
use crate::backend::Dims;

/// Per row of the output: the rows of queries, keys and values that it reads.
pub(super) struct Rows {
    pub(super) query: Vec<usize>,
    pub(super) key: Vec<usize>,
    pub(super) value: Vec<usize>,
}

#[derive(Clone, Copy)]
pub(super) struct Heads {
    pub(super) n: usize,
    pub(super) causal: bool,
}

/// Rows of one launch: `struct RowMaps`.
const MOST_ROWS: usize = 64;
/// Queries of a block: `WARPS` of the plain kernel, `TILE` of the other.
const PLAIN_QUERIES: usize = 4;
const TILE: usize = 64;
/// Output channels of a block of the plain kernel: 32 × `HELD`.
const PLAIN_CHANNELS: usize = 256;
const THREADS: u32 = 128;

pub(super) fn attention(
    cuda: &Cuda,
    [q, k, v]: [&CudaTensor; 3],
    heads: Heads,
    rows: &Rows,
) -> CudaTensor {
    let n = rows.query.len();
    let dims = Dims { n, ..q.dims };
    assert!(rows.query.iter().all(|&row| row < q.dims.n), "rows of queries");
    assert!(rows.key.iter().all(|&row| row < k.dims.n), "rows of keys");
    assert!(rows.value.iter().all(|&row| row < v.dims.n), "rows of values");
    assert_eq!((k.dims.c, v.dims.c), (q.dims.c, q.dims.c), "channels of an attention");
    assert_eq!(k.dims.positions(), v.dims.positions(), "keys and values");
    // A query of a causal attention reads as many keys as it has predecessors.
    assert!(
        !heads.causal || k.dims.positions() >= q.dims.positions(),
        "keys of a causal attention"
    );
    cuda.make(dims, &[q, k, v], |lane, out| {
        (0..n).step_by(MOST_ROWS).try_for_each(|first| {
            let part = first..n.min(first + MOST_ROWS);
            launch(cuda, lane, [q, k, v], heads, (rows, part), out)
        })
    })
}

/// Which kernel, and its grid for so many rows.
struct Choice {
    kernel: String,
    grid: [usize; 3],
    /// Scores are scaled by this before they become powers (of e, of 2).
    scale: f32,
}

fn launch(
    cuda: &Cuda,
    lane: &Lane,
    [q, k, v]: [&CudaTensor; 3],
    heads: Heads,
    (rows, part): (&Rows, std::ops::Range<usize>),
    out: &Buffer,
) -> Result<(), CudaError> {
    let Choice { kernel, grid, scale } = choose(cuda.gpu.storage, q.dims, heads, part.len());
    let map =
        |of: &[usize]| -> Vec<u32> { of[part.clone()].iter().map(|&row| row as u32).collect() };
    let [queries, keys, values] = [map(&rows.query), map(&rows.key), map(&rows.value)];
    let call = cuda.gpu.kernels.call(&kernel);
    let call = call.memory(q.buffer()?).memory(k.buffer()?).memory(v.buffer()?);
    let row_bytes = q.dims.c * q.dims.positions() * values::n_bytes(cuda.gpu.storage);
    let call = call.memory_at(out, part.start * row_bytes).row_maps([&queries, &keys, &values]);
    let call = call.u32(q.dims.positions()).u32(k.dims.positions()).u32(q.dims.c).u32(heads.n);
    call.f32(scale).u32(heads.causal.into()).grid(&lane.stream, grid, THREADS)
}

fn choose(storage: Storage, q: Dims, heads: Heads, n_rows: usize) -> Choice {
    let head_dim = q.c / heads.n;
    let scale = 1.0 / (head_dim as f32).sqrt();
    let tiled = TILED_HEADS.into_iter().find(|&width| head_dim <= width);
    match tiled.filter(|_| storage != Storage::F32 && head_dim.is_multiple_of(8)) {
        Some(width) => Choice {
            kernel: format!("attention_{width}"),
            grid: [q.positions().div_ceil(TILE), heads.n, n_rows],
            scale: scale * std::f32::consts::LOG2_E,
        },
        None => Choice {
            kernel: "attention_plain".to_owned(),
            grid: [
                q.positions().div_ceil(PLAIN_QUERIES),
                heads.n * head_dim.div_ceil(PLAIN_CHANNELS),
                n_rows,
            ],
            scale,
        },
    }
}
