//! Two tiles times two panels: the one product of this tier.

use std::borrow::Cow;

use pulp::Simd;

use super::{Ready, SIDE, STEP_LEN};

/// Sums of up to two tiles with up to two panels: (row, output).
pub(super) type Sums = [[f32; 2 * SIDE]; 2 * SIDE];

pub(super) const NO_SUMS: Sums = [[0.0; 2 * SIDE]; 2 * SIDE];

/// The left side: rows of rounded values, in pairs.
#[derive(Clone, Copy)]
pub(super) struct Left<'a> {
    pairs: &'a [u32],
    /// Pairs from one row of a tile to the next.
    stride: usize,
    /// Where each step begins, in pairs from the start of a row.
    offsets: &'a [usize],
    /// Pairs that a tile reads from its start on.
    reach: usize,
}

impl<'a> Left<'a> {
    pub(super) fn new(pairs: &'a [u32], stride: usize, offsets: &'a [usize]) -> Self {
        let last = offsets.iter().max().map_or(0, |last| last + SIDE);
        Self { pairs, stride, offsets, reach: (SIDE - 1) * stride + last }
    }

    #[inline(always)]
    pub(super) fn stride(&self) -> usize {
        self.stride
    }

    #[inline(always)]
    pub(super) fn n_steps(&self) -> usize {
        self.offsets.len()
    }

    /// The pairs of a step of a row of the tile at `start`.
    #[inline(always)]
    pub(super) fn step(&self, start: usize, row: usize, step: usize) -> &'a [u32; SIDE] {
        let (pairs, _) = self.pairs[start + row * self.stride + self.offsets[step]..].as_chunks();
        &pairs[0]
    }
}

/// Where steps begin that lie one behind another.
pub(super) fn one_behind_another(n_steps: usize) -> Cow<'static, [usize]> {
    /// As many as the widest layers of this family of models have.
    static OFFSETS: [usize; 1024] = {
        let mut offsets = [0; 1024];
        let mut step = 0;
        while step < offsets.len() {
            offsets[step] = step * SIDE;
            step += 1;
        }
        offsets
    };
    match OFFSETS.get(..n_steps) {
        Some(offsets) => Cow::Borrowed(offsets),
        None => Cow::Owned((0..n_steps).map(|step| step * SIDE).collect()),
    }
}

/// The tiles that start at `starts` (one or two) times as many steps of `panels` (one or two). Sums of a tile or a panel that is
/// not there are left as they are or mean nothing.
#[inline(always)]
pub(super) fn multiply<S: Simd>(
    simd: S,
    ready: &mut Ready,
    left: Left<'_>,
    starts: &[usize],
    panels: &[&[u32]],
    sums: &mut Sums,
) {
    for &start in starts {
        assert!(start + left.reach <= left.pairs.len(), "a tile beyond the end");
    }
    for panel in panels {
        assert_eq!(panel.len(), left.offsets.len() * STEP_LEN, "a panel of other steps");
    }
    match ready {
        Ready::Amx(tiles) => {
            let both = |idx: usize| left.pairs[starts[idx.min(starts.len() - 1)]..].as_ptr();
            let panel = |idx: usize| panels[idx.min(panels.len() - 1)].as_ptr();
            // SAFETY: the two checks above.
            #[allow(unsafe_code, reason = "the instructions of AMX")]
            unsafe {
                tiles.multiply(
                    [both(0), both(1)],
                    left.stride,
                    left.offsets,
                    [panel(0), panel(1)],
                    sums,
                );
            }
        }
        Ready::Dots(dots) => dots.multiply(left, starts, panels, sums),
        Ready::Vectors => {
            for (tile, &start) in starts.iter().enumerate() {
                for (idx, panel) in panels.iter().enumerate() {
                    let rows = &mut sums[tile * SIDE..(tile + 1) * SIDE];
                    // What fits into 32 registers, or into 16.
                    match S::F32_LANES >= SIDE {
                        true => {
                            multiply_tile::<S, 8, 1>(simd, left, start, panel, rows, idx * SIDE);
                        }
                        false => {
                            multiply_tile::<S, 2, 2>(simd, left, start, panel, rows, idx * SIDE);
                        }
                    }
                }
            }
        }
    }
}

/// One tile times one panel, so many rows and vectors of outputs at a time.
#[inline(always)]
fn multiply_tile<S: Simd, const ROWS: usize, const VECTORS: usize>(
    simd: S,
    left: Left<'_>,
    start: usize,
    panel: &[u32],
    sums: &mut [[f32; 2 * SIDE]],
    column: usize,
) {
    let n_columns = VECTORS * S::F32_LANES;
    for first in (0..SIDE).step_by(n_columns) {
        for (group, rows) in sums.chunks_exact_mut(ROWS).enumerate() {
            let start = start + group * ROWS * left.stride;
            let acc = sum_steps::<S, ROWS, VECTORS>(simd, left, start, panel, first);
            for (row, acc) in rows.iter_mut().zip(acc) {
                let out = &mut row[column + first..][..n_columns];
                let (vectors, _) = S::as_mut_simd_f32s(out);
                vectors.copy_from_slice(&acc);
            }
        }
    }
}

#[inline(always)]
fn sum_steps<S: Simd, const ROWS: usize, const VECTORS: usize>(
    simd: S,
    left: Left<'_>,
    start: usize,
    panel: &[u32],
    column: usize,
) -> [[S::f32s; VECTORS]; ROWS] {
    let zero = simd.splat_f32s(0.0);
    let (half, high) = (simd.splat_u32s(16), simd.splat_u32s(0xffff_0000));
    let mut total = [[zero; VECTORS]; ROWS];
    let (steps, _) = panel.as_chunks::<STEP_LEN>();
    for (&offset, panel) in left.offsets.iter().zip(steps) {
        let mut rows: [&[u32; SIDE]; ROWS] = [&[0; SIDE]; ROWS];
        for (idx, row) in rows.iter_mut().enumerate() {
            let (pairs, _) = left.pairs[start + idx * left.stride + offset..].as_chunks::<SIDE>();
            *row = &pairs[0];
        }
        let mut even = [[zero; VECTORS]; ROWS];
        let mut odd = [[zero; VECTORS]; ROWS];
        for pair in 0..SIDE {
            let (vectors, _) =
                S::as_simd_u32s(&panel[pair * SIDE + column..][..VECTORS * S::F32_LANES]);
            let mut right = [[zero; 2]; VECTORS];
            for (right, &both) in right.iter_mut().zip(vectors) {
                right[0] = simd.transmute_f32s_u32s(simd.wrapping_dyn_shl_u32s(both, half));
                right[1] = simd.transmute_f32s_u32s(simd.and_u32s(both, high));
            }
            for row in 0..ROWS {
                let both = simd.splat_u32s(rows[row][pair]);
                let first = simd.transmute_f32s_u32s(simd.wrapping_dyn_shl_u32s(both, half));
                let second = simd.transmute_f32s_u32s(simd.and_u32s(both, high));
                for vector in 0..VECTORS {
                    even[row][vector] =
                        simd.mul_add_f32s(first, right[vector][0], even[row][vector]);
                    odd[row][vector] =
                        simd.mul_add_f32s(second, right[vector][1], odd[row][vector]);
                }
            }
        }
        for row in 0..ROWS {
            for vector in 0..VECTORS {
                let step = simd.add_f32s(even[row][vector], odd[row][vector]);
                total[row][vector] = simd.add_f32s(total[row][vector], step);
            }
        }
    }
    total
}
