//! The right side of a product: weights, or the keys and values of an attention.

use std::ops::Range;

use super::super::Cpu;
use super::dots::Beside;
use super::{SIDE, STEP, STEP_LEN, round};
use crate::tensor::Tensor;

/// Sixteen outputs beside each other, step by step: for each pair of inputs, the pair of each output.
pub struct Panels {
    n_out: usize,
    n_steps: usize,
    pairs: Vec<u32>,
    /// One value per output of every panel; zeros where there is no bias.
    bias: Vec<f32>,
}

impl Panels {
    /// Packs a linear layer's rows, one per output.
    pub(in super::super) fn of_rows(
        cpu: &Cpu,
        n_in: usize,
        n_out: usize,
        rows: &[f32],
        bias: Option<Tensor>,
    ) -> Self {
        let at = |output: usize, step: usize, input: usize| {
            let input = step * STEP + input;
            if input < n_in { rows[output * n_in + input] } else { 0.0 }
        };
        Self::new(cpu, n_out, n_in.div_ceil(STEP), at, bias)
    }

    /// Packs `at(output, step, input of the step)`, in parallel. `at` gives zero for inputs beyond the last.
    pub(in super::super) fn new(
        cpu: &Cpu,
        n_out: usize,
        n_steps: usize,
        at: impl Fn(usize, usize, usize) -> f32 + Send + Sync,
        bias: Option<Tensor>,
    ) -> Self {
        let n_panels = n_out.div_ceil(SIDE);
        let mut pairs = vec![0; n_panels * n_steps * STEP_LEN];
        cpu.threads.each_chunk(&mut pairs, n_steps * STEP_LEN, |panel, pairs| {
            pack_panel(panel * SIDE..n_out.min((panel + 1) * SIDE), &at, pairs);
        });
        let mut bias = bias.map_or_else(Vec::new, Tensor::into_data);
        bias.resize(n_panels * SIDE, 0.0);
        Self { n_out, n_steps, pairs, bias }
    }

    /// Outputs.
    pub(in super::super) fn n_out(&self) -> usize {
        self.n_out
    }

    /// Whether the outputs fall into two halves of whole panels.
    pub(in super::super) fn can_be_gated(&self) -> bool {
        self.n_out.is_multiple_of(2 * SIDE)
    }

    pub(super) fn n_steps(&self) -> usize {
        self.n_steps
    }

    pub(super) fn n_panels(&self) -> usize {
        self.n_out.div_ceil(SIDE)
    }

    /// Some steps of one panel.
    pub(super) fn steps(&self, panel: usize, steps: Range<usize>) -> &[u32] {
        let Self { n_out, n_steps, ref pairs, .. } = *self;
        PanelsRef { n_out, n_steps, pairs }.steps(panel, steps)
    }

    /// From one output on.
    pub(super) fn bias(&self, output: usize) -> &[f32] {
        &self.bias[output..]
    }
}

/// Fills the pairs of one panel with `at(output, step, input of the step)`, zeros where it has no outputs.
fn pack_panel(outputs: Range<usize>, at: &impl Fn(usize, usize, usize) -> f32, pairs: &mut [u32]) {
    for (idx, row) in pairs.chunks_exact_mut(SIDE).enumerate() {
        let (step, pair) = (idx / SIDE, idx % SIDE);
        let (filled, rest) = row.split_at_mut(outputs.len());
        for (value, output) in filled.iter_mut().zip(outputs.clone()) {
            let half = |input: usize| round(at(output, step, input)).to_ne_bytes();
            let ([a, b], [c, d]) = (half(2 * pair), half(2 * pair + 1));
            *value = u32::from_ne_bytes([a, b, c, d]);
        }
        rest.fill(0);
    }
}

/// Panels that lie in memory of somebody else's, without a bias.
#[derive(Clone, Copy)]
pub(super) struct PanelsRef<'a> {
    n_out: usize,
    n_steps: usize,
    pairs: &'a [u32],
}

impl<'a> PanelsRef<'a> {
    /// Pairs of panels with so many outputs and steps.
    pub(super) fn len(n_out: usize, n_steps: usize) -> usize {
        n_out.div_ceil(SIDE) * n_steps * STEP_LEN
    }

    pub(super) fn new(n_out: usize, n_steps: usize, pairs: &'a [u32]) -> Self {
        Self { n_out, n_steps, pairs }
    }

    /// Packs `at(output, step, input of the step)`. `at` gives zero for inputs beyond the last.
    pub(super) fn pack(
        n_out: usize,
        n_steps: usize,
        at: impl Fn(usize, usize, usize) -> f32,
        pairs: &mut [u32],
    ) {
        for (panel, pairs) in pairs.chunks_exact_mut(n_steps * STEP_LEN).enumerate() {
            pack_panel(panel * SIDE..n_out.min((panel + 1) * SIDE), &at, pairs);
        }
    }

    pub(super) fn n_steps(&self) -> usize {
        self.n_steps
    }

    pub(super) fn n_panels(&self) -> usize {
        self.n_out.div_ceil(SIDE)
    }

    /// Panels from one on, each from one step on.
    pub(super) fn beside(&self, panel: usize, step: usize) -> Beside<'a> {
        let stride = self.n_steps * STEP_LEN;
        Beside { pairs: &self.pairs[panel * stride + step * STEP_LEN..], stride }
    }

    /// Some steps of one panel.
    pub(super) fn steps(&self, panel: usize, steps: Range<usize>) -> &'a [u32] {
        let first = panel * self.n_steps;
        &self.pairs[(first + steps.start) * STEP_LEN..(first + steps.end) * STEP_LEN]
    }
}
