//! The savings that change no number, added to any plan.

use std::collections::{HashMap, HashSet};

use super::latents::Latents;
use super::{Half, PlanData, PlanError, Reuse, Reused, RowPlan, Source, StepPlan, check};

impl StepPlan {
    /// The plan as the engine runs it, whatever the plan says: the text's keys and values are computed once per
    /// request, the time embedding and its projections once per step.
    pub fn as_run(&self) -> Result<Self, PlanError> {
        self.with(Savings { rows: false })
    }

    /// [`Self::as_run`], and one computation for rows that are provably equal: an unconditional row serves all
    /// streams with the same latent, and what comes before the first look at the text is computed once for
    /// all rows with the same latent.
    pub fn exact(&self) -> Result<Self, PlanError> {
        self.with(Savings { rows: true })
    }

    fn with(&self, savings: Savings) -> Result<Self, PlanError> {
        let mut data = PlanData::from(self.clone());
        let read = Read::of(&data);
        let mut latents = Latents::new(data.start, self.n_streams());
        let mut texts = HashMap::new();
        for (step, rows) in data.steps.iter_mut().enumerate() {
            let mut done = Vec::new();
            for row_plan in rows.iter_mut() {
                if savings.rows {
                    share_rows(row_plan, step, &read, &done, &latents);
                }
                if row_plan.is_run() {
                    share_text(row_plan, step, &read, &mut texts);
                    share_time(row_plan, step, &read, &done);
                }
                done.push(row_plan.clone());
            }
            latents.advance(step, rows);
        }
        Self::try_from(data)
    }
}

/// Which savings are added beside those that the engine always makes.
struct Savings {
    rows: bool,
}

/// Rows of which others read more than the prediction.
struct Read {
    /// Their maps: they run whole.
    maps: HashSet<Source>,
    /// Their blocks or attention outputs: they run.
    blocks: HashSet<Source>,
    /// What the plan itself says is read of them at the inputs: they compute it.
    inputs: HashSet<(Reused, Source)>,
}

impl Read {
    fn of(plan: &PlanData) -> Self {
        let reuse = || plan.steps.iter().flatten().flat_map(|row| &row.reuse);
        let maps = reuse().filter(|reuse| reuse.what == Reused::AttentionMaps);
        let blocks = reuse().filter(|reuse| reuse.what.is_by_block());
        let inputs = reuse().filter(|reuse| INPUTS.contains(&reuse.what));
        Self {
            maps: maps.flat_map(Reuse::sources).collect(),
            blocks: blocks.flat_map(Reuse::sources).collect(),
            inputs: inputs
                .flat_map(|reuse| reuse.sources().map(|source| (reuse.what, source)))
                .collect(),
        }
    }

    /// Whether something at the inputs of this row is read by others.
    fn at_inputs(&self, row: Source) -> bool {
        INPUTS.iter().any(|&what| self.inputs.contains(&(what, row)))
    }
}

const INPUTS: [Reused; 3] = [Reused::BeforeText, Reused::TextKeysValues, Reused::TimeEmbedding];

/// One unconditional row for equal latents; one way to the first text for equal latents.
fn share_rows(
    row_plan: &mut RowPlan,
    step: usize,
    read: &Read,
    done: &[RowPlan],
    latents: &Latents,
) {
    let row = row_plan.row;
    let only = |row_plan: &RowPlan, whats: &[Reused]| {
        row_plan.reuse.iter().all(|reuse| whats.contains(&reuse.what))
    };
    let within_the_row = [Reused::TextKeysValues, Reused::TimeEmbedding];
    let must_be_whole = read.maps.contains(&row.at(step)) || read.at_inputs(row.at(step));
    if !only(row_plan, &within_the_row) || must_be_whole {
        return;
    }
    let same = done.iter().filter(|other| latents.are_equal(other.row.stream, row.stream));
    let exact = [Reused::TextKeysValues, Reused::TimeEmbedding, Reused::BeforeText];
    let twin = same.clone().find(|other| {
        [other.row.half, row.half] == [Half::Unconditional; 2] && only(other, &exact)
    });
    let first = same.clone().find(|other| only(other, &within_the_row));
    let must_run = read.blocks.contains(&row.at(step));
    match (twin.filter(|_| !must_run), first) {
        (Some(twin), _) => {
            row_plan.reuse = vec![Reuse::whole(Reused::Prediction, twin.row.at(step))];
        }
        (None, Some(first)) => {
            row_plan.reuse.push(Reuse::whole(Reused::BeforeText, first.row.at(step)));
        }
        (None, None) => {}
    }
}

/// `texts` holds the first row that read each text.
fn share_text(
    row_plan: &mut RowPlan,
    step: usize,
    read: &Read,
    texts: &mut HashMap<Option<usize>, (Source, RowPlan)>,
) {
    let text = row_plan.row.text();
    let is_read = read.inputs.contains(&(Reused::TextKeysValues, row_plan.row.at(step)));
    if is_read || row_plan.reuses(Reused::TextKeysValues).next().is_some() {
        return;
    }
    match texts.get(&text) {
        Some((from, first)) => push_if_readable(row_plan, Reused::TextKeysValues, *from, first),
        None => {
            texts.insert(text, (row_plan.row.at(step), row_plan.clone()));
        }
    }
}

fn share_time(row_plan: &mut RowPlan, step: usize, read: &Read, done: &[RowPlan]) {
    let is_read = read.inputs.contains(&(Reused::TimeEmbedding, row_plan.row.at(step)));
    if is_read || row_plan.reuses(Reused::TimeEmbedding).next().is_some() {
        return;
    }
    let computes_it = |earlier: &&RowPlan| {
        let takes = |what| earlier.reuses(what).next().is_some();
        !takes(Reused::Prediction) && !takes(Reused::TimeEmbedding) && !takes(Reused::BeforeText)
    };
    if let Some(first) = done.iter().find(computes_it) {
        push_if_readable(row_plan, Reused::TimeEmbedding, first.row.at(step), first);
    }
}

fn push_if_readable(row_plan: &mut RowPlan, what: Reused, from: Source, source: &RowPlan) {
    let reuse = Reuse::whole(what, from);
    if check::can_read(source, &reuse, row_plan) {
        row_plan.reuse.push(reuse);
    }
}
