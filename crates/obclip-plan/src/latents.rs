//! Which streams provably have the same latent at a step: those that started from one and have taken the
//! same predictions ever since.

use std::collections::HashMap;

use super::{Reuse, Reused, Row, RowPlan, Source, Start};

/// A class per stream; equal classes mean equal latents, and equal ones at every step before.
#[derive(Clone, Debug)]
pub(crate) struct Latents {
    classes: Vec<usize>,
}

impl Latents {
    pub(crate) fn new(start: Start, n_streams: usize) -> Self {
        let classes = match start {
            Start::Shared => vec![0; n_streams],
            Start::Own => (0..n_streams).collect(),
        };
        Self { classes }
    }

    pub(crate) fn are_equal(&self, a: usize, b: usize) -> bool {
        self.classes[a] == self.classes[b]
    }

    /// True if the row takes over a prediction that it would compute itself, or be given for the very same latent.
    pub(crate) fn is_copy(&self, step: usize, row: Row, reuse: &Reuse) -> bool {
        reuse.what == Reused::Prediction
            && reuse.correction.is_none()
            && reuse.from.step == step
            && self.are_equal(row.stream, reuse.from.row.stream)
    }

    /// After the rows of a step.
    pub(crate) fn advance(&mut self, step: usize, rows: &[RowPlan]) {
        // Per stream: the rows its two predictions stem from, through any number of copies.
        let mut stems: Vec<[Option<Source>; 2]> = vec![[None; 2]; self.classes.len()];
        for row_plan in rows {
            let row = row_plan.row;
            let copied = row_plan.reuse.iter().find(|reuse| self.is_copy(step, row, reuse));
            let stem = copied.and_then(|reuse| {
                let from = reuse.from.row;
                stems[from.stream][from.half as usize]
            });
            stems[row.stream][row.half as usize] = Some(stem.unwrap_or(row.at(step)));
        }
        let mut known: HashMap<(usize, [Option<Source>; 2]), usize> = HashMap::new();
        for (class, stems) in self.classes.iter_mut().zip(stems) {
            let next = known.len();
            *class = *known.entry((*class, stems)).or_insert(next);
        }
    }
}
