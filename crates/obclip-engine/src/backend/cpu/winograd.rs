//! 3×3 convolutions of step 1 by Winograd's minimal filtering F(4×4, 3×3) (Lavin and Gray, <https://arxiv.org/abs/1509.09308>):
//! the sixteen outputs of a tile from thirty-six products per channel instead of a hundred and forty-four.
//!
//! A tile is 4×4 outputs and the 6×6 inputs around them. Inputs are transformed tile by tile (`Bᵀ d B`), the thirty-six *planes*
//! of transformed values are multiplied with as many planes of transformed weights (`G g Gᵀ`), and the products are
//! transformed back (`Aᵀ m A`). Weights are kept as the direct convolution has them and transformed while they are used, a
//! block of channels and a panel of outputs at a time: four times as many would neither fit into memory nor be read as fast
//! as they are made.
//!
//! With the instruction of AVX512_BF16 wide layers' tiles and weights are rounded once they are transformed, and the planes are multiplied in
//! pairs ([`super::bf16::Dots`]); transformations and sums stay f32.
//!
//! The points are 0, ±1/√2, ±√2 and ∞: on random data their rounding is within twice the direct sum's, where the usual
//! 0, ±1, ±2, ∞ have four times as much (`results/engine`). Every output is a sum in an order that depends on the layer alone, as
//! everywhere in this backend.

use std::f32::consts::{FRAC_1_SQRT_2, SQRT_2};
use std::ops::Range;

use pulp::bytemuck::{cast_slice, cast_slice_mut};
use pulp::{Simd, WithSimd};

use super::bf16::{Beside, Dots, Place, Rows, round};
use super::conv::Direct;
use super::epilogue::Epilogue;
use super::image::Image;
use super::matmul::{Left, Packed, Start, Sums, multiply};
use super::{Cpu, CpuTensor};
use crate::backend::Dims;

/// Outputs along a side of a tile.
const SIDE: usize = 4;
/// Inputs along a side of a tile.
const AROUND: usize = 6;
const PLANES: usize = AROUND * AROUND;
const TAPS: usize = 9;
/// Most tiles at once: with a panel's weights and products they stay in the second-level cache.
const MOST_TILES: usize = 96;
/// Fewer tiles than that are not shared out among threads, their outputs are.
const LEAST_TILES: usize = 24;
/// Most channels at once, see [`MOST_TILES`].
const BLOCK_CHANNELS: usize = 64;
/// Between two planes, so that a value of each does not lie in the same set of the first-level cache.
const GAP: usize = 16;
/// Outputs of a panel of rounded pairs.
const PANEL: usize = 16;
/// Fewer channels than that spend their time on the transformation.
const LEAST_CHANNELS: usize = 32;
/// Where channels on both sides are at least so many, planes may be rounded. Narrower networks gain less and are hurt more: of 30
/// pictures of the embedded pair, two changed visibly (`results/engine`).
const LEAST_ROUNDED: usize = 320;
/// A smaller image has more of a tile outside than inside.
const LEAST_LENGTH: usize = 3;

/// Values that one worker holds beside its tiles, where layers have at most so many channels: a panel's weights, transformed.
pub(crate) fn worker_values(channels: u64) -> u64 {
    match channels < LEAST_CHANNELS as u64 {
        true => 0,
        false => (PLANES * (BLOCK_CHANNELS + 1) * WIDEST) as u64,
    }
}

/// Outputs of a panel with the widest vectors.
const WIDEST: usize = 32;

/// Values of the transformed tiles of one image with so many channels, and of their products.
pub(crate) fn tile_values([h, w]: [u64; 2], channels: u64) -> u64 {
    if channels < LEAST_CHANNELS as u64 {
        return 0;
    }
    let n_tiles = h.div_ceil(SIDE as u64) * w.div_ceil(SIDE as u64);
    PLANES as u64 * n_tiles * (channels + WIDEST as u64)
}

/// The most that one worker holds of them, however many rows there are.
pub(crate) fn most_tile_values(w: u64, channels: u64) -> u64 {
    let n_tiles = MOST_TILES as u64 + w.div_ceil(SIDE as u64);
    PLANES as u64 * n_tiles * (channels + WIDEST as u64)
}

/// Whether a convolution may be run by this algorithm: a function of the layer alone.
pub(super) fn applies(lanes: usize, [c_in, c_out]: [usize; 2], shape: [usize; 3]) -> bool {
    let whole = |channels: usize| channels >= LEAST_CHANNELS && channels.is_multiple_of(lanes);
    shape == [3, 1, 1] && whole(c_in) && whole(c_out)
}

/// Whether it is faster for an image of this size.
pub(super) fn is_faster(h: usize, w: usize) -> bool {
    h >= LEAST_LENGTH && w >= LEAST_LENGTH
}

/// The convolution: as many positions as the image has.
pub(super) fn run(cpu: &Cpu, image: Image<'_>, conv: &Direct, epilogue: Epilogue<'_>) -> CpuTensor {
    let weights = conv.packed();
    let dims = Dims { c: weights.n_out(), ..image.dims };
    let grid = Grid { h: dims.h, w: dims.w };
    let n_threads = cpu.threads.count();
    let n_tiles = dims.n * grid.strips() * grid.tiles_per_strip();
    let n_parts = n_tiles.div_ceil(MOST_TILES).max(n_threads.min(n_tiles / LEAST_TILES)).max(1);
    let n_strips = (dims.n * grid.strips()).div_ceil(n_parts);
    let whole = Part { image, grid, strips: 0..dims.n * grid.strips(), c_out: dims.c };
    let cut = Cut { whole, n_strips: n_strips.max(1) };
    let mut out = cpu.buffers.take(dims.len());
    let is_wide = image.dims.c.min(weights.n_out()) >= LEAST_ROUNDED;
    let dots = cpu.dots().filter(|_| is_wide && weights.width().is_multiple_of(PANEL));
    let layer = Layer { weights, epilogue, dots };
    match cut.n_parts() >= n_threads {
        true => whole_parts(cpu, layer, &cut, &mut out),
        false => shared_parts(cpu, layer, &cut, &mut out),
    }
    CpuTensor::new(dims, out)
}

/// What outputs are made with.
#[derive(Clone, Copy)]
struct Layer<'a> {
    weights: &'a Packed,
    epilogue: Epilogue<'a>,
    /// What multiplies rounded planes; else they are f32.
    dots: Option<Dots>,
}

impl Layer<'_> {
    /// Values of four bytes that so many values of a plane take.
    #[inline(always)]
    fn words(&self, n_values: usize) -> usize {
        if self.dots.is_some() { n_values / 2 } else { n_values }
    }

    fn c_in(&self) -> usize {
        self.weights.n_in() / TAPS
    }
}

/// An image in parts of so many strips.
struct Cut<'a> {
    whole: Part<'a>,
    n_strips: usize,
}

impl<'a> Cut<'a> {
    fn n_parts(&self) -> usize {
        self.whole.strips.len().div_ceil(self.n_strips)
    }

    fn part(&self, idx: usize) -> Part<'a> {
        let strips = idx * self.n_strips;
        let strips = strips..self.whole.strips.end.min(strips + self.n_strips);
        Part { strips, ..self.whole.clone() }
    }

    fn parts(&self) -> impl Iterator<Item = Part<'a>> + Clone {
        (0..self.n_parts()).map(|idx| self.part(idx))
    }
}

/// Every task transforms some tiles and makes all of their outputs, where they belong.
fn whole_parts(cpu: &Cpu, layer: Layer<'_>, cut: &Cut<'_>, mut out: &mut [f32]) {
    let tasks = cut.parts().map(|part| {
        let (own, rest) = std::mem::take(&mut out).split_at_mut(part.len());
        out = rest;
        (part, own)
    });
    cpu.threads.each(tasks, |(part, out)| {
        let mut tiles = cpu.buffers.take(Tiles::values(&part, layer, cpu.lanes));
        cpu.arch.dispatch(Forth { part: &part, layer, tiles: &mut tiles });
        let (panels, columns) = (0..layer.weights.n_panels(), part.c_out);
        make_outputs(cpu, (&part, &tiles), layer, panels, (out, columns));
    });
}

/// Few tiles: they are transformed once, and every task makes some outputs of all of them.
fn shared_parts(cpu: &Cpu, layer: Layer<'_>, cut: &Cut<'_>, out: &mut [f32]) {
    let weights = layer.weights;
    // The first part is the largest.
    let most = Tiles::values(&cut.part(0), layer, cpu.lanes);
    let mut all_tiles = cpu.buffers.take(cut.n_parts() * most);
    cpu.threads.each_chunk(&mut all_tiles, most, |idx, tiles| {
        cpu.arch.dispatch(Forth { part: &cut.part(idx), layer, tiles });
    });
    let n_groups = cpu.threads.count().div_ceil(cut.n_parts()).min(weights.n_panels());
    let group = weights.n_panels().div_ceil(n_groups);
    let mut apart = cpu.buffers.take(out.len());
    cpu.threads.each(pieces(cut, &all_tiles, weights, group, &mut apart), |piece| {
        let columns = weights.columns(&piece.panels).len();
        make_outputs(cpu, (&piece.part, piece.tiles), layer, piece.panels, (piece.out, columns));
    });
    for piece in pieces(cut, &all_tiles, weights, group, &mut apart) {
        let columns = weights.columns(&piece.panels);
        for (idx, values) in piece.out.chunks_exact(columns.len()).enumerate() {
            let start = (piece.part.first_pixel() + idx) * weights.n_out();
            out[start + columns.start..start + columns.end].copy_from_slice(values);
        }
    }
}

/// Some outputs of a part.
struct Piece<'a, 'b> {
    part: Part<'a>,
    tiles: &'a [f32],
    panels: Range<usize>,
    out: &'b mut [f32],
}

/// Every part's outputs in groups of so many panels, one behind another in `apart`.
fn pieces<'a, 'b>(
    cut: &'a Cut<'a>,
    all_tiles: &'a [f32],
    weights: &'a Packed,
    group: usize,
    mut apart: &'b mut [f32],
) -> impl Iterator<Item = Piece<'a, 'b>> {
    let tiles = all_tiles.chunks(all_tiles.len() / cut.n_parts());
    let groups = (0..weights.n_panels()).step_by(group);
    let panels = groups.map(move |first| first..weights.n_panels().min(first + group));
    let places = cut.parts().zip(tiles).flat_map(move |(part, tiles)| {
        panels.clone().map(move |panels| (part.clone(), tiles, panels))
    });
    places.map(move |(part, tiles, panels)| {
        let len = part.len() / part.c_out * weights.columns(&panels).len();
        let (out, rest) = std::mem::take(&mut apart).split_at_mut(len);
        apart = rest;
        Piece { part, tiles, panels, out }
    })
}

/// Some panels of outputs of all tiles of a part, so many columns from pixel to pixel.
fn make_outputs(
    cpu: &Cpu,
    (part, tiles): (&Part<'_>, &[f32]),
    layer: Layer<'_>,
    panels: Range<usize>,
    (out, columns): (&mut [f32], usize),
) {
    let work: usize = Outputs::work_lens(part, layer, cpu.lanes).iter().sum();
    let work = &mut cpu.buffers.take(work);
    cpu.arch.dispatch(Outputs { part, tiles, layer, panels, out, columns, work });
}

/// How an image falls into tiles. A *strip* is a line of tiles; the strips of all rows of a batch are numbered through.
#[derive(Clone, Copy)]
struct Grid {
    h: usize,
    w: usize,
}

impl Grid {
    /// Strips of one row of the batch.
    fn strips(self) -> usize {
        self.h.div_ceil(SIDE)
    }

    fn tiles_per_strip(self) -> usize {
        self.w.div_ceil(SIDE)
    }

    /// The first line of pixels of a strip, counted through all rows.
    fn line(self, strip: usize) -> usize {
        let (row, strip) = (strip / self.strips().max(1), strip % self.strips().max(1));
        row * self.h + SIDE * strip
    }
}

/// Some strips.
#[derive(Clone)]
struct Part<'a> {
    image: Image<'a>,
    grid: Grid,
    strips: Range<usize>,
    c_out: usize,
}

impl Part<'_> {
    fn n_tiles(&self) -> usize {
        self.strips.len() * self.grid.tiles_per_strip()
    }

    /// Of its output, counted through all rows of the batch.
    fn first_pixel(&self) -> usize {
        self.grid.line(self.strips.start) * self.grid.w
    }

    /// Values of its output.
    fn len(&self) -> usize {
        (self.grid.line(self.strips.end) * self.grid.w - self.first_pixel()) * self.c_out
    }

    /// A tile's row of the batch and the line and column of its first pixel.
    fn place(&self, tile: usize) -> (usize, usize, usize) {
        let strip = self.strips.start + tile / self.grid.tiles_per_strip();
        let y = SIDE * (strip % self.grid.strips());
        (strip / self.grid.strips(), y, SIDE * (tile % self.grid.tiles_per_strip()))
    }
}

/// Channels in blocks that are as equal as can be, in whole vectors: a function of the layer alone.
fn blocks(c_in: usize, lanes: usize) -> impl Iterator<Item = Range<usize>> {
    let block = c_in.div_ceil(c_in.div_ceil(BLOCK_CHANNELS).max(1)).next_multiple_of(lanes).max(1);
    (0..c_in).step_by(block).map(move |first| first..c_in.min(first + block))
}

/// The thirty-six planes of transformed values, one behind another; so many from the start of one to the next.
fn plane_stride(len: usize) -> usize {
    len + GAP
}

/// Values of all planes.
fn planes_len(len: usize) -> usize {
    PLANES * plane_stride(len)
}

/// Transformed tiles: zeros for pixels outside, then for each block of channels planes of (tile, channel).
struct Tiles;

impl Tiles {
    /// How many values they are.
    fn values(part: &Part<'_>, layer: Layer<'_>, lanes: usize) -> usize {
        let words = |block: Range<usize>| layer.words(part.n_tiles() * block.len());
        let planes = blocks(layer.c_in(), lanes).map(|block| planes_len(words(block)));
        layer.c_in() + planes.sum::<usize>()
    }
}

/// `Bᵀ d B` of every tile and channel.
struct Forth<'a> {
    part: &'a Part<'a>,
    layer: Layer<'a>,
    /// At least [`Tiles::values`].
    tiles: &'a mut [f32],
}

impl WithSimd for Forth<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Self { part, layer, tiles } = self;
        let (n_tiles, c_in) = (part.n_tiles(), layer.c_in());
        let (zeros, tiles) = tiles.split_at_mut(c_in);
        zeros.fill(0.0);
        let zeros = &*zeros;
        let Dims { h, w, .. } = part.image.dims;
        for tile in 0..n_tiles {
            let (row, y, x) = part.place(tile);
            // The 6×6 pixels around the tile's sixteen; those outside the image are zero.
            let pixels: [[&[f32]; AROUND]; AROUND] = std::array::from_fn(|dy| {
                std::array::from_fn(|dx| {
                    // Wraps far beyond the image above its first line and left of its first column.
                    let (y, x) = ((y + dy).wrapping_sub(1), (x + dx).wrapping_sub(1));
                    match y < h && x < w {
                        true => part.image.pixel(row, y, x),
                        false => zeros,
                    }
                })
            });
            let mut rest = &mut *tiles;
            for block in blocks(c_in, S::F32_LANES) {
                let stride = plane_stride(layer.words(n_tiles * block.len()));
                let (planes, behind) = std::mem::take(&mut rest).split_at_mut(PLANES * stride);
                rest = behind;
                for channel in block.clone().step_by(S::F32_LANES) {
                    let mut columns = [[simd.splat_f32s(0.0); AROUND]; AROUND];
                    for (x, column) in columns.iter_mut().enumerate() {
                        let mut line = *column;
                        for (value, pixels) in line.iter_mut().zip(&pixels) {
                            *value = load::<S>(&pixels[x][channel..]);
                        }
                        *column = forth(simd, line);
                    }
                    let start = tile * block.len() + channel - block.start;
                    let mut planes = planes.chunks_exact_mut(stride);
                    for y in 0..AROUND {
                        let values = forth(simd, across(&columns, y));
                        for (value, plane) in values.into_iter().zip(&mut planes) {
                            match layer.dots {
                                Some(_) => put_rounded::<S>(cast_slice_mut(plane), start, value),
                                None => put::<S>(&mut plane[start..], value),
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Some panels of outputs of all tiles of a part.
struct Outputs<'a> {
    part: &'a Part<'a>,
    tiles: &'a [f32],
    layer: Layer<'a>,
    panels: Range<usize>,
    /// The part's pixels, `columns` values each, the first of the first panel.
    out: &'a mut [f32],
    columns: usize,
    /// As long as [`Self::work_lens`] say.
    work: &'a mut [f32],
}

impl WithSimd for Outputs<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let weights = self.layer.weights;
        let (n_tiles, width) = (self.part.n_tiles(), weights.width());
        let c_in = self.layer.c_in();
        let lens = Self::work_lens(self.part, self.layer, S::F32_LANES);
        let (kept, work) = std::mem::take(&mut self.work).split_at_mut(lens[0]);
        let (transformed, wide) = work.split_at_mut(lens[1]);
        let layer = self.layer;
        let words = |n_values| plane_stride(layer.words(n_values));
        for panel in self.panels.clone() {
            let mut tiles = &self.tiles[c_in..];
            for block in blocks(c_in, S::F32_LANES) {
                let (n_inputs, first) = (block.len(), block.start == 0);
                let strides = [n_inputs * width, n_tiles * n_inputs].map(words);
                let transformed = &mut transformed[..PLANES * strides[0]];
                let taps = Taps::new(weights, panel, block, wide);
                match self.layer.dots {
                    Some(_) => taps.transform_to_pairs(simd, transformed),
                    None => taps.transform(simd, transformed),
                }
                let (planes, rest) = tiles.split_at(PLANES * strides[1]);
                tiles = rest;
                let planes =
                    transformed.chunks_exact(strides[0]).zip(planes.chunks_exact(strides[1]));
                let kept = kept.chunks_exact_mut(plane_stride(n_tiles * width));
                for ((weights, data), out) in planes.zip(kept) {
                    if let Some(dots) = self.layer.dots {
                        let n_pairs = n_inputs / 2;
                        let pairs = cast_slice(data);
                        let rows = Rows { pairs, stride: n_pairs, n_rows: n_tiles, n_pairs };
                        let beside = Beside { pairs: cast_slice(weights), stride: n_pairs * PANEL };
                        let (stride, n_columns) = (width, width);
                        let place = Place { out, stride, n_columns, adds: !first };
                        dots.multiply_rows(rows, beside, place);
                        continue;
                    }
                    let left = Left { data, stride: n_inputs, n_rows: n_tiles, n_inputs };
                    let sums = Sums { out, stride: width, n_columns: width };
                    let start = if first { Start::Zero } else { Start::Add };
                    multiply(simd, left, &weights[..n_inputs * width], sums, start);
                }
            }
            self.transform_products(simd, panel, kept);
        }
    }
}

impl Outputs<'_> {
    /// What is worked in: planes of products, planes of a block of a panel's weights, and those before they are transformed.
    #[inline(always)]
    fn work_lens(part: &Part<'_>, layer: Layer<'_>, lanes: usize) -> [usize; 3] {
        let (weights, width) = (layer.weights, layer.weights.width());
        let most = blocks(layer.c_in(), lanes).map(|block| block.len()).max().unwrap_or(0);
        let wide = TAPS * weights.scratch_len(most);
        [planes_len(part.n_tiles() * width), planes_len(layer.words(most * width)), wide]
    }
}

impl Outputs<'_> {
    /// `Aᵀ m A` of every tile and of the panel's outputs, plus bias and what follows, to the pixels that exist.
    #[inline(always)]
    fn transform_products<S: Simd>(&mut self, simd: S, panel: usize, products: &[f32]) {
        let Layer { weights, epilogue, .. } = self.layer;
        let (n_tiles, width) = (self.part.n_tiles(), weights.width());
        let Grid { h, w } = self.part.grid;
        let part_pixel = self.part.first_pixel();
        let first = (panel - self.panels.start) * width;
        let n_columns = width.min(self.columns - first);
        let bias = weights.bias(panel);
        let others = epilogue.values();
        for tile in 0..n_tiles {
            let (row, y, x) = self.part.place(tile);
            let first_pixel = (row * h + y) * w + x - part_pixel;
            for column in (0..n_columns).step_by(S::F32_LANES) {
                let mut lines = [[simd.splat_f32s(0.0); SIDE]; AROUND];
                let mut planes = products.chunks_exact(plane_stride(n_tiles * width));
                for values in &mut lines {
                    let mut line = [simd.splat_f32s(0.0); AROUND];
                    for (value, plane) in line.iter_mut().zip(&mut planes) {
                        *value = load::<S>(&plane[tile * width + column..]);
                    }
                    *values = back(simd, line);
                }
                let bias = load::<S>(&bias[column..]);
                let output = panel * width + column;
                let channels = epilogue.channels::<S>(part_pixel + first_pixel, output);
                for dx in 0..SIDE.min(w - x) {
                    let values = back(simd, across(&lines, dx));
                    for (dy, value) in values.into_iter().enumerate().take(h - y) {
                        let pixel = first_pixel + dy * w + dx;
                        let mut value = simd.add_f32s(value, bias);
                        if let Some(channels) = channels {
                            value = simd.add_f32s(value, channels);
                        }
                        if let Some(others) = others {
                            let start = (part_pixel + pixel) * weights.n_out() + output;
                            value = simd.add_f32s(value, load::<S>(&others[start..]));
                        }
                        let start = pixel * self.columns + first + column;
                        let out = &mut self.out[start..start + S::F32_LANES];
                        put::<S>(out, value);
                        epilogue.activate_all(out);
                    }
                }
            }
        }
    }
}

/// Some channels of a panel's weights: for each tap (channel, output).
struct Taps<'a> {
    taps: [&'a [f32]; TAPS],
    width: usize,
}

impl<'a> Taps<'a> {
    #[inline(always)]
    fn new(weights: &'a Packed, panel: usize, channels: Range<usize>, wide: &'a mut [f32]) -> Self {
        let (width, len, c_in) = (weights.width(), channels.len(), weights.n_in() / TAPS);
        let mut taps: [&[f32]; TAPS] = [&[]; TAPS];
        let mut rest = wide;
        for (tap, values) in taps.iter_mut().enumerate() {
            let (wide, behind) = rest.split_at_mut(weights.scratch_len(len));
            rest = behind;
            let inputs = tap * c_in + channels.start..tap * c_in + channels.end;
            *values = weights.panel(panel, inputs, wide);
        }
        Self { taps, width }
    }

    /// `G g Gᵀ`: (plane, channel, output).
    #[inline(always)]
    fn transform<S: Simd>(&self, simd: S, planes: &mut [f32]) {
        let len = self.taps[0].len();
        for start in (0..len).step_by(S::F32_LANES) {
            let values = self.spread(simd, start);
            let planes = planes.chunks_exact_mut(plane_stride(len));
            for (value, plane) in values.as_flattened().iter().zip(planes) {
                put::<S>(&mut plane[start..], *value);
            }
        }
    }

    /// The same rounded, in pairs of channels: (plane, panel of sixteen outputs, pair, output).
    #[inline(always)]
    fn transform_to_pairs<S: Simd>(&self, simd: S, planes: &mut [f32]) {
        let (width, n_pairs) = (self.width, self.taps[0].len() / self.width / 2);
        for pair in 0..n_pairs {
            for column in (0..width).step_by(S::F32_LANES) {
                let first = self.spread(simd, 2 * pair * width + column);
                let second = self.spread(simd, (2 * pair + 1) * width + column);
                let values = first.as_flattened().iter().zip(second.as_flattened());
                let start = (column / PANEL * n_pairs + pair) * PANEL + column % PANEL;
                let planes = planes.chunks_exact_mut(plane_stride(n_pairs * width));
                for ((first, second), plane) in values.zip(planes) {
                    put::<S>(&mut plane[start..], rounded_pairs(simd, *first, *second));
                }
            }
        }
    }

    /// All planes of a vector of weights.
    #[inline(always)]
    fn spread<S: Simd>(&self, simd: S, start: usize) -> [[S::f32s; AROUND]; AROUND] {
        let mut columns = [[simd.splat_f32s(0.0); AROUND]; 3];
        for (x, column) in columns.iter_mut().enumerate() {
            let mut line = [simd.splat_f32s(0.0); 3];
            for (y, value) in line.iter_mut().enumerate() {
                *value = load::<S>(&self.taps[3 * y + x][start..]);
            }
            *column = spread(simd, line);
        }
        let mut planes = [[simd.splat_f32s(0.0); AROUND]; AROUND];
        for (y, line) in planes.iter_mut().enumerate() {
            *line = spread(simd, across(&columns, y));
        }
        planes
    }
}

/// Rounds both to bf16, the nearest with ties to even. Weights are numbers, and what comes of them is far from overflow: no care is
/// taken of NaN.
#[inline(always)]
fn rounded_pairs<S: Simd>(simd: S, first: S::f32s, second: S::f32s) -> S::f32s {
    let half = simd.splat_u32s(16);
    let first = simd.wrapping_dyn_shr_u32s(nearest(simd, first), half);
    let second = simd.and_u32s(nearest(simd, second), simd.splat_u32s(0xffff_0000));
    simd.transmute_f32s_u32s(simd.or_u32s(first, second))
}

/// Bits of which the upper half is the nearest bf16.
#[inline(always)]
fn nearest<S: Simd>(simd: S, value: S::f32s) -> S::u32s {
    let bits = simd.transmute_u32s_f32s(value);
    let upper = simd.wrapping_dyn_shr_u32s(bits, simd.splat_u32s(16));
    let odd = simd.and_u32s(upper, simd.splat_u32s(1));
    simd.add_u32s(bits, simd.add_u32s(odd, simd.splat_u32s(0x7fff)))
}

/// Rounds a vector, to halves from `start` on.
#[inline(always)]
fn put_rounded<S: Simd>(halves: &mut [u16], start: usize, value: S::f32s) {
    let mut values = [0.0; 16];
    S::as_mut_simd_f32s(&mut values[..S::F32_LANES]).0[0] = value;
    for (half, value) in halves[start..start + S::F32_LANES].iter_mut().zip(values) {
        *half = round(value);
    }
}

#[inline(always)]
fn load<S: Simd>(values: &[f32]) -> S::f32s {
    S::as_simd_f32s(&values[..S::F32_LANES]).0[0]
}

/// One value of each column.
#[inline(always)]
fn across<V: Copy, const LEN: usize, const COLUMNS: usize>(
    columns: &[[V; LEN]; COLUMNS],
    idx: usize,
) -> [V; COLUMNS] {
    let mut line = [columns[0][0]; COLUMNS];
    for (value, column) in line.iter_mut().zip(columns) {
        *value = column[idx];
    }
    line
}

/// `factor · value`
#[inline(always)]
fn times<S: Simd>(simd: S, factor: f32, value: S::f32s) -> S::f32s {
    simd.mul_f32s(simd.splat_f32s(factor), value)
}

/// `plus + factor · value`
#[inline(always)]
fn add<S: Simd>(simd: S, plus: S::f32s, factor: f32, value: S::f32s) -> S::f32s {
    simd.mul_add_f32s(simd.splat_f32s(factor), value, plus)
}

#[inline(always)]
fn put<S: Simd>(out: &mut [f32], value: S::f32s) {
    S::as_mut_simd_f32s(&mut out[..S::F32_LANES]).0[0] = value;
}

/// G: for a point p of ±1/√2 and ±√2, (1, p, p²) over the product of its distances to the other points.
#[inline(always)]
fn spread<S: Simd>(simd: S, [a, b, c]: [S::f32s; 3]) -> [S::f32s; AROUND] {
    // (1, 1/√2, 1/2) · −2/3
    let near_even = add(simd, times(simd, -2.0 / 3.0, a), -1.0 / 3.0, c);
    let near_odd = times(simd, -2.0 / 3.0 * FRAC_1_SQRT_2, b);
    // (1, √2, 2) · 1/6
    let far_even = add(simd, times(simd, 1.0 / 6.0, a), 1.0 / 3.0, c);
    let far_odd = times(simd, SQRT_2 / 6.0, b);
    [
        a,
        simd.add_f32s(near_even, near_odd),
        simd.sub_f32s(near_even, near_odd),
        simd.add_f32s(far_even, far_odd),
        simd.sub_f32s(far_even, far_odd),
        c,
    ]
}

/// Bᵀ: the coefficients of the polynomial with all points but one as roots.
#[inline(always)]
fn forth<S: Simd>(simd: S, [a, b, c, d, e, f]: [S::f32s; AROUND]) -> [S::f32s; AROUND] {
    let (near_even, far_even) = (add(simd, e, -2.0, c), add(simd, e, -0.5, c));
    let near_odd = times(simd, FRAC_1_SQRT_2, add(simd, d, -2.0, b));
    let far_odd = times(simd, SQRT_2, add(simd, d, -0.5, b));
    [
        add(simd, simd.add_f32s(a, e), -2.5, c),
        simd.add_f32s(near_even, near_odd),
        simd.sub_f32s(near_even, near_odd),
        simd.add_f32s(far_even, far_odd),
        simd.sub_f32s(far_even, far_odd),
        add(simd, simd.add_f32s(b, f), -2.5, d),
    ]
}

/// Aᵀ: powers of the points, 0 to 3.
#[inline(always)]
fn back<S: Simd>(simd: S, [a, b, c, d, e, f]: [S::f32s; AROUND]) -> [S::f32s; SIDE] {
    let (near_even, near_odd) = (simd.add_f32s(b, c), simd.sub_f32s(b, c));
    let (far_even, far_odd) = (simd.add_f32s(d, e), simd.sub_f32s(d, e));
    [
        simd.add_f32s(simd.add_f32s(a, near_even), far_even),
        add(simd, times(simd, SQRT_2, far_odd), FRAC_1_SQRT_2, near_odd),
        add(simd, times(simd, 2.0, far_even), 0.5, near_even),
        simd.add_f32s(
            add(simd, times(simd, 2.0 * SQRT_2, far_odd), 0.5 * FRAC_1_SQRT_2, near_odd),
            f,
        ),
    ]
}
