//! Linear layers and convolutions: tiles of rows times all panels.
//!
//! A convolution reads a rounded copy of its image with a border of zeros. There the sixteen windows of a tile begin at even
//! distances, also across the end of a line of pixels: what a tile makes between two lines is dropped.

use std::ops::Range;

use pulp::{Simd, WithSimd};

use super::super::elementwise::gate;
use super::super::epilogue::Epilogue;
use super::super::image::Image;
use super::super::matmul::After;
use super::super::{Cpu, CpuTensor};
use super::kernel::{Left, NO_SUMS, Sums, multiply};
use super::{Multiplier, Panels, SIDE, STEP, round_into};
use crate::backend::{ConvWeights, Dims};

/// Tiles of a task: their inputs and a pair of panels stay in the second-level cache.
const TASK_TILES: usize = 16;

/// `W x + b` at every position, and what comes after.
pub(in super::super) fn linear(
    cpu: &Cpu,
    x: &CpuTensor,
    weights: &Panels,
    after: After<'_>,
) -> CpuTensor {
    let n_rows = x.n_positions();
    let source = Source::Rows { values: &x.data, c: x.dims.c };
    let lines = [Line { start: 0, len: n_rows, pitch: usize::MAX, width: n_rows, first_out: 0 }];
    let stride = weights.n_steps() * SIDE;
    let offsets: Vec<usize> = (0..weights.n_steps()).map(|step| step * SIDE).collect();
    let product = Product { source, weights, stride, offsets, after, multiplier: cpu.multiplier() };
    let dims = Dims { c: product.n_out(), ..x.dims };
    after.check(dims);
    CpuTensor::new(dims, product.run(cpu, &lines, n_rows))
}

/// Weights of windows of any size and step.
pub struct Bf16Conv {
    panels: Panels,
    c_in: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
}

impl Bf16Conv {
    pub(in super::super) fn new(cpu: &Cpu, weights: ConvWeights) -> Self {
        let &[c_out, c_in, kernel, _] = weights.weight.shape() else {
            panic!("a convolution's weight has four axes")
        };
        let (n_taps, steps_per_tap) = (kernel * kernel, c_in.div_ceil(STEP));
        let at = |output: usize, step: usize, input: usize| {
            let (tap, channel) = (step / steps_per_tap, step % steps_per_tap * STEP + input);
            match channel < c_in {
                true => weights.weight.data()[(output * c_in + channel) * n_taps + tap],
                false => 0.0,
            }
        };
        let panels = Panels::new(cpu, c_out, n_taps * steps_per_tap, at, weights.bias);
        Self { panels, c_in, kernel, stride: weights.stride, padding: weights.padding }
    }

    /// Sizes of what becomes of an image.
    pub(in super::super) fn out_dims(&self, image: Dims) -> Dims {
        assert_eq!(image.c, self.c_in, "input channels");
        let size = |length: usize| (length + 2 * self.padding - self.kernel) / self.stride + 1;
        Dims { n: image.n, c: self.panels.n_out(), h: size(image.h), w: size(image.w) }
    }

    pub(in super::super) fn run(
        &self,
        cpu: &Cpu,
        image: Image<'_>,
        epilogue: Epilogue<'_>,
    ) -> CpuTensor {
        let dims = self.out_dims(image.dims);
        let bordered = Bordered::new(cpu, image, self);
        let pixel = bordered.pixel;
        let offsets = (0..self.panels.n_steps()).map(|step| {
            let (tap, step) = (step / (pixel / SIDE), step % (pixel / SIDE));
            (tap / self.kernel * bordered.w + tap % self.kernel) * pixel + step * SIDE
        });
        let product = Product {
            source: Source::Pixels(&bordered.pairs),
            weights: &self.panels,
            stride: self.stride * pixel,
            offsets: offsets.collect(),
            after: After::Each(epilogue),
            multiplier: cpu.multiplier(),
        };
        let lines = (0..dims.n).flat_map(|row| self.lines(row, dims, &bordered));
        let lines: Vec<Line> = lines.collect();
        CpuTensor::new(dims, product.run(cpu, &lines, dims.n * dims.positions()))
    }

    /// With step 1 all of an image's windows are one line; with others, a line of pixels each.
    fn lines(&self, row: usize, out: Dims, x: &Bordered) -> impl Iterator<Item = Line> {
        let (h, w, first) = (out.h, out.w, row * out.positions());
        let (n_lines, pitch) = if self.stride == 1 { (1, x.w) } else { (h, usize::MAX) };
        let len = if self.stride == 1 { (h - 1) * x.w + w } else { w };
        let (image, line_pixels, pixel) = (row * x.h * x.w, self.stride * x.w, x.pixel);
        (0..n_lines).map(move |y| Line {
            start: (image + y * line_pixels) * pixel,
            len,
            pitch,
            width: w,
            first_out: first + y * w,
        })
    }
}

/// An image in pairs of rounded values, with zeros around it and enough of them behind it for a last tile.
struct Bordered {
    pairs: Vec<u32>,
    /// With the border.
    h: usize,
    w: usize,
    /// Pairs of one pixel: whole steps.
    pixel: usize,
}

impl Bordered {
    fn new(cpu: &Cpu, image: Image<'_>, conv: &Bf16Conv) -> Self {
        let Dims { n, c, .. } = image.dims;
        let (h, w) = (image.dims.h + 2 * conv.padding, image.dims.w + 2 * conv.padding);
        let pixel = c.div_ceil(STEP) * SIDE;
        let behind = SIDE * conv.stride * pixel;
        let mut pairs = vec![0; n * h * w * pixel + behind];
        let images = n * h * w * pixel;
        cpu.threads.each_chunk(&mut pairs[..images], w * pixel, |line, pairs| {
            let (row, y) = (line / h, line % h);
            let inside = |y: &usize| *y < image.dims.h;
            let Some(y) = y.checked_sub(conv.padding).filter(inside) else { return };
            let inside = conv.padding * pixel..(conv.padding + image.dims.w) * pixel;
            cpu.arch.dispatch(RoundLine { image, row, y, pairs: &mut pairs[inside], pixel });
        });
        Self { pairs, h, w, pixel }
    }
}

/// Rounds a line of an image to pixels of so many pairs.
struct RoundLine<'a> {
    image: Image<'a>,
    row: usize,
    y: usize,
    pairs: &'a mut [u32],
    pixel: usize,
}

impl WithSimd for RoundLine<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        for (x, pairs) in self.pairs.chunks_exact_mut(self.pixel).enumerate() {
            round_into(self.image.pixel(self.row, self.y, x), pairs);
        }
    }
}

/// Rounds rows of `c` values to rows of `stride` pairs.
struct RoundRows<'a> {
    values: &'a [f32],
    c: usize,
    pairs: &'a mut [u32],
    stride: usize,
}

impl WithSimd for RoundRows<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, _: S) {
        let rows = self.values.chunks_exact(self.c).zip(self.pairs.chunks_exact_mut(self.stride));
        for (values, pairs) in rows {
            round_into(values, pairs);
        }
    }
}

/// Positions that tiles go along: `len` of them, of which those beyond `width` in every `pitch` make no output.
#[derive(Clone, Copy)]
struct Line {
    /// Pair that the first one's inputs start at.
    start: usize,
    len: usize,
    pitch: usize,
    width: usize,
    /// Output of the first one, counted through all rows.
    first_out: usize,
}

impl Line {
    /// The output of a position, if it has one; else the next one's.
    fn out(&self, position: usize) -> (usize, bool) {
        let (y, x) = (position / self.pitch, position % self.pitch);
        let is_there = x < self.width && position < self.len;
        (self.first_out + y * self.width + x.min(self.width), is_there)
    }
}

/// Sixteen positions of a line, or those that are left.
#[derive(Clone, Copy)]
struct Tile {
    line: Line,
    first: usize,
}

impl Tile {
    fn first_out(&self) -> usize {
        self.line.out(self.first).0
    }
}

/// Where the left side comes from.
enum Source<'a> {
    /// Rows of `c` values, not rounded yet: every task rounds its own.
    Rows { values: &'a [f32], c: usize },
    /// Rounded pixels.
    Pixels(&'a [u32]),
}

struct Product<'a> {
    source: Source<'a>,
    weights: &'a Panels,
    /// Pairs from one position of a tile to the next.
    stride: usize,
    offsets: Vec<usize>,
    after: After<'a>,
    multiplier: Multiplier,
}

impl Product<'_> {
    /// Outputs, when all is done.
    fn n_out(&self) -> usize {
        self.after.n_out(self.weights.n_out())
    }

    fn is_gated(&self) -> bool {
        matches!(self.after, After::Geglu)
    }

    /// All positions that make an output, times all panels, plus bias, and what comes after: (output position, output).
    fn run(&self, cpu: &Cpu, lines: &[Line], n_out: usize) -> Vec<f32> {
        let columns = self.n_out();
        let mut out = vec![0.0; n_out * columns];
        let tiles = lines
            .iter()
            .flat_map(|&line| (0..line.len).step_by(SIDE).map(move |first| Tile { line, first }));
        let tiles: Vec<Tile> = tiles.collect();
        let n_threads = cpu.threads.count();
        // Few tiles: smaller tasks, then the panels are shared out too.
        let task = tiles.len().div_ceil(4 * n_threads).next_multiple_of(2).clamp(2, TASK_TILES);
        let parts: Vec<&[Tile]> = tiles.chunks(task).collect();
        if n_threads > 1 && parts.len() < 4 * n_threads && self.all().len() > 2 {
            self.share_panels(cpu, &parts, &mut out);
            return out;
        }
        let mut rest = out.as_mut_slice();
        let mut tasks = Vec::with_capacity(parts.len());
        let mut end = n_out;
        for part in parts.iter().rev() {
            let first = part[0].first_out();
            let (before, own) = rest.split_at_mut(first * columns);
            rest = before;
            tasks.push(Task { product: self, tiles: part, panels: self.all(), out: own, columns });
            debug_assert!(first <= end, "outputs in order");
            end = first;
        }
        cpu.threads.map(tasks, |task| cpu.arch.dispatch(task));
        out
    }

    /// Panels of outputs.
    fn all(&self) -> Range<usize> {
        0..self.n_out().div_ceil(SIDE)
    }

    fn share_panels(&self, cpu: &Cpu, parts: &[&[Tile]], out: &mut [f32]) {
        let n_panels = self.all().len();
        let n_groups = (4 * cpu.threads.count()).div_ceil(parts.len().max(1));
        let group = n_panels.div_ceil(n_groups).next_multiple_of(2);
        let groups = (0..n_panels).step_by(group).map(|first| first..n_panels.min(first + group));
        let tasks: Vec<_> = parts
            .iter()
            .flat_map(|&tiles| groups.clone().map(move |panels| (tiles, panels)))
            .collect();
        let pieces = cpu.threads.map(tasks, |(tiles, panels)| {
            let first_column = panels.start * SIDE;
            let columns = self.n_out().min(panels.end * SIDE) - first_column;
            let (last, first_out) = (tiles[tiles.len() - 1], tiles[0].first_out());
            let (end, is_there) = last.line.out(last.line.len.min(last.first + SIDE) - 1);
            let end = end + usize::from(is_there);
            let mut piece = vec![0.0; (end - first_out) * columns];
            let out = piece.as_mut_slice();
            cpu.arch.dispatch(Task { product: self, tiles, panels, out, columns });
            (first_out, first_column, columns, piece)
        });
        for (first_out, first_column, columns, piece) in pieces {
            for (idx, values) in piece.chunks_exact(columns).enumerate() {
                let start = (first_out + idx) * self.n_out() + first_column;
                out[start..start + columns].copy_from_slice(values);
            }
        }
    }
}

/// Some tiles times some panels.
struct Task<'a> {
    product: &'a Product<'a>,
    tiles: &'a [Tile],
    /// Of the first half, where there are two.
    panels: Range<usize>,
    /// Starts at the first tile's first output and the first panel.
    out: &'a mut [f32],
    columns: usize,
}

impl WithSimd for Task<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let Product { weights, stride, multiplier, .. } = *self.product;
        let mut scratch = Vec::new();
        let (pairs, base) = self.left(simd, &mut scratch);
        let left = Left::new(pairs, stride, &self.product.offsets);
        let mut ready = multiplier.open();
        let mut sums = NO_SUMS;
        // Two panels beside each other, or a panel and its gates.
        let (gates, step) = match self.product.is_gated() {
            true => (weights.n_panels() / 2, 1),
            false => (1, 2),
        };
        for first in self.panels.clone().step_by(step) {
            let n_panels = if first + gates < weights.n_panels() { 2 } else { 1 };
            let panels = [first, first + gates * (n_panels - 1)];
            let panels = panels.map(|panel| weights.steps(panel, 0..weights.n_steps()));
            for tiles in self.tiles.chunks(2) {
                let start = |tile: &Tile| tile.line.start + tile.first * stride - base;
                let starts = [start(&tiles[0]), start(&tiles[tiles.len() - 1])];
                let (starts, panels) = (&starts[..tiles.len()], &panels[..n_panels]);
                multiply(simd, &mut ready, left, starts, panels, &mut sums);
                self.store(tiles, first, &sums);
            }
        }
    }
}

impl Task<'_> {
    /// Rounded inputs, and the place of the first of them in the whole.
    #[inline(always)]
    fn left<'b, S: Simd>(&self, simd: S, scratch: &'b mut Vec<u32>) -> (&'b [u32], usize)
    where
        Self: 'b,
    {
        let Product { ref source, stride, .. } = *self.product;
        match *source {
            Source::Pixels(pairs) => (pairs, 0),
            Source::Rows { values, c } => {
                let (first, last) = (self.tiles[0], self.tiles[self.tiles.len() - 1]);
                let end = last.line.len.min(last.first + SIDE);
                scratch.resize(self.tiles.len() * SIDE * stride, 0);
                let values = &values[first.first * c..end * c];
                RoundRows { values, c, pairs: scratch, stride }.with_simd(simd);
                (scratch, first.first * stride)
            }
        }
    }

    /// Sums and bias, and what comes after, to the outputs that are there.
    #[inline(always)]
    fn store(&mut self, tiles: &[Tile], panel: usize, sums: &Sums) {
        let Product { weights, after, .. } = self.product;
        let first_out = self.tiles[0].first_out();
        let column = (panel - self.panels.start) * SIDE;
        let most = if self.product.is_gated() { SIDE } else { 2 * SIDE };
        let n_columns = most.min(self.columns - column);
        for (tile, sums) in tiles.iter().zip(sums.chunks_exact(SIDE)) {
            for (idx, sums) in sums.iter().enumerate() {
                let (out, is_there) = tile.line.out(tile.first + idx);
                if !is_there {
                    continue;
                }
                let position = out;
                let out = &mut self.out[(position - first_out) * self.columns + column..];
                let out = &mut out[..n_columns];
                match after {
                    After::Each(epilogue) => {
                        plus_bias(sums, weights.bias(panel * SIDE), out);
                        epilogue.finish(out, position, panel * SIDE);
                    }
                    After::Geglu => {
                        let (mut values, mut gates) = ([0.0; SIDE], [0.0; SIDE]);
                        let bias = weights.bias(weights.n_out() / 2 + panel * SIDE);
                        plus_bias(sums, weights.bias(panel * SIDE), &mut values);
                        plus_bias(&sums[SIDE..], bias, &mut gates);
                        gate(&values, &gates, out);
                    }
                }
            }
        }
    }
}

#[inline(always)]
fn plus_bias(sums: &[f32], bias: &[f32], out: &mut [f32]) {
    for ((out, sum), bias) in out.iter_mut().zip(sums).zip(bias) {
        *out = sum + bias;
    }
}
