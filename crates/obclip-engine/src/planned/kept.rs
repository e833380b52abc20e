//! What rows leave for others: only what the plan will read, and only until it has been read.

use std::collections::{HashMap, HashSet};

use obclip_plan::{Block, Reused, Source, StepPlan};

use crate::backend::Backend;
use crate::unet::{Features, Site, Sizes};

/// What has to be kept, read off the plan.
pub(super) struct Keep {
    pub(super) blocks: HashSet<(Source, Block)>,
    pub(super) attention_outputs: HashSet<(Source, Block)>,
    /// The last step that reads anything of a row.
    last_read: HashMap<Source, usize>,
}

impl Keep {
    pub(super) fn new(plan: &StepPlan) -> Self {
        let (mut blocks, mut attention_outputs) = (HashSet::new(), HashSet::new());
        let mut last_read = HashMap::new();
        for (step, rows) in plan.steps().iter().enumerate() {
            for reuse in rows.iter().flat_map(|row_plan| &row_plan.reuse) {
                for source in reuse.sources() {
                    last_read.insert(source, step);
                    let places = reuse.blocks.iter().map(|&block| (source, block));
                    match reuse.what {
                        Reused::Blocks => blocks.extend(places),
                        Reused::AttentionOutputs => attention_outputs.extend(places),
                        _ => {}
                    }
                }
            }
        }
        Self { blocks, attention_outputs, last_read }
    }

    pub(super) fn is_read_after(&self, source: Source, step: usize) -> bool {
        self.last_read.get(&source).is_some_and(|&last| last > step)
    }
}

/// The most values that are kept at once, for latents of `latent` values.
pub(crate) fn kept_values(plan: &StepPlan, sizes: &Sizes<'_>, latent: u64) -> u64 {
    let keep = Keep::new(plan);
    let in_step = |step: usize| {
        let is_kept = |source: &Source| source.step <= step && keep.last_read[source] >= step;
        let blocks = keep.blocks.iter().filter(|(source, _)| is_kept(source));
        let outputs = keep.attention_outputs.iter().filter(|(source, _)| is_kept(source));
        // As the network gave it, and as a velocity.
        let predictions = keep.last_read.keys().filter(|source| is_kept(source)).count() as u64;
        blocks.map(|&(_, block)| sizes.features(block)).sum::<u64>()
            + outputs.map(|&(_, block)| sizes.attention_outputs(block)).sum::<u64>()
            + 2 * predictions * latent
    };
    (0..plan.steps().len()).map(in_step).max().unwrap_or(0)
}

/// What is kept now. Tensors have one row.
pub(super) struct Kept<B: Backend> {
    pub(super) blocks: HashMap<(Source, Block), Features<B>>,
    pub(super) attention_outputs: HashMap<(Source, Site), B::Tensor>,
    pub(super) predictions: HashMap<Source, Predicted>,
}

/// A row's prediction, (C, h, w).
pub(super) struct Predicted {
    /// As the network gives it.
    pub(super) raw: Vec<f32>,
    /// As a velocity, where a later step reads it.
    pub(super) velocity: Option<Vec<f32>>,
}

impl<B: Backend> Kept<B> {
    pub(super) fn new() -> Self {
        let predictions = HashMap::new();
        Self { blocks: HashMap::new(), attention_outputs: HashMap::new(), predictions }
    }

    /// Drops what no later step reads.
    pub(super) fn forget(&mut self, keep: &Keep, step: usize) {
        self.blocks.retain(|(source, _), _| keep.is_read_after(*source, step));
        self.attention_outputs.retain(|(source, _), _| keep.is_read_after(*source, step));
        self.predictions.retain(|source, _| keep.is_read_after(*source, step));
    }
}
