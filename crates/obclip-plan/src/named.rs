//! The plans of the literature.

use std::fmt;
use std::str::FromStr;

use super::{
    Block, Guidance, Half, PlanData, PlanError, Reuse, Reused, Row, RowPlan, Source, Start,
    StepPlan,
};

/// How far along the paper's table 7 a plan goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaperStage {
    /// Every row computed.
    Plain,
    /// Attention outputs cached from step r on, the way down and the middle skipped from step s on.
    Cache,
    /// And attention maps taken from a pivot before step r.
    Reuse,
}

impl PaperStage {
    /// In the table's order.
    pub const ALL: [Self; 3] = [Self::Plain, Self::Cache, Self::Reuse];
}

impl fmt::Display for PaperStage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plain => "plain",
            Self::Cache => "cache",
            Self::Reuse => "reuse",
        })
    }
}

impl FromStr for PaperStage {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Self, &'static str> {
        let known = Self::ALL.into_iter().find(|stage| stage.to_string() == name);
        known.ok_or("expected plain, cache or reuse")
    }
}

/// The paper's k, r and s (§3.4 of the reference). Steps count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaperSettings {
    /// Cloud steps.
    pub k: usize,
    /// First step whose attention outputs come from the cache.
    pub r: usize,
    /// First step that skips the way down and the middle.
    pub s: usize,
}

impl PaperSettings {
    /// Setting A.
    pub const K5: Self = Self { k: 5, r: 3, s: 3 };
    /// Setting B.
    pub const K10: Self = Self { k: 10, r: 4, s: 6 };
}

/// Which row's attention maps the others read. Always member 0's: no function of the choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pivot {
    /// One in each guidance half, whose texts are alike.
    PerHalf,
    /// One unconditional row for all 2N rows, as the paper's numbers imply.
    WholeBatch,
}

/// Every row of every step, from scratch.
pub fn plain(n_members: usize, k: usize, n_levels: usize) -> Result<StepPlan, PlanError> {
    build("plain", n_members, n_levels, k, |_, _| Vec::new())
}

/// [`plain`] for streams that may start from latents of their own, with or without guidance.
pub fn plain_from(
    n_members: usize,
    k: usize,
    n_levels: usize,
    (start, guidance): (Start, Guidance),
) -> Result<StepPlan, PlanError> {
    let mut data = PlanData::from(plain(n_members, k, n_levels)?);
    (data.start, data.guidance) = (start, guidance);
    if guidance == Guidance::Off {
        for rows in &mut data.steps {
            rows.retain(|row_plan| row_plan.row.half == Half::Conditional);
        }
    }
    StepPlan::try_from(data)
}

/// The paper's plan. No refresh of the cache falls inside the window: its description of k = 10
/// (steps 0–3 full, 4–5 cached, 6–9 cached and skipped) has none.
pub fn paper(
    settings: PaperSettings,
    stage: PaperStage,
    pivot: Pivot,
    n_members: usize,
    n_levels: usize,
) -> Result<StepPlan, PlanError> {
    let name = format!("paper-k{}", settings.k);
    build(&name, n_members, n_levels, settings.k, |step, row| match stage {
        PaperStage::Plain => Vec::new(),
        PaperStage::Cache | PaperStage::Reuse if step >= settings.r => {
            cached(settings, step, row, n_levels)
        }
        PaperStage::Cache => Vec::new(),
        PaperStage::Reuse => mapped(pivot, step, row, n_levels),
    })
}

fn cached(settings: PaperSettings, step: usize, row: Row, n_levels: usize) -> Vec<Reuse> {
    let up: Vec<Block> = (0..n_levels).map(Block::Up).collect();
    let down_and_mid: Vec<Block> = (0..n_levels).map(Block::Down).chain([Block::Mid]).collect();
    let outputs =
        |blocks| Reuse::of_blocks(Reused::AttentionOutputs, blocks, row.at(settings.r - 1));
    if step < settings.s {
        return vec![outputs(down_and_mid), outputs(up)];
    }
    let skipped = [vec![Block::Input], down_and_mid].concat();
    // The paper's table has r ≤ s: the last whole step is s − 1, and with r = s its attentions were computed.
    let skipped = Reuse::of_blocks(Reused::Blocks, skipped, row.at(settings.s - 1));
    vec![skipped, outputs(up)]
}

fn mapped(pivot: Pivot, step: usize, row: Row, n_levels: usize) -> Vec<Reuse> {
    let half = match pivot {
        Pivot::PerHalf => row.half,
        Pivot::WholeBatch => Half::Unconditional,
    };
    let pivot = Row { half, stream: 0 };
    if row == pivot {
        return Vec::new();
    }
    let levels = 0..n_levels;
    let blocks = levels.clone().map(Block::Down).chain([Block::Mid]).chain(levels.map(Block::Up));
    let from = Source { step, row: pivot };
    vec![Reuse::of_blocks(Reused::AttentionMaps, blocks.collect(), from)]
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
        let rows = halves.flat_map(|half| (0..n_members).map(move |stream| Row { half, stream }));
        rows.map(|row| RowPlan { row, reuse: reuse(step, row) }).collect()
    };
    let steps = (0..n_steps).map(rows).collect();
    StepPlan::try_from(PlanData {
        name: name.to_owned(),
        n_members,
        trunks: Vec::new(),
        n_levels,
        start: Start::Shared,
        guidance: Guidance::On,
        steps,
    })
}
