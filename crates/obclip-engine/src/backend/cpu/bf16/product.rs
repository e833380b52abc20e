//! Linear layers and convolutions: tiles of rows times all panels.
//!
//! A convolution reads a rounded copy of its image with a border of zeros. There the sixteen windows of a tile begin at even
//! distances, also across the end of a line of pixels: what a tile makes between two lines is dropped.

use std::ops::Range;

use pulp::bytemuck::cast_slice_mut;
use pulp::{Simd, WithSimd};

use super::super::elementwise::gate;
use super::super::epilogue::Epilogue;
use super::super::image::Image;
use super::super::matmul::After;
use super::super::{Cpu, CpuTensor, Held};
use super::kernel::{Left, NO_SUMS, Sums, multiply};
use super::rounded::{RoundRows, Rounded};
use super::{Multiplier, Panels, SIDE, STEP, round};
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
    let dims = Dims { c: after.n_out(weights.n_out()), ..x.dims };
    after.check(dims);
    let mut out = vec![0.0; dims.len()];
    run_linear(cpu, x, weights, after, (&mut out, dims.c));
    CpuTensor::new(dims, out)
}

/// The same for products that read it: rounded.
pub(in super::super) fn linear_rounded(
    cpu: &Cpu,
    x: &CpuTensor,
    weights: &Panels,
    after: After<'_>,
) -> CpuTensor {
    let dims = Dims { c: after.n_out(weights.n_out()), ..x.dims };
    after.check(dims);
    let mut out = Rounded::zeros(dims, 0);
    let columns = 2 * out.pixel();
    let halves: &mut [u16] = cast_slice_mut(out.pixels_mut());
    run_linear(cpu, x, weights, after, (halves, columns));
    CpuTensor::rounded(out)
}

/// Fills rows of so many columns.
fn run_linear<T: Element>(
    cpu: &Cpu,
    x: &CpuTensor,
    weights: &Panels,
    after: After<'_>,
    (out, columns): (&mut [T], usize),
) {
    let n_rows = x.n_positions();
    let wide;
    let source = match &x.held {
        Held::Rounded(rounded) if rounded.border() == 0 => Source::Pixels(rounded.pairs()),
        _ => {
            wide = x.widened();
            Source::Rows { values: &wide, c: x.dims.c }
        }
    };
    let lines = [Line { start: 0, len: n_rows, pitch: usize::MAX, width: n_rows, first_out: 0 }];
    let stride = weights.n_steps() * SIDE;
    let offsets: Vec<usize> = (0..weights.n_steps()).map(|step| step * SIDE).collect();
    let product = Product { source, weights, stride, offsets, after, multiplier: cpu.multiplier() };
    product.run(cpu, &lines, out, columns);
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

    /// Zeros that its windows read around an image.
    pub(in super::super) fn padding(&self) -> usize {
        self.padding
    }

    pub(in super::super) fn run(
        &self,
        cpu: &Cpu,
        image: Image<'_>,
        epilogue: Epilogue<'_>,
    ) -> CpuTensor {
        self.run_rounded(cpu, &Rounded::of(cpu, image, self.padding), epilogue)
    }

    /// For an image with a border that is the padding.
    pub(in super::super) fn run_rounded(
        &self,
        cpu: &Cpu,
        x: &Rounded,
        epilogue: Epilogue<'_>,
    ) -> CpuTensor {
        let (dims, pixel) = (self.out_dims(x.dims()), x.pixel());
        let offsets = (0..self.panels.n_steps()).map(|step| {
            let (tap, step) = (step / (pixel / SIDE), step % (pixel / SIDE));
            (tap / self.kernel * x.line_pixels() + tap % self.kernel) * pixel + step * SIDE
        });
        let product = Product {
            source: Source::Pixels(x.pairs()),
            weights: &self.panels,
            stride: self.stride * pixel,
            offsets: offsets.collect(),
            after: After::Each(epilogue),
            multiplier: cpu.multiplier(),
        };
        let lines: Vec<Line> = (0..dims.n).flat_map(|row| self.lines(row, dims, x)).collect();
        let mut out = vec![0.0; dims.len()];
        product.run(cpu, &lines, &mut out, dims.c);
        CpuTensor::new(dims, out)
    }

    /// With step 1 all of an image's windows are one line; with others, a line of pixels each.
    fn lines(&self, row: usize, out: Dims, x: &Rounded) -> impl Iterator<Item = Line> {
        let (h, w, first) = (out.h, out.w, row * out.positions());
        let (n_lines, pitch) =
            if self.stride == 1 { (1, x.line_pixels()) } else { (h, usize::MAX) };
        let len = if self.stride == 1 { (h - 1) * x.line_pixels() + w } else { w };
        let (image, pixel) = (row * x.image_pixels(), x.pixel());
        let line_pixels = self.stride * x.line_pixels();
        (0..n_lines).map(move |y| Line {
            start: (image + y * line_pixels) * pixel,
            len,
            pitch,
            width: w,
            first_out: first + y * w,
        })
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

/// How outputs are kept.
trait Element: Copy + Default + Send + Sync {
    /// For use inside a dispatched function.
    fn put(values: &[f32], out: &mut [Self]);
}

impl Element for f32 {
    #[inline(always)]
    fn put(values: &[f32], out: &mut [f32]) {
        out.copy_from_slice(values);
    }
}

/// bf16, as bits.
impl Element for u16 {
    #[inline(always)]
    fn put(values: &[f32], out: &mut [u16]) {
        for (half, &value) in out.iter_mut().zip(values) {
            *half = round(value);
        }
    }
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

    /// All positions that make an output, times all panels, plus bias, and what comes after: (output position, `columns`), of
    /// which the outputs are the first.
    fn run<T: Element>(&self, cpu: &Cpu, lines: &[Line], out: &mut [T], columns: usize) {
        let tiles = lines
            .iter()
            .flat_map(|&line| (0..line.len).step_by(SIDE).map(move |first| Tile { line, first }));
        let tiles: Vec<Tile> = tiles.collect();
        let n_threads = cpu.threads.count();
        // Few tiles: smaller tasks, then the panels are shared out too.
        let task = tiles.len().div_ceil(4 * n_threads).next_multiple_of(2).clamp(2, TASK_TILES);
        let parts: Vec<&[Tile]> = tiles.chunks(task).collect();
        if n_threads > 1 && parts.len() < 4 * n_threads && self.all().len() > 2 {
            return self.share_panels(cpu, &parts, out, columns);
        }
        let (mut end, mut rest) = (out.len() / columns, out);
        let mut tasks = Vec::with_capacity(parts.len());
        for part in parts.iter().rev() {
            let first = part[0].first_out();
            let (before, own) = rest.split_at_mut(first * columns);
            rest = before;
            tasks.push(Task { product: self, tiles: part, panels: self.all(), out: own, columns });
            debug_assert!(first <= end, "outputs in order");
            end = first;
        }
        cpu.threads.map(tasks, |task| cpu.arch.dispatch(task));
    }

    /// Panels of outputs.
    fn all(&self) -> Range<usize> {
        0..self.n_out().div_ceil(SIDE)
    }

    fn share_panels<T: Element>(
        &self,
        cpu: &Cpu,
        parts: &[&[Tile]],
        out: &mut [T],
        out_columns: usize,
    ) {
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
            let mut piece = vec![T::default(); (end - first_out) * columns];
            let out = piece.as_mut_slice();
            cpu.arch.dispatch(Task { product: self, tiles, panels, out, columns });
            (first_out, first_column, columns, piece)
        });
        for (first_out, first_column, columns, piece) in pieces {
            for (idx, values) in piece.chunks_exact(columns).enumerate() {
                let start = (first_out + idx) * out_columns + first_column;
                out[start..start + columns].copy_from_slice(values);
            }
        }
    }
}

/// Some tiles times some panels.
struct Task<'a, T> {
    product: &'a Product<'a>,
    tiles: &'a [Tile],
    /// Of the first half, where there are two.
    panels: Range<usize>,
    /// Starts at the first tile's first output and the first panel.
    out: &'a mut [T],
    /// From a position to the next.
    columns: usize,
}

impl<T: Element> WithSimd for Task<'_, T> {
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

impl<T: Element> Task<'_, T> {
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
        let product = self.product;
        let first_out = self.tiles[0].first_out();
        let column = (panel - self.panels.start) * SIDE;
        let most = if product.is_gated() { SIDE } else { 2 * SIDE };
        let n_columns = most.min(product.n_out() - panel * SIDE).min(self.columns - column);
        for (tile, sums) in tiles.iter().zip(sums.chunks_exact(SIDE)) {
            for (idx, sums) in sums.iter().enumerate() {
                let (position, is_there) = tile.line.out(tile.first + idx);
                if is_there {
                    let values = &product.finish(sums, position, panel)[..n_columns];
                    let start = (position - first_out) * self.columns + column;
                    T::put(values, &mut self.out[start..start + n_columns]);
                }
            }
        }
    }
}

impl Product<'_> {
    /// What becomes of the sums of two panels at one position; as many as are outputs mean something.
    #[inline(always)]
    fn finish(&self, sums: &[f32; 2 * SIDE], position: usize, panel: usize) -> [f32; 2 * SIDE] {
        let (weights, first) = (self.weights, panel * SIDE);
        let mut out = [0.0; 2 * SIDE];
        match self.after {
            After::Each(epilogue) => {
                let n_columns = out.len().min(self.n_out() - first);
                plus_bias(sums, weights.bias(first), &mut out);
                epilogue.finish(&mut out[..n_columns], position, first);
            }
            After::Geglu => {
                let (mut values, mut gates) = ([0.0; SIDE], [0.0; SIDE]);
                plus_bias(sums, weights.bias(first), &mut values);
                plus_bias(&sums[SIDE..], weights.bias(self.n_out() + first), &mut gates);
                gate(&values, &gates, &mut out[..SIDE]);
            }
        }
        out
    }
}

#[inline(always)]
fn plus_bias(sums: &[f32], bias: &[f32], out: &mut [f32]) {
    for ((out, sum), bias) in out.iter_mut().zip(sums).zip(bias) {
        *out = sum + bias;
    }
}
