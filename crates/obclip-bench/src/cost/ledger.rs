//! Plan × network → every multiply-accumulate, by block and kind, and what was saved, by reason.

use std::collections::BTreeMap;

use super::architecture::Architecture;
use super::macs::{CountingRule, Macs};
use super::walk::{self, Input, Kind, Layer};
use obclip_plan::{Block, Part, Reused, StepPlan};

/// A network whose layers are counted: like layers of a block are one entry.
#[derive(Clone, Debug)]
pub(crate) struct Network {
    n_levels: usize,
    n_parameters: Macs,
    cells: BTreeMap<Cell, Macs>,
}

/// Layers that every plan treats alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    block: Block,
    kind: Kind,
    part: Part,
    before_text: bool,
}

/// What a request costs under a plan.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ledger {
    /// Rows that go through the network, wholly or in part.
    pub(crate) n_rows: usize,
    pub(crate) computed: BTreeMap<(Block, Kind), Macs>,
    /// Against computing every row from scratch.
    pub(crate) saved: BTreeMap<(Reused, Kind), Macs>,
}

/// The plan names blocks of another network.
#[derive(Debug, thiserror::Error)]
#[error("expected a plan for {expected} levels, found one for {found}")]
pub(crate) struct OtherNetwork {
    expected: usize,
    found: usize,
}

impl Network {
    pub(crate) fn new(architecture: &Architecture, input: Input) -> Self {
        let layers = walk::layers(architecture, input);
        let mut cells = BTreeMap::new();
        for Layer { block, kind, part, before_text, macs, .. } in &layers {
            let cell = Cell { block: *block, kind: *kind, part: *part, before_text: *before_text };
            *cells.entry(cell).or_default() += macs;
        }
        let n_parameters = layers.iter().map(|layer| layer.n_parameters).sum();
        Self { n_levels: architecture.levels.len(), n_parameters, cells }
    }

    /// From a `unet/config.json`, at a side of the latent or the model's own.
    pub(crate) fn parse(
        json: &str,
        latent: Option<usize>,
        n_tokens: usize,
    ) -> anyhow::Result<Self> {
        let architecture = Architecture::parse(json)?;
        let latent = latent.or(architecture.sample_size);
        let latent = latent.ok_or_else(|| anyhow::anyhow!("the file names no sample_size"))?;
        Ok(Self::new(&architecture, Input { latent, n_tokens }))
    }

    pub(crate) fn n_levels(&self) -> usize {
        self.n_levels
    }

    pub(crate) fn n_parameters(&self) -> Macs {
        self.n_parameters
    }

    /// One row through the whole network.
    pub(crate) fn forward(&self, rule: CountingRule) -> Macs {
        let counted = self.cells.iter().filter(|(cell, _)| rule.counts(cell.kind));
        counted.map(|(_, macs)| macs).sum()
    }

    /// A plain picture: `n_steps` steps, two rows each.
    pub(crate) fn plain_picture(&self, n_steps: usize, rule: CountingRule) -> Macs {
        2 * n_steps as Macs * self.forward(rule)
    }

    /// Counts a request.
    pub(crate) fn count(&self, plan: &StepPlan) -> Result<Ledger, OtherNetwork> {
        if plan.n_levels() != self.n_levels {
            return Err(OtherNetwork { expected: self.n_levels, found: plan.n_levels() });
        }
        let mut ledger = Ledger { n_rows: plan.n_rows_run(), ..Ledger::default() };
        for row in plan.steps().iter().flatten() {
            for (cell, macs) in &self.cells {
                match row.reason_to_skip(cell.block, cell.part, cell.before_text) {
                    None => *ledger.computed.entry((cell.block, cell.kind)).or_default() += macs,
                    Some(reason) => *ledger.saved.entry((reason, cell.kind)).or_default() += macs,
                }
            }
        }
        Ok(ledger)
    }
}

impl Ledger {
    pub(crate) fn total(&self, rule: CountingRule) -> Macs {
        sum(&self.computed, |(_, kind)| rule.counts(*kind))
    }

    pub(crate) fn of_block(&self, block: Block) -> Macs {
        sum(&self.computed, |(of, _)| *of == block)
    }

    pub(crate) fn of_kind(&self, kind: Kind) -> Macs {
        sum(&self.computed, |(_, of)| *of == kind)
    }

    pub(crate) fn saved_by(&self, reason: Reused) -> Macs {
        sum(&self.saved, |(of, _)| *of == reason)
    }
}

fn sum<K>(entries: &BTreeMap<K, Macs>, is_counted: impl Fn(&K) -> bool) -> Macs {
    entries.iter().filter(|(key, _)| is_counted(key)).map(|(_, macs)| macs).sum()
}
