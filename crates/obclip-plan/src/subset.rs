//! The part of a plan that one member's latent depends on: the same bits for that member, at the price of one.

use std::collections::{BTreeSet, HashMap};

use super::latents::Latents;
use super::{
    Correction, Guidance, PlanData, PlanError, Reuse, Reused, Row, RowPlan, Source, StepPlan, Trunk,
};

/// A plan for one member, and which streams of the whole plan its streams are.
#[derive(Clone, Debug)]
pub struct Subset {
    /// One member; the other streams are trunks.
    pub plan: StepPlan,
    /// Per stream: its number in the whole plan.
    pub streams: Vec<usize>,
}

impl StepPlan {
    /// What member `member` needs. For studies that finish one member of a class; a cloud that ran it would
    /// know the choice.
    ///
    /// # Errors
    /// If there is no such member.
    pub fn only(&self, member: usize) -> Result<Subset, PlanError> {
        let bare = without_exact(self);
        let steps = needed(&bare, member);
        let mut streams = vec![member];
        let others: BTreeSet<usize> = steps.iter().flatten().map(|row| row.row.stream).collect();
        streams.extend(others.into_iter().filter(|&stream| stream != member));
        let renumbered: HashMap<usize, usize> =
            streams.iter().enumerate().map(|(new, &old)| (old, new)).collect();
        let steps = steps
            .into_iter()
            .map(|rows| rows.into_iter().map(|row| renumber(row, &renumbered)).collect())
            .collect();
        let trunks = streams[1..].iter().map(|_| Trunk { like: 0, open: Vec::new() }).collect();
        let data = PlanData { n_members: 1, trunks, steps, ..bare };
        Ok(Subset { plan: StepPlan::try_from(data)?.exact()?, streams })
    }
}

/// The plan without savings that change no number; they are found again among the rows that are left.
fn without_exact(plan: &StepPlan) -> PlanData {
    let mut data = PlanData::from(plan.clone());
    let mut latents = Latents::new(data.start, plan.n_streams());
    for (step, rows) in data.steps.iter_mut().enumerate() {
        let whole = rows.clone();
        // A source that itself takes over something inexact cannot be computed again in another's place.
        let is_computed = |row: Row| {
            let source = whole.iter().find(|other| other.row == row);
            source.is_some_and(|source| source.reuse.iter().all(|reuse| is_exact(reuse.what)))
        };
        for row_plan in rows.iter_mut() {
            let row = row_plan.row;
            row_plan.reuse.retain(|reuse| {
                let same_text = reuse.from.row.text() == row.text();
                let copies_its_own = same_text && latents.is_copy(step, row, reuse);
                let again = copies_its_own && is_computed(reuse.from.row);
                !is_exact(reuse.what) && !again
            });
        }
        latents.advance(step, &whole);
    }
    data
}

fn is_exact(what: Reused) -> bool {
    matches!(what, Reused::BeforeText | Reused::TextKeysValues | Reused::TimeEmbedding)
}

/// The member's rows, all they read, and all rows that bring the streams of those to their step.
fn needed(plan: &PlanData, member: usize) -> Vec<Vec<RowPlan>> {
    let mut wanted: BTreeSet<Source> = BTreeSet::new();
    let mut streams = BTreeSet::from([member]);
    let halves = if plan.guidance == Guidance::On { 2 } else { 1 };
    for (step, rows) in plan.steps.iter().enumerate().rev() {
        // Rows of one step may read each other, so the set grows until it stands.
        loop {
            let before = wanted.len();
            streams.extend(wanted.iter().filter(|row| row.step >= step).map(|row| row.row.stream));
            for row_plan in rows.iter().filter(|row_plan| streams.contains(&row_plan.row.stream)) {
                let row = row_plan.row;
                let both = [Row::conditional(row.stream), Row::unconditional(row.stream)];
                wanted.extend(both[..halves].iter().map(|half| half.at(step)));
                wanted.extend(row_plan.reuse.iter().flat_map(Reuse::sources));
            }
            if wanted.len() == before {
                break;
            }
        }
    }
    let is_wanted = |step, row: &&RowPlan| wanted.contains(&row.row.at(step));
    let rows = |(step, rows): (usize, &Vec<RowPlan>)| {
        rows.iter().filter(|row| is_wanted(step, row)).cloned().collect()
    };
    plan.steps.iter().enumerate().map(rows).collect()
}

fn renumber(mut row_plan: RowPlan, streams: &HashMap<usize, usize>) -> RowPlan {
    let row = |row: Row| Row { stream: streams[&row.stream], ..row };
    let source = |source: Source| Source { row: row(source.row), ..source };
    row_plan.row = row(row_plan.row);
    for reuse in &mut row_plan.reuse {
        reuse.from = source(reuse.from);
        reuse.correction = reuse.correction.map(|Correction { plus, minus }| Correction {
            plus: source(plus),
            minus: source(minus),
        });
    }
    row_plan
}
