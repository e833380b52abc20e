//! The one matrix product behind linear layers, convolutions and attention: rows of activations
//! times packed weights.
//!
//! Weights lie in panels of two vector registers' width: for each panel, for each input k, its
//! outputs. The kernel keeps a few rows × one panel of sums in registers and, for every k,
//! multiplies one broadcast value per row with the panel's two vectors. A block of `BLOCK_K` inputs
//! of a panel stays in the first-level cache while all rows of a block pass over it.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::buffers::Buffer;
use super::elementwise::gate;
use super::epilogue::Epilogue;
use super::{Cpu, bf16};
use crate::backend::Dims;
use crate::tensor::Tensor;

/// Most inputs per block: 320 × 16 outputs and 6 rows × 320 inputs, of 4 bytes, fill 28 of the 32
/// KiB of a first-level cache; and the widths of Stable Diffusion are multiples of 320.
const BLOCK_K: usize = 320;
/// Rows per block: 96 × 320 × 4 bytes is a fraction of the second-level cache. A multiple of 12.
const BLOCK_ROWS: usize = 96;

/// Weights (K inputs, N outputs) in panels, with the bias.
pub struct Packed {
    n_in: usize,
    n_out: usize,
    /// Outputs per panel; the last panel is filled up with zeros.
    width: usize,
    panels: Values,
    /// Filled up like the last panel; zeros where there is no bias.
    bias: Vec<f32>,
}

/// Weights as they are kept; they are multiplied in f32.
enum Values {
    Single(Vec<f32>),
    /// bf16, as bits.
    Half(Vec<u16>),
}

/// How weights are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kept {
    Single,
    /// Rounded to bf16: half the memory.
    Half,
}

impl Packed {
    /// Packs `at(output, input)`, panel by panel, in parallel.
    pub(super) fn new(
        cpu: &Cpu,
        kept: Kept,
        [n_in, n_out]: [usize; 2],
        at: impl Fn(usize, usize) -> f32 + Send + Sync,
        bias: Option<Tensor>,
    ) -> Self {
        let width = 2 * cpu.lanes;
        let panels = match kept {
            Kept::Single => Values::Single(pack(cpu, [n_in, n_out], at)),
            Kept::Half => Values::Half(pack(cpu, [n_in, n_out], |o, k| bf16::round(at(o, k)))),
        };
        let mut bias = bias.map_or_else(Vec::new, Tensor::into_data);
        bias.resize(n_out.next_multiple_of(width), 0.0);
        Self { n_in, n_out, width, panels, bias }
    }

    /// Inputs.
    pub(super) fn n_in(&self) -> usize {
        self.n_in
    }

    /// Outputs.
    pub(super) fn n_out(&self) -> usize {
        self.n_out
    }

    /// Outputs per panel.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// One value per output of a panel.
    pub(super) fn bias(&self, panel: usize) -> &[f32] {
        &self.bias[panel * self.width..(panel + 1) * self.width]
    }

    /// The outputs of some panels.
    pub(super) fn columns(&self, panels: &Range<usize>) -> Range<usize> {
        panels.start * self.width..self.n_out.min(panels.end * self.width)
    }

    pub(super) fn n_panels(&self) -> usize {
        self.n_out.div_ceil(self.width)
    }

    /// Whether the outputs fall into two halves of whole panels.
    pub(super) fn can_be_gated(&self) -> bool {
        self.n_out.is_multiple_of(2 * self.width)
    }

    /// Inputs per block: as equal as can be, a function of the layer alone.
    fn block_k(&self) -> usize {
        self.n_in.div_ceil(self.n_in.div_ceil(BLOCK_K).max(1)).max(1)
    }

    /// Values of scratch that so many inputs of a panel need.
    #[inline(always)]
    pub(super) fn scratch_len(&self, n_inputs: usize) -> usize {
        match &self.panels {
            Values::Single(_) => 0,
            Values::Half(_) => n_inputs * self.width,
        }
    }

    /// Inputs `k` of one panel; in `scratch`, if they are kept in another form.
    #[inline(always)]
    pub(super) fn panel<'a>(
        &'a self,
        panel: usize,
        k: Range<usize>,
        scratch: &'a mut [f32],
    ) -> &'a [f32] {
        let start = panel * self.n_in;
        let place = (start + k.start) * self.width..(start + k.end) * self.width;
        match &self.panels {
            Values::Single(values) => &values[place],
            Values::Half(halves) => {
                let scratch = &mut scratch[..place.len()];
                for (value, &half) in scratch.iter_mut().zip(&halves[place]) {
                    *value = f32::from_bits(u32::from(half) << 16);
                }
                scratch
            }
        }
    }
}

fn pack<T: Copy + Default + Send>(
    cpu: &Cpu,
    [n_in, n_out]: [usize; 2],
    at: impl Fn(usize, usize) -> T + Send + Sync,
) -> Vec<T> {
    let width = 2 * cpu.lanes;
    let mut panels = vec![T::default(); n_out.next_multiple_of(width) * n_in];
    cpu.threads.each_chunk(&mut panels, n_in * width, |panel, values| {
        let outputs = panel * width..n_out.min((panel + 1) * width);
        for (k, row) in values.chunks_exact_mut(width).enumerate() {
            for (value, output) in row.iter_mut().zip(outputs.clone()) {
                *value = at(output, k);
            }
        }
    });
    panels
}

/// The left side of a product, served block by block.
pub(super) trait Source: Sync {
    /// How many panels to serve with one round of blocks. Fewer keep their sums in the second-level
    /// cache; more share the cost of making the blocks.
    const PANELS: usize;

    /// Values of scratch that a block of so many rows and inputs needs.
    fn scratch_len(&self, n_rows: usize, n_inputs: usize) -> usize;

    /// Values `k` of each of `rows`, as a slice and the distance between rows in it. May use
    /// `scratch`.
    fn block<'a>(
        &'a self,
        rows: Range<usize>,
        k: Range<usize>,
        scratch: &'a mut [f32],
    ) -> (&'a [f32], usize);
}

/// Rows that lie in memory as they are needed.
pub(super) struct Rows<'a> {
    pub(super) data: &'a [f32],
    pub(super) stride: usize,
}

impl Source for Rows<'_> {
    const PANELS: usize = 16;

    fn scratch_len(&self, _: usize, _: usize) -> usize {
        0
    }

    fn block<'a>(
        &'a self,
        rows: Range<usize>,
        k: Range<usize>,
        _: &'a mut [f32],
    ) -> (&'a [f32], usize) {
        (&self.data[rows.start * self.stride + k.start..], self.stride)
    }
}

/// What becomes of the sums.
#[derive(Clone, Copy)]
pub(super) enum After<'a> {
    Each(Epilogue<'a>),
    /// The first half of the outputs times GELU of the second half, for weights that [can be gated](Packed::can_be_gated).
    Geglu,
}

impl After<'_> {
    /// Outputs that are left of so many.
    pub(super) fn n_out(self, n_out: usize) -> usize {
        match self {
            Self::Each(_) => n_out,
            Self::Geglu => n_out / 2,
        }
    }

    /// Before a product: a mismatch is a bug.
    pub(super) fn check(self, out: Dims) {
        if let Self::Each(epilogue) = self {
            epilogue.check(out);
        }
    }
}

/// All rows times all outputs, plus bias, then `after`: (rows, outputs).
pub(super) fn product(
    cpu: &Cpu,
    source: &impl Source,
    n_rows: usize,
    weights: &Packed,
    after: After<'_>,
) -> Buffer {
    let n_out = after.n_out(weights.n_out);
    let mut out = cpu.buffers.take(n_rows * n_out);
    let n_panels = n_out.div_ceil(weights.width);
    let n_blocks = n_rows.div_ceil(BLOCK_ROWS).max(1);
    let block_rows = n_rows.div_ceil(n_blocks).next_multiple_of(12).min(BLOCK_ROWS);
    let n_threads = cpu.threads.count();
    let run = |rows: Range<usize>, panels: Range<usize>, out: &mut [f32], out_stride| {
        let lens = Scratch::lens(source, weights, after, [rows.len(), panels.len()]);
        let work = &mut cpu.buffers.take(lens.iter().sum());
        cpu.arch.dispatch(Block { source, weights, after, rows, panels, out, out_stride, work });
    };
    if n_threads == 1 || n_blocks >= 4 * n_threads || n_panels == 1 {
        cpu.threads.each_chunk(&mut out, block_rows * n_out, |idx, out| {
            let start = idx * block_rows;
            let rows = start..start + out.len() / n_out;
            run(rows, 0..n_panels, out, n_out);
        });
        return out;
    }
    // Few rows: share out the outputs too, then put the pieces side by side.
    let n_groups = (4 * n_threads).div_ceil(n_blocks).min(n_panels);
    let pieces =
        Pieces { n_rows, block_rows, weights, n_panels, group: n_panels.div_ceil(n_groups) };
    let mut apart = cpu.buffers.take(n_rows * n_out);
    cpu.threads.each(pieces.split(&mut apart), |(rows, panels, piece)| {
        let stride = piece.len() / rows.len();
        run(rows, panels, piece, stride);
    });
    for (rows, panels, piece) in pieces.split(&mut apart) {
        let columns = weights.columns(&panels);
        for (row, values) in rows.zip(piece.chunks_exact(columns.len())) {
            let start = row * n_out;
            out[start + columns.start..start + columns.end].copy_from_slice(values);
        }
    }
    out
}

/// A product's outputs, cut up by rows and panels.
struct Pieces<'a> {
    n_rows: usize,
    block_rows: usize,
    weights: &'a Packed,
    n_panels: usize,
    /// Panels of a piece.
    group: usize,
}

impl Pieces<'_> {
    /// Rows, panels and place of each piece, one behind another.
    fn split<'b>(
        &self,
        mut apart: &'b mut [f32],
    ) -> impl Iterator<Item = (Range<usize>, Range<usize>, &'b mut [f32])> {
        let Self { n_rows, block_rows, weights, n_panels, group } = *self;
        let blocks = (0..n_rows).step_by(block_rows);
        let places =
            blocks.flat_map(move |row| (0..n_panels).step_by(group).map(move |panel| (row, panel)));
        places.map(move |(row, panel)| {
            let rows = row..n_rows.min(row + block_rows);
            let panels = panel..n_panels.min(panel + group);
            let len = rows.len() * weights.columns(&panels).len();
            let (piece, rest) = std::mem::take(&mut apart).split_at_mut(len);
            apart = rest;
            (rows, panels, piece)
        })
    }
}

/// Some rows times some panels.
struct Block<'a, A: Source> {
    source: &'a A,
    weights: &'a Packed,
    after: After<'a>,
    rows: Range<usize>,
    /// Of the first half, where there are two.
    panels: Range<usize>,
    /// Starts at the first row and the first panel.
    out: &'a mut [f32],
    out_stride: usize,
    /// As long as [`Scratch::lens`] say.
    work: &'a mut [f32],
}

impl<A: Source> WithSimd for Block<'_, A> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { source, weights, after, rows, panels, out, out_stride, work } = self;
        let width = weights.width;
        let lens = Scratch::lens(source, weights, after, [rows.len(), panels.len()]);
        let (both, work) = work.split_at_mut(lens[0]);
        let (of_rows, of_weights) = work.split_at_mut(lens[1]);
        let mut scratch = Scratch { rows: of_rows, weights: of_weights };
        let most = panels_at_once::<A>(after, panels.len());
        let gates = matches!(after, After::Geglu).then(|| weights.n_panels() / 2);
        let stride = if gates.is_some() { 2 * most * width } else { out_stride };
        for first in panels.clone().step_by(most) {
            let group = first..panels.end.min(first + most);
            let out = &mut out[(first - panels.start) * width..];
            let sums = if gates.is_some() { &mut *both } else { &mut *out };
            let beside = Beside { panels: group.clone(), gates };
            multiply_panels(
                simd,
                (source, rows.clone()),
                weights,
                beside,
                (sums, stride),
                &mut scratch,
            );
            let columns = weights.columns(&group);
            match after {
                After::Geglu => {
                    let (sums, n_columns) = (&*both, columns.len());
                    simd.vectorize(Gates { sums, stride, n_columns, out, out_stride });
                }
                After::Each(epilogue) if !epilogue.is_nothing() => {
                    simd.vectorize(Finish {
                        epilogue,
                        rows: rows.clone(),
                        columns,
                        out,
                        out_stride,
                    });
                }
                After::Each(_) => {}
            }
        }
    }
}

/// Panels that stand side by side in the sums: some, then those of their gates.
struct Beside {
    panels: Range<usize>,
    /// From a panel to that of its gates.
    gates: Option<usize>,
}

impl Beside {
    #[inline(always)]
    fn len(&self) -> usize {
        self.panels.len() * if self.gates.is_some() { 2 } else { 1 }
    }

    #[inline(always)]
    fn panel(&self, place: usize) -> usize {
        match self.gates {
            Some(gates) if place >= self.panels.len() => {
                self.panels.start + gates + place - self.panels.len()
            }
            _ => self.panels.start + place,
        }
    }
}

/// Sums of some rows and columns, to be finished.
struct Finish<'a> {
    epilogue: Epilogue<'a>,
    rows: Range<usize>,
    columns: Range<usize>,
    out: &'a mut [f32],
    out_stride: usize,
}

impl WithSimd for Finish<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { epilogue, rows, columns, out, out_stride } = self;
        for (row, out) in rows.zip(out.chunks_mut(out_stride)) {
            epilogue.finish(&mut out[..columns.len()], row, columns.start);
        }
    }
}

/// Rows of values and gates beside each other.
struct Gates<'a> {
    sums: &'a [f32],
    stride: usize,
    n_columns: usize,
    out: &'a mut [f32],
    out_stride: usize,
}

impl WithSimd for Gates<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let Self { sums, stride, n_columns, out, out_stride } = self;
        for (sums, out) in sums.chunks_exact(stride).zip(out.chunks_mut(out_stride)) {
            let (values, gates) = sums[..2 * n_columns].split_at(n_columns);
            gate(values, gates, &mut out[..n_columns]);
        }
    }
}

/// What blocks of inputs and weights are made in, where they do not lie ready.
struct Scratch<'a> {
    rows: &'a mut [f32],
    weights: &'a mut [f32],
}

impl Scratch<'_> {
    /// What some rows and panels are worked on in: values and gates before they are multiplied, a block of rows, a block of a
    /// panel.
    #[inline(always)]
    fn lens<A: Source>(
        source: &A,
        weights: &Packed,
        after: After<'_>,
        [n_rows, n_panels]: [usize; 2],
    ) -> [usize; 3] {
        let both = match after {
            After::Each(_) => 0,
            After::Geglu => n_rows * 2 * panels_at_once::<A>(after, n_panels) * weights.width,
        };
        let block_k = weights.block_k();
        [both, source.scratch_len(n_rows, block_k), weights.scratch_len(block_k)]
    }
}

/// Of so many panels. Gates and what they are for are made beside each other; what is not written out stays in the second-level
/// cache.
#[inline(always)]
fn panels_at_once<A: Source>(after: After<'_>, n_panels: usize) -> usize {
    match after {
        After::Each(_) => A::PANELS,
        After::Geglu => (A::PANELS / 2).min(n_panels),
    }
}

/// Some rows times some panels, which stand side by side in `out`.
#[inline(always)]
fn multiply_panels<S: Simd, A: Source>(
    simd: S,
    (source, rows): (&A, Range<usize>),
    weights: &Packed,
    beside: Beside,
    (out, stride): (&mut [f32], usize),
    scratch: &mut Scratch<'_>,
) {
    for k_start in (0..weights.n_in).step_by(weights.block_k()) {
        let k = k_start..weights.n_in.min(k_start + weights.block_k());
        let (data, row_stride) = source.block(rows.clone(), k.clone(), scratch.rows);
        let left = Left { data, stride: row_stride, n_rows: rows.len(), n_inputs: k.len() };
        for place in 0..beside.len() {
            let panel = beside.panel(place);
            let n_columns = weights.width.min(weights.n_out - panel * weights.width);
            let sums = Sums { out: &mut out[place * weights.width..], stride, n_columns };
            let start = if k_start == 0 { Start::From(weights.bias(panel)) } else { Start::Add };
            let panel = weights.panel(panel, k.clone(), scratch.weights);
            multiply(simd, left, panel, sums, start);
        }
    }
}

/// The left side of one kernel call.
#[derive(Clone, Copy)]
pub(super) struct Left<'a> {
    pub(super) data: &'a [f32],
    pub(super) stride: usize,
    pub(super) n_rows: usize,
    pub(super) n_inputs: usize,
}

/// Where sums go.
pub(super) struct Sums<'a> {
    pub(super) out: &'a mut [f32],
    pub(super) stride: usize,
    /// At most a panel's width.
    pub(super) n_columns: usize,
}

/// What sums start from.
#[derive(Clone, Copy)]
pub(super) enum Start<'a> {
    /// One value per column of the panel.
    From(&'a [f32]),
    /// Zero.
    Zero,
    /// What is there already.
    Add,
}

/// Rows times one panel.
#[inline(always)]
pub(super) fn multiply<S: Simd>(
    simd: S,
    left: Left<'_>,
    panel: &[f32],
    sums: Sums<'_>,
    start: Start<'_>,
) {
    // 6 × 2 sums fill the 16 registers of AVX2. Of AVX-512's 32, 12 × 2 would fill most, but then there are not enough others for
    // the places of 12 rows.
    if S::F32_LANES >= 16 {
        multiply_by::<S, 8, 4>(simd, left, panel, sums, start);
    } else {
        multiply_by::<S, 6, 3>(simd, left, panel, sums, start);
    }
}

/// In groups of `ROWS`, the last one of `HALF` if that is enough.
#[inline(always)]
fn multiply_by<S: Simd, const ROWS: usize, const HALF: usize>(
    simd: S,
    left: Left<'_>,
    panel: &[f32],
    mut sums: Sums<'_>,
    start: Start<'_>,
) {
    for first in (0..left.n_rows).step_by(ROWS) {
        match left.n_rows - first <= HALF {
            true => group::<S, HALF>(simd, left, panel, &mut sums, start, first),
            false => group::<S, ROWS>(simd, left, panel, &mut sums, start, first),
        }
    }
}

/// So many rows from `first` on, times one panel.
#[inline(always)]
fn group<S: Simd, const ROWS: usize>(
    simd: S,
    left: Left<'_>,
    panel: &[f32],
    sums: &mut Sums<'_>,
    start: Start<'_>,
    first: usize,
) {
    let Left { data, stride, n_rows, n_inputs } = left;
    let mut from = [simd.splat_f32s(0.0); 2];
    if let Start::From(values) = start {
        from.copy_from_slice(&S::as_simd_f32s(values).0[..2]);
    }
    let (panel, _) = S::as_simd_f32s(panel);
    let (panel, _) = panel.as_chunks::<2>();
    // A group that is not full repeats its last row and drops the result.
    let mut rows: [&[f32]; ROWS] = [&[]; ROWS];
    for (i, row) in rows.iter_mut().enumerate() {
        let start = (first + i).min(n_rows - 1) * stride;
        *row = &data[start..start + n_inputs];
    }
    let acc = kernel::<S, ROWS>(simd, rows, &panel[..n_inputs], [from; ROWS]);
    for (i, acc) in acc.into_iter().enumerate().take(n_rows - first) {
        let place = (first + i) * sums.stride;
        let out = &mut sums.out[place..place + sums.n_columns];
        store(simd, acc, out, matches!(start, Start::Add));
    }
}

/// `acc[row] += Σ_k rows[row][k] · panel[k]`
#[inline(always)]
fn kernel<S: Simd, const ROWS: usize>(
    simd: S,
    rows: [&[f32]; ROWS],
    panel: &[[S::f32s; 2]],
    mut acc: [[S::f32s; 2]; ROWS],
) -> [[S::f32s; 2]; ROWS] {
    // Whole chunks have a length the compiler knows: one bounds check each instead of one per
    // value. Plain loops: closures of `map` are not always inlined, and compiled without the
    // instructions of this function they take ten times as long.
    let (panel_chunks, panel_rest) = panel.as_chunks::<CHUNK_K>();
    let mut chunks: [&[[f32; CHUNK_K]]; ROWS] = [&[]; ROWS];
    let mut rests: [&[f32]; ROWS] = [&[]; ROWS];
    for (i, row) in rows.iter().enumerate() {
        let (chunks_of_row, rest) = row.as_chunks::<CHUNK_K>();
        chunks[i] = &chunks_of_row[..panel_chunks.len()];
        rests[i] = &rest[..panel_rest.len()];
    }
    for (idx, panel) in panel_chunks.iter().enumerate() {
        let mut values = [&[0.0; CHUNK_K]; ROWS];
        for (values, chunks) in values.iter_mut().zip(&chunks) {
            *values = &chunks[idx];
        }
        for (k, &panel) in panel.iter().enumerate() {
            let mut column = [0.0; ROWS];
            for (value, row) in column.iter_mut().zip(&values) {
                *value = row[k];
            }
            step(simd, column, panel, &mut acc);
        }
    }
    for (k, &panel) in panel_rest.iter().enumerate() {
        let mut column = [0.0; ROWS];
        for (value, row) in column.iter_mut().zip(&rests) {
            *value = row[k];
        }
        step(simd, column, panel, &mut acc);
    }
    acc
}

/// Inputs between two bounds checks.
const CHUNK_K: usize = 4;

#[inline(always)]
fn step<S: Simd, const ROWS: usize>(
    simd: S,
    values: [f32; ROWS],
    [left, right]: [S::f32s; 2],
    acc: &mut [[S::f32s; 2]; ROWS],
) {
    for (value, acc) in values.into_iter().zip(acc) {
        let value = simd.splat_f32s(value);
        acc[0] = simd.mul_add_f32s(value, left, acc[0]);
        acc[1] = simd.mul_add_f32s(value, right, acc[1]);
    }
}

/// Writes one row of sums, or adds it to what is there.
#[inline(always)]
fn store<S: Simd>(simd: S, acc: [S::f32s; 2], out: &mut [f32], adds: bool) {
    if out.len() == 2 * S::F32_LANES {
        let (vectors, _) = S::as_mut_simd_f32s(out);
        for (vector, acc) in vectors.iter_mut().zip(acc) {
            *vector = if adds { simd.add_f32s(*vector, acc) } else { acc };
        }
        return;
    }
    let mut values = [0.0; 64];
    let (vectors, _) = S::as_mut_simd_f32s(&mut values);
    vectors[0] = acc[0];
    vectors[1] = acc[1];
    for (out, value) in out.iter_mut().zip(values) {
        *out = if adds { *out + value } else { value };
    }
}
