//! Linear layers and convolutions: tiles of rows times all panels.
//!
//! A convolution reads a rounded copy of its image with a border of zeros. There the sixteen windows of a tile begin at even
//! distances, also across the end of a line of pixels: what a tile makes between two lines is dropped.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use pulp::bytemuck::{Pod, cast_slice_mut};
use pulp::{Simd, WithSimd};

use super::super::elementwise::gate;
use super::super::epilogue::Epilogue;
use super::super::image::Image;
use super::super::matmul::After;
use super::super::{Cpu, CpuTensor, Held};
use super::kernel::{Left, NO_SUMS, Sums, multiply, one_behind_another};
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
    let mut out = cpu.buffers.take(dims.len());
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
    let mut out = Rounded::zeros(cpu, dims, 0);
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
    let lines =
        Lines { n: 1, per_image: 1, len: n_rows, pitch: usize::MAX, width: n_rows, ..Lines::NONE };
    let stride = weights.n_steps() * SIDE;
    let offsets = &one_behind_another(weights.n_steps());
    let multiplier = cpu.multiplier();
    let product = Product { source, weights, stride, offsets, lines, after, multiplier };
    product.run(cpu, out, columns);
}

/// Weights of windows of any size and step.
pub struct Bf16Conv {
    panels: Panels,
    c_in: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
    /// Of the image's width that came last.
    offsets: Mutex<Option<(usize, Arc<[usize]>)>>,
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
        let (stride, padding) = (weights.stride, weights.padding);
        Self { panels, c_in, kernel, stride, padding, offsets: Mutex::new(None) }
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
        let offsets = self.offsets(x);
        let product = Product {
            source: Source::Pixels(x.pairs()),
            weights: &self.panels,
            stride: self.stride * pixel,
            offsets: &offsets,
            lines: self.lines(dims, x),
            after: After::Each(epilogue),
            multiplier: cpu.multiplier(),
        };
        let mut out = cpu.buffers.take(dims.len());
        product.run(cpu, &mut out, dims.c);
        CpuTensor::new(dims, out)
    }

    /// Where the steps of a window begin in an image of this width; kept for the next one.
    fn offsets(&self, x: &Rounded) -> Arc<[usize]> {
        let width = x.line_pixels();
        let mut kept = self.offsets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, offsets)) = kept.as_ref().filter(|(known, _)| *known == width) {
            return Arc::clone(offsets);
        }
        let (pixel, kernel) = (x.pixel(), self.kernel);
        let offsets: Arc<[usize]> = (0..self.panels.n_steps())
            .map(|step| {
                let (tap, step) = (step / (pixel / SIDE), step % (pixel / SIDE));
                (tap / kernel * width + tap % kernel) * pixel + step * SIDE
            })
            .collect();
        *kept = Some((width, Arc::clone(&offsets)));
        offsets
    }

    /// With step 1 all of an image's windows are one line; with others, a line of pixels each.
    fn lines(&self, out: Dims, x: &Rounded) -> Lines {
        let Dims { n, h, w, .. } = out;
        let (per_image, pitch) =
            if self.stride == 1 { (1, x.line_pixels()) } else { (h, usize::MAX) };
        let len = if self.stride == 1 { (h - 1) * x.line_pixels() + w } else { w };
        let line = self.stride * x.line_pixels() * x.pixel();
        let (image, positions) = (x.image_pixels() * x.pixel(), out.positions());
        Lines { n: n * per_image, per_image, image, line, positions, len, pitch, width: w }
    }
}

/// All lines of a product: of equal length, so many for each image.
#[derive(Clone, Copy)]
struct Lines {
    n: usize,
    per_image: usize,
    /// Pairs from image to image, and from line to line of one image.
    image: usize,
    line: usize,
    /// Outputs of an image.
    positions: usize,
    len: usize,
    pitch: usize,
    width: usize,
}

impl Lines {
    const NONE: Self =
        Self { n: 0, per_image: 1, image: 0, line: 0, positions: 0, len: 0, pitch: 1, width: 0 };

    fn n_tiles(&self) -> usize {
        self.n * self.len.div_ceil(SIDE)
    }

    #[inline(always)]
    fn tile(&self, idx: usize) -> Tile {
        let per_line = self.len.div_ceil(SIDE);
        let (line, first) = (idx / per_line, idx % per_line * SIDE);
        let (image, y) = (line / self.per_image, line % self.per_image);
        let Self { len, pitch, width, .. } = *self;
        let start = image * self.image + y * self.line;
        let first_out = image * self.positions + y * width;
        Tile { line: Line { start, len, pitch, width, first_out }, first }
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
trait Element: Pod + Send + Sync {
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
    offsets: &'a [usize],
    lines: Lines,
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
    fn run<T: Element>(&self, cpu: &Cpu, mut out: &mut [T], columns: usize) {
        let n_threads = cpu.threads.count();
        // Few tiles: smaller tasks, then the panels are shared out too.
        let n_tiles = self.lines.n_tiles();
        let task = n_tiles.div_ceil(4 * n_threads).next_multiple_of(2).clamp(2, TASK_TILES);
        let n_parts = n_tiles.div_ceil(task);
        let parts = (0..n_tiles).step_by(task).map(|first| first..n_tiles.min(first + task));
        if n_threads > 1 && n_parts < 4 * n_threads && self.all().len() > 2 {
            return self.share_panels(cpu, (parts, n_parts), out, columns);
        }
        let tasks = parts.map(|tiles| {
            let len = self.n_outputs(&tiles) * columns;
            let (own, rest) = std::mem::take(&mut out).split_at_mut(len);
            out = rest;
            Task { product: self, tiles, panels: self.all(), out: own, columns }
        });
        cpu.threads.each(tasks, |task| self.run_task(cpu, task));
    }

    fn run_task<T: Element>(&self, cpu: &Cpu, task: Task<'_, T>) {
        let scratch = match self.source {
            Source::Rows { .. } => task.tiles.len() * SIDE * self.stride,
            Source::Pixels(_) => 0,
        };
        // What is behind the last row is multiplied too, and the product dropped.
        let mut scratch = cpu.buffers.take_zeros(scratch);
        cpu.arch.dispatch(Rounding { task, scratch: cast_slice_mut(&mut scratch) });
    }

    /// Outputs of some tiles: they lie one behind another.
    fn n_outputs(&self, tiles: &Range<usize>) -> usize {
        let last = self.lines.tile(tiles.end - 1);
        let (end, is_there) = last.line.out(last.line.len.min(last.first + SIDE) - 1);
        end + usize::from(is_there) - self.lines.tile(tiles.start).first_out()
    }

    /// Panels of outputs.
    fn all(&self) -> Range<usize> {
        0..self.n_out().div_ceil(SIDE)
    }

    fn share_panels<T: Element>(
        &self,
        cpu: &Cpu,
        (parts, n_parts): (impl Iterator<Item = Range<usize>> + Clone + Send, usize),
        out: &mut [T],
        out_columns: usize,
    ) {
        let n_panels = self.all().len();
        let n_groups = (4 * cpu.threads.count()).div_ceil(n_parts.max(1));
        let group = n_panels.div_ceil(n_groups).next_multiple_of(2);
        let len = out.len() / out_columns * self.n_out();
        let mut apart = cpu.buffers.take((len * size_of::<T>()).div_ceil(size_of::<f32>()));
        cpu.threads.each(self.pieces::<T>(parts.clone(), group, &mut apart), |task| {
            self.run_task(cpu, task);
        });
        for Task { tiles, panels, out: piece, columns, .. } in self.pieces(parts, group, &mut apart)
        {
            let first_out = self.lines.tile(tiles.start).first_out();
            for (idx, values) in piece.chunks_exact(columns).enumerate() {
                let start = (first_out + idx) * out_columns + panels.start * SIDE;
                out[start..start + columns].copy_from_slice(values);
            }
        }
    }

    /// Every part with every group of panels, their outputs one behind another.
    fn pieces<'b, T: Element>(
        &'b self,
        parts: impl Iterator<Item = Range<usize>> + Send,
        group: usize,
        apart: &'b mut [f32],
    ) -> impl Iterator<Item = Task<'b, T>> + Send {
        let n_panels = self.all().len();
        let mut apart: &mut [T] = cast_slice_mut(apart);
        let places = parts.flat_map(move |tiles| {
            (0..n_panels).step_by(group).map(move |first| (tiles.clone(), first))
        });
        places.map(move |(tiles, first)| {
            let panels = first..n_panels.min(first + group);
            let columns = self.n_out().min(panels.end * SIDE) - first * SIDE;
            let len = self.n_outputs(&tiles) * columns;
            let (out, rest) = std::mem::take(&mut apart).split_at_mut(len);
            apart = rest;
            Task { product: self, tiles, panels, out, columns }
        })
    }
}

/// Some tiles times some panels.
struct Task<'a, T> {
    product: &'a Product<'a>,
    tiles: Range<usize>,
    /// Of the first half, where there are two.
    panels: Range<usize>,
    /// Starts at the first tile's first output and the first panel.
    out: &'a mut [T],
    /// From a position to the next.
    columns: usize,
}

/// A task and what its rows are rounded into, where they are not yet.
struct Rounding<'a, 'b, T> {
    task: Task<'a, T>,
    scratch: &'b mut [u32],
}

impl<T: Element> WithSimd for Rounding<'_, '_, T> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        self.task.run(simd, self.scratch);
    }
}

impl<T: Element> Task<'_, T> {
    #[inline(always)]
    fn run<S: Simd>(mut self, simd: S, scratch: &mut [u32]) {
        let Product { weights, stride, multiplier, lines, .. } = *self.product;
        let (pairs, base) = self.left(simd, scratch);
        let left = Left::new(pairs, stride, self.product.offsets);
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
            for idx in self.tiles.clone().step_by(2) {
                let n_tiles = 2.min(self.tiles.end - idx);
                let tiles = [idx, idx + n_tiles - 1].map(|idx| lines.tile(idx));
                let starts = tiles.map(|tile| tile.line.start + tile.first * stride - base);
                let (starts, panels) = (&starts[..n_tiles], &panels[..n_panels]);
                multiply(simd, &mut ready, left, starts, panels, &mut sums);
                self.store(&tiles[..n_tiles], first, &sums);
            }
        }
    }
}

impl<T: Element> Task<'_, T> {
    /// Rounded inputs, and the place of the first of them in the whole.
    #[inline(always)]
    fn left<'b, S: Simd>(&self, simd: S, scratch: &'b mut [u32]) -> (&'b [u32], usize)
    where
        Self: 'b,
    {
        let Product { ref source, stride, .. } = *self.product;
        match *source {
            Source::Pixels(pairs) => (pairs, 0),
            Source::Rows { values, c } => {
                let [first, last] =
                    [self.tiles.start, self.tiles.end - 1].map(|idx| self.product.lines.tile(idx));
                let end = last.line.len.min(last.first + SIDE);
                let values = &values[first.first * c..end * c];
                RoundRows { values, c, pairs: &mut *scratch, stride }.with_simd(simd);
                (scratch, first.first * stride)
            }
        }
    }

    /// Sums and bias, and what comes after, to the outputs that are there.
    #[inline(always)]
    fn store(&mut self, tiles: &[Tile], panel: usize, sums: &Sums) {
        let product = self.product;
        let first_out = product.lines.tile(self.tiles.start).first_out();
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
