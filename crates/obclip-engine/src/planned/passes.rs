//! Which rows of a step go through the network together.

use std::collections::BTreeMap;

use obclip_plan::{Block, Reused, Row, RowPlan, StepPlan};

/// Rows of one forward pass, by their place in the step.
#[derive(Debug)]
pub(super) struct Pass {
    pub(super) rows: Vec<usize>,
    /// Per row: which of the pass's latents it starts from.
    pub(super) latent_rows: Vec<usize>,
}

impl Pass {
    /// The stream of each latent.
    pub(super) fn streams(&self, rows: &[RowPlan]) -> Vec<usize> {
        let n_latents = self.latent_rows.iter().max().map_or(0, |last| last + 1);
        (0..n_latents)
            .filter_map(|latent| self.latent_rows.iter().position(|&of| of == latent))
            .map(|place| rows[self.rows[place]].row.stream)
            .collect()
    }
}

/// How large the passes of a plan may become.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Together {
    /// Without a bound.
    pub(crate) most_rows: usize,
    /// With a bound of one row.
    pub(crate) least_rows: usize,
}

/// The largest passes of a plan.
pub(crate) fn rows_together(plan: &StepPlan) -> Together {
    let largest = |max_rows| {
        let steps = plan.steps().iter().enumerate();
        let passes = steps.flat_map(|(step, rows)| of_step(rows, step, max_rows));
        passes.map(|pass| pass.rows.len()).max().unwrap_or(0)
    };
    Together { most_rows: largest(usize::MAX), least_rows: largest(1) }
}

/// Rows that can share a pass.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    /// They leave out the same blocks and attentions.
    Alike(Vec<(Reused, Vec<Block>)>),
    /// They read the maps of one row.
    Pivot(Row),
}

/// The passes of a step, in order: a row that reads blocks of another row of this step comes after it. A
/// pass has at most `max_rows` rows, but for rows that share maps, which must stay together.
pub(super) fn of_step(rows: &[RowPlan], step: usize, max_rows: usize) -> Vec<Pass> {
    let mut depths: BTreeMap<Row, usize> = BTreeMap::new();
    let mut groups: BTreeMap<(usize, Group), Vec<usize>> = BTreeMap::new();
    let pivots: Vec<Row> = reuses(rows, Reused::AttentionMaps).collect();
    for (idx, row_plan) in rows.iter().enumerate().filter(|(_, row_plan)| row_plan.is_run()) {
        let row = row_plan.row;
        let maps = row_plan.reuses(Reused::AttentionMaps).next();
        let group = match maps.map(|reuse| reuse.from.row) {
            Some(pivot) => Group::Pivot(pivot),
            None if pivots.contains(&row) => Group::Pivot(row),
            None => Group::Alike(left_out(row_plan)),
        };
        let kept = [Reused::Blocks, Reused::AttentionOutputs].map(|what| row_plan.reuses(what));
        let sources = kept.into_iter().flatten().flat_map(|reuse| reuse.sources());
        let of_this_step = sources.filter(|source| source.step == step);
        let after = of_this_step.filter_map(|source| depths.get(&source.row)).max();
        let depth = after.map_or(0, |depth| depth + 1);
        depths.insert(row, depth);
        groups.entry((depth, group)).or_default().push(idx);
    }
    let batches = groups.into_iter().flat_map(|((_, group), members)| match group {
        Group::Alike(_) => split(rows, members, max_rows),
        Group::Pivot(_) => vec![members],
    });
    batches.map(|members| pass(rows, members)).collect()
}

fn reuses(rows: &[RowPlan], what: Reused) -> impl Iterator<Item = Row> {
    rows.iter().flat_map(move |row_plan| row_plan.reuses(what)).map(|reuse| reuse.from.row)
}

fn left_out(row_plan: &RowPlan) -> Vec<(Reused, Vec<Block>)> {
    let by_block = row_plan.reuse.iter().filter(|reuse| reuse.what.is_by_block());
    let mut left_out: Vec<_> = by_block
        .map(|reuse| {
            let mut blocks = reuse.blocks.clone();
            blocks.sort_unstable();
            (reuse.what, blocks)
        })
        .collect();
    left_out.sort_unstable();
    left_out
}

/// The row whose way to the text a row shares: its own by default.
fn root(row_plan: &RowPlan) -> Row {
    row_plan.reuses(Reused::BeforeText).next().map_or(row_plan.row, |reuse| reuse.from.row)
}

/// Batches of at most `max_rows` that keep rows with one root together where they fit.
fn split(rows: &[RowPlan], members: Vec<usize>, max_rows: usize) -> Vec<Vec<usize>> {
    let mut families: Vec<(Row, Vec<usize>)> = Vec::new();
    for idx in members {
        let root = root(&rows[idx]);
        match families.iter_mut().find(|(known, _)| *known == root) {
            Some((_, family)) => family.push(idx),
            None => families.push((root, vec![idx])),
        }
    }
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for (_, family) in families {
        for part in family.chunks(max_rows) {
            match batches.last_mut().filter(|batch| batch.len() + part.len() <= max_rows) {
                Some(batch) => batch.extend(part),
                None => batches.push(part.to_vec()),
            }
        }
    }
    batches
}

fn pass(rows: &[RowPlan], members: Vec<usize>) -> Pass {
    let mut roots: Vec<Row> = Vec::new();
    let latent_rows = members
        .iter()
        .map(|&idx| {
            let root = root(&rows[idx]);
            roots.iter().position(|known| *known == root).unwrap_or_else(|| {
                roots.push(root);
                roots.len() - 1
            })
        })
        .collect();
    Pass { rows: members, latent_rows }
}
