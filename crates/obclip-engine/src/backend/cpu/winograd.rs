//! 3×3 convolutions of step 1 by Winograd's minimal filtering F(2×2, 3×3) (Lavin and Gray, <https://arxiv.org/abs/1509.09308>):
//! four outputs of a tile from sixteen products per channel instead of thirty-six.
//!
//! A tile is 2×2 outputs and the 4×4 inputs around them. Inputs are transformed tile by tile (`Bᵀ d B`, sums only), the
//! sixteen *planes* of transformed values are multiplied with sixteen planes of transformed weights (`G g Gᵀ`, at load),
//! and the products are transformed back (`Aᵀ m A`). Every output is a sum in an order that depends on the layer
//! alone, as everywhere in this backend; rounding differs from the direct sum's by a few units in the last place.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::matmul::{Packed, Rows, product_here};
use super::{Cpu, CpuTensor};
use crate::backend::{ConvWeights, Dims};

/// Planes of a transformed 4×4 tile.
const PLANES: usize = 16;
/// About how many tiles are transformed at once, for so many channels in and out: wide layers want more tiles for
/// each pass over their weights, narrow ones keep everything in the second-level cache.
fn tiles_at_once(channels: usize) -> usize {
    (channels / 16).clamp(32, 96)
}

/// Fewer channels than that spend their time on the transformation.
const LEAST_CHANNELS: usize = 32;
/// Most channels in × out. Transformed weights take 16/9 of the memory; the layers of Stable Diffusion beyond this hold six
/// sevenths of all 3×3 weights (measured: over 2 GiB more for both models of a pair) and do two fifths of the 3×3 work.
const MOST_PAIRS: usize = 1280 * 1024;

/// Whether a convolution is packed for this algorithm.
pub(super) fn is_faster(lanes: usize, weights: &ConvWeights) -> bool {
    let &[c_out, c_in, 3, 3] = weights.weight.shape() else { return false };
    let whole = |channels: usize| channels >= LEAST_CHANNELS && channels.is_multiple_of(lanes);
    weights.stride == 1
        && weights.padding == 1
        && whole(c_in)
        && whole(c_out)
        && c_in * c_out <= MOST_PAIRS
}

/// Transformed weights, plane by plane.
pub struct Winograd {
    planes: Vec<Packed>,
    bias: Vec<f32>,
    c_in: usize,
    c_out: usize,
}

impl Winograd {
    /// Transforms and packs. The weight is (C_out, C_in, 3, 3).
    pub(super) fn new(lanes: usize, weights: ConvWeights) -> Self {
        let (c_out, c_in) = (weights.weight.shape()[0], weights.weight.shape()[1]);
        let width = 2 * lanes;
        let mut planes = vec![vec![0.0; c_out.div_ceil(width) * c_in * width]; PLANES];
        for (idx, taps) in weights.weight.data().as_chunks::<9>().0.iter().enumerate() {
            let (output, input) = (idx / c_in, idx % c_in);
            let place = (output / width * c_in + input) * width + output % width;
            for (plane, value) in planes.iter_mut().zip(transform_weights(taps)) {
                plane[place] = value;
            }
        }
        let pack = |panels| Packed::from_panels(width, [c_in, c_out], panels);
        let bias = weights.bias.map_or_else(|| vec![0.0; c_out], crate::Tensor::into_data);
        Self { planes: planes.into_iter().map(pack).collect(), bias, c_in, c_out }
    }

    /// The convolution: as many positions as `x` has.
    pub(super) fn run(&self, cpu: &Cpu, x: &CpuTensor) -> CpuTensor {
        assert_eq!(x.dims.c, self.c_in, "input channels");
        let dims = Dims { c: self.c_out, ..x.dims };
        let grid = Grid { h: dims.h, w: dims.w };
        let n_strips = dims.n * grid.strips();
        let strips = (tiles_at_once(self.c_in + self.c_out) / grid.tiles_per_strip().max(1)).max(1);
        let strips = strips.min(n_strips.div_ceil(cpu.threads.count())).max(1);
        let mut out = vec![0.0; dims.len()];
        let mut parts = Vec::new();
        let mut rest = out.as_mut_slice();
        for first in (0..n_strips).step_by(strips) {
            let strips = first..n_strips.min(first + strips);
            let lines = grid.line(strips.end) - grid.line(strips.start);
            let (part, after) = rest.split_at_mut(lines * dims.w * dims.c);
            rest = after;
            parts.push(Part { conv: self, x, grid, strips, out: part });
        }
        cpu.threads.map(parts, |part| cpu.arch.dispatch(part));
        CpuTensor::new(dims, out)
    }
}

/// `G g Gᵀ`
fn transform_weights(taps: &[f32; 9]) -> [f32; PLANES] {
    // Rows of G: (1, 0, 0), (½, ½, ½), (½, −½, ½), (0, 0, 1).
    let line = |[a, b, c]: [f64; 3]| [a, (a + b + c) / 2.0, (a - b + c) / 2.0, c];
    let tap = |y: usize, x: usize| f64::from(taps[3 * y + x]);
    let columns: [[f64; 4]; 3] = std::array::from_fn(|x| line([tap(0, x), tap(1, x), tap(2, x)]));
    let mut planes = [0.0; PLANES];
    for y in 0..4 {
        for (x, value) in line([columns[0][y], columns[1][y], columns[2][y]]).iter().enumerate() {
            planes[4 * y + x] = *value as f32;
        }
    }
    planes
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
        self.h.div_ceil(2)
    }

    fn tiles_per_strip(self) -> usize {
        self.w.div_ceil(2)
    }

    /// The first line of pixels of a strip, counted through all rows.
    fn line(self, strip: usize) -> usize {
        let (row, strip) = (strip / self.strips().max(1), strip % self.strips().max(1));
        row * self.h + 2 * strip
    }
}

/// Some strips: the unit of work.
struct Part<'a> {
    conv: &'a Winograd,
    x: &'a CpuTensor,
    grid: Grid,
    strips: Range<usize>,
    /// The strips' lines of the output.
    out: &'a mut [f32],
}

impl WithSimd for Part<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Winograd { planes, bias, c_in, c_out } = self.conv;
        let n_tiles = self.strips.len() * self.grid.tiles_per_strip();
        let mut inputs = vec![0.0; PLANES * n_tiles * c_in];
        self.transform_inputs(simd, n_tiles, &mut inputs);
        let mut products = vec![0.0; PLANES * n_tiles * c_out];
        let planes_of = inputs.chunks_exact(n_tiles * c_in);
        for ((plane, data), out) in
            planes.iter().zip(planes_of).zip(products.chunks_exact_mut(n_tiles * c_out))
        {
            let source = Rows { data, stride: *c_in };
            product_here(simd, &source, 0..n_tiles, plane, out);
        }
        drop(inputs);
        self.transform_products(simd, n_tiles, &products, bias);
    }
}

impl Part<'_> {
    /// `Bᵀ d B` of every tile and channel: (plane, tile, channel).
    #[inline(always)]
    fn transform_inputs<S: Simd>(&self, simd: S, n_tiles: usize, planes: &mut [f32]) {
        let Dims { c, h, w, .. } = self.x.dims;
        let zeros = vec![0.0; c];
        for tile in 0..n_tiles {
            let strip = self.strips.start + tile / self.grid.tiles_per_strip();
            let (row, y) = (strip / self.grid.strips(), 2 * (strip % self.grid.strips()));
            let x = 2 * (tile % self.grid.tiles_per_strip());
            // The 4×4 pixels around the tile's four; those outside the image are zero.
            let pixels: [&[f32]; PLANES] = std::array::from_fn(|idx| {
                // Wraps far beyond the image above its first line and left of its first column.
                let (y, x) = ((y + idx / 4).wrapping_sub(1), (x + idx % 4).wrapping_sub(1));
                match y < h && x < w {
                    true => &self.x.data[((row * h + y) * w + x) * c..][..c],
                    false => zeros.as_slice(),
                }
            });
            let pixels = pixels.map(|pixel| S::as_simd_f32s(pixel).0);
            for group in 0..c / S::F32_LANES {
                let values = forth(simd, pixels.map(|pixel| pixel[group]));
                for (plane, value) in values.into_iter().enumerate() {
                    let start = (plane * n_tiles + tile) * c + group * S::F32_LANES;
                    let out = &mut planes[start..start + S::F32_LANES];
                    S::as_mut_simd_f32s(out).0[0] = value;
                }
            }
        }
    }

    /// `Aᵀ m A` of every tile and channel, plus bias, to the pixels of the output that exist.
    #[inline(always)]
    fn transform_products<S: Simd>(self, simd: S, n_tiles: usize, products: &[f32], bias: &[f32]) {
        let (c, Grid { h, w }) = (self.conv.c_out, self.grid);
        let first_line = self.grid.line(self.strips.start);
        let (bias, _) = S::as_simd_f32s(bias);
        for tile in 0..n_tiles {
            let strip = self.strips.start + tile / self.grid.tiles_per_strip();
            let y = 2 * (strip % self.grid.strips());
            let x = 2 * (tile % self.grid.tiles_per_strip());
            let line = self.grid.line(strip) - first_line;
            let planes: [&[S::f32s]; PLANES] = std::array::from_fn(|plane| {
                S::as_simd_f32s(&products[(plane * n_tiles + tile) * c..][..c]).0
            });
            for (group, &bias) in bias.iter().enumerate() {
                let values = back(simd, planes.map(|plane| plane[group]));
                for (idx, value) in values.into_iter().enumerate() {
                    let (dy, dx) = (idx / 2, idx % 2);
                    if y + dy < h && x + dx < w {
                        let start = ((line + dy) * w + x + dx) * c + group * S::F32_LANES;
                        let out = &mut self.out[start..start + S::F32_LANES];
                        S::as_mut_simd_f32s(out).0[0] = simd.add_f32s(value, bias);
                    }
                }
            }
        }
    }
}

/// `Bᵀ d B`
#[inline(always)]
fn forth<S: Simd>(simd: S, d: [S::f32s; PLANES]) -> [S::f32s; PLANES] {
    let column = |x: usize| forth_line(simd, [d[x], d[4 + x], d[8 + x], d[12 + x]]);
    let columns = [column(0), column(1), column(2), column(3)];
    let row = |y: usize| forth_line(simd, columns.map(|column| column[y]));
    let rows = [row(0), row(1), row(2), row(3)];
    std::array::from_fn(|idx| rows[idx / 4][idx % 4])
}

/// Rows of Bᵀ: (1, 0, −1, 0), (0, 1, 1, 0), (0, −1, 1, 0), (0, 1, 0, −1).
#[inline(always)]
fn forth_line<S: Simd>(simd: S, [a, b, c, d]: [S::f32s; 4]) -> [S::f32s; 4] {
    [simd.sub_f32s(a, c), simd.add_f32s(b, c), simd.sub_f32s(c, b), simd.sub_f32s(b, d)]
}

/// `Aᵀ m A`
#[inline(always)]
fn back<S: Simd>(simd: S, m: [S::f32s; PLANES]) -> [S::f32s; 4] {
    let column = |x: usize| back_line(simd, [m[x], m[4 + x], m[8 + x], m[12 + x]]);
    let columns = [column(0), column(1), column(2), column(3)];
    let row = |y: usize| back_line(simd, columns.map(|column| column[y]));
    let rows = [row(0), row(1)];
    [rows[0][0], rows[0][1], rows[1][0], rows[1][1]]
}

/// Rows of Aᵀ: (1, 1, 1, 0), (0, 1, −1, −1).
#[inline(always)]
fn back_line<S: Simd>(simd: S, [a, b, c, d]: [S::f32s; 4]) -> [S::f32s; 2] {
    let sum = simd.add_f32s(simd.add_f32s(a, b), c);
    [sum, simd.sub_f32s(simd.sub_f32s(b, c), d)]
}
