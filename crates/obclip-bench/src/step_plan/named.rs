//! The plans that have names.

use super::{Block, Half, PlanData, PlanError, Reuse, Reused, Row, RowPlan, Source, StepPlan};

/// How far along the paper's table 7 a plan goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Stage {
    /// Every row computed.
    Plain,
    /// Attention outputs cached from step r on, the way down and the middle skipped from step s on.
    Cache,
    /// And attention maps taken from a pivot before step r.
    Reuse,
}

/// The paper's k, r and s (§3.4 of the reference). Steps count from 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PaperSettings {
    /// Cloud steps.
    pub(crate) k: usize,
    /// First step whose attention outputs come from the cache.
    pub(crate) r: usize,
    /// First step that skips the way down and the middle.
    pub(crate) s: usize,
}

impl PaperSettings {
    pub(crate) const K5: Self = Self { k: 5, r: 3, s: 3 };
    pub(crate) const K10: Self = Self { k: 10, r: 4, s: 6 };
}

/// Which row's attention maps the others read. Always member 0's: no function of the choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pivot {
    /// One in each guidance half, whose texts are alike.
    PerHalf,
    /// One unconditional row for all 2N rows, as the paper's numbers imply.
    WholeBatch,
}

/// Every row of every step, from scratch.
pub(crate) fn plain(n_members: usize, k: usize, n_levels: usize) -> Result<StepPlan, PlanError> {
    build("plain", n_members, n_levels, k, |_, _| Vec::new())
}

/// Only savings that leave every number as it is: the text's keys and values once per request, the
/// time embedding once per step, one unconditional row in step 0, where all members share the
/// latent, and one pass up to the first look at the text for the two halves of a member.
pub(crate) fn exact(n_members: usize, k: usize, n_levels: usize) -> Result<StepPlan, PlanError> {
    build("exact", n_members, n_levels, k, exact_reuse)
}

fn exact_reuse(step: usize, row: Row) -> Vec<Reuse> {
    let first = Row { half: Half::Unconditional, member: 0 };
    let whole = |what, step, row| Reuse { what, blocks: Vec::new(), from: Source { step, row } };
    let mut reuse = Vec::new();
    if step == 0 && row != first && row.half == Half::Unconditional {
        return vec![whole(Reused::Prediction, 0, first)];
    }
    if row.half == Half::Conditional {
        let member = if step == 0 { 0 } else { row.member };
        let other_half = Row { half: Half::Unconditional, member };
        reuse.push(whole(Reused::BeforeText, step, other_half));
    }
    if step > 0 {
        let same_text = if row.half == Half::Unconditional { first } else { row };
        reuse.push(whole(Reused::TextKeysValues, 0, same_text));
    }
    if row != first {
        reuse.push(whole(Reused::TimeEmbedding, step, first));
    }
    reuse
}

/// The paper's plan. No refresh of the cache falls inside the window: its description of k = 10
/// (steps 0–3 full, 4–5 cached, 6–9 cached and skipped) has none.
pub(crate) fn paper(
    settings: PaperSettings,
    stage: Stage,
    pivot: Pivot,
    n_members: usize,
    n_levels: usize,
) -> Result<StepPlan, PlanError> {
    let name = format!("paper-k{}", settings.k);
    build(&name, n_members, n_levels, settings.k, |step, row| match stage {
        Stage::Plain => Vec::new(),
        Stage::Cache | Stage::Reuse if step >= settings.r => cached(settings, step, row, n_levels),
        Stage::Cache => Vec::new(),
        Stage::Reuse => mapped(pivot, step, row, n_levels),
    })
}

fn cached(settings: PaperSettings, step: usize, row: Row, n_levels: usize) -> Vec<Reuse> {
    let up: Vec<Block> = (0..n_levels).map(Block::Up).collect();
    let down_and_mid: Vec<Block> = (0..n_levels).map(Block::Down).chain([Block::Mid]).collect();
    let outputs = |blocks| Reuse {
        what: Reused::AttentionOutputs,
        blocks,
        from: Source { step: settings.r - 1, row },
    };
    if step < settings.s {
        return vec![outputs(down_and_mid), outputs(up)];
    }
    let skipped = Reuse {
        what: Reused::Blocks,
        blocks: [vec![Block::Input], down_and_mid].concat(),
        from: Source { step: settings.s - 1, row },
    };
    vec![skipped, outputs(up)]
}

fn mapped(pivot: Pivot, step: usize, row: Row, n_levels: usize) -> Vec<Reuse> {
    let half = match pivot {
        Pivot::PerHalf => row.half,
        Pivot::WholeBatch => Half::Unconditional,
    };
    let pivot = Row { half, member: 0 };
    if row == pivot {
        return Vec::new();
    }
    let levels = 0..n_levels;
    let blocks = levels.clone().map(Block::Down).chain([Block::Mid]).chain(levels.map(Block::Up));
    let blocks = blocks.collect();
    vec![Reuse { what: Reused::AttentionMaps, blocks, from: Source { step, row: pivot } }]
}

/// Rows stand as diffusers lays out its batch: the unconditional half first.
fn build(
    name: &str,
    n_members: usize,
    n_levels: usize,
    n_steps: usize,
    reuse: impl Fn(usize, Row) -> Vec<Reuse>,
) -> Result<StepPlan, PlanError> {
    let rows = |step| {
        let halves = [Half::Unconditional, Half::Conditional].into_iter();
        let rows = halves.flat_map(|half| (0..n_members).map(move |member| Row { half, member }));
        rows.map(|row| RowPlan { row, reuse: reuse(step, row) }).collect()
    };
    let steps = (0..n_steps).map(rows).collect();
    StepPlan::try_from(PlanData { name: name.to_owned(), n_members, n_levels, steps })
}
