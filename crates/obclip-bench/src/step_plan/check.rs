//! Refuses a plan that reads what was never computed, or what another row's input makes wrong.

use std::collections::HashMap;

use super::{Block, Half, PlanData, Reuse, Reused, Row, RowPlan, Source};

/// Why a plan cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PlanError {
    #[error("expected at least one member, level and step, found {members}, {levels} and {steps}")]
    Empty { members: usize, levels: usize, steps: usize },
    #[error("expected {expected} rows in step {step}, found {found}")]
    RowCount { step: usize, expected: usize, found: usize },
    #[error("step {step}: expected a row of one of {n_members} members, found the {row}")]
    RowUnknown { step: usize, row: Row, n_members: usize },
    #[error("step {step}: expected every row once, found the {row} twice")]
    RowTwice { step: usize, row: Row },
    #[error("expected a block's name such as down.0, mid or up.1, found {found:?}")]
    BlockName { found: String },
    #[error("expected a block of a network with {n_levels} levels, found {block}")]
    BlockUnknown { block: Block, n_levels: usize },
    #[error("{what}: expected blocks to act on if and only if it acts by block, found {found}")]
    BlockCount { what: Reused, found: usize },
    #[error("step {step}, {row}: {first} and {second} both stand for the same thing")]
    Clash { step: usize, row: Row, first: Reused, second: Reused },
    #[error(
        "step {step}, {row}: reads {what} of the {source_row}, which comes later or not at all"
    )]
    NotYet { step: usize, row: Row, what: Reused, source_row: Source },
    #[error("step {step}, {row}: reads {what} of the {source_row}, which never computes it")]
    NeverComputed { step: usize, row: Row, what: Reused, source_row: Source },
    #[error("step {step}, {row}: reads {what} of the {source_row}, whose {input} differs")]
    OtherInput { step: usize, row: Row, what: Reused, source_row: Source, input: &'static str },
}

pub(super) fn check(plan: &PlanData) -> Result<(), PlanError> {
    let (members, levels, steps) = (plan.n_members, plan.n_levels, plan.steps.len());
    if members == 0 || levels == 0 || steps == 0 {
        return Err(PlanError::Empty { members, levels, steps });
    }
    let mut done = HashMap::new();
    for (step, rows) in plan.steps.iter().enumerate() {
        let expected = members.saturating_mul(2);
        if rows.len() != expected {
            return Err(PlanError::RowCount { step, expected, found: rows.len() });
        }
        for row_plan in rows {
            check_row(plan, step, row_plan, &done)?;
            let here = Source { step, row: row_plan.row };
            if done.insert(here, row_plan).is_some() {
                return Err(PlanError::RowTwice { step, row: row_plan.row });
            }
        }
    }
    Ok(())
}

/// `done` holds every row computed so far.
fn check_row(
    plan: &PlanData,
    step: usize,
    row_plan: &RowPlan,
    done: &HashMap<Source, &RowPlan>,
) -> Result<(), PlanError> {
    let (row, n_members) = (row_plan.row, plan.n_members);
    if row.member >= n_members {
        return Err(PlanError::RowUnknown { step, row, n_members });
    }
    for (position, reuse) in row_plan.reuse.iter().enumerate() {
        check_blocks(reuse, plan.n_levels)?;
        for earlier in &row_plan.reuse[..position] {
            if clash(earlier, reuse) {
                let (first, second) = (earlier.what, reuse.what);
                return Err(PlanError::Clash { step, row, first, second });
            }
        }
        let (what, source_row) = (reuse.what, reuse.from);
        let source = done.get(&source_row);
        let source = source.ok_or(PlanError::NotYet { step, row, what, source_row })?;
        if source.reuse.iter().any(|own| leaves_nothing_for(own, reuse)) {
            return Err(PlanError::NeverComputed { step, row, what, source_row });
        }
        if let Some(input) = other_input(step, row, reuse) {
            return Err(PlanError::OtherInput { step, row, what, source_row, input });
        }
    }
    Ok(())
}

fn check_blocks(reuse: &Reuse, n_levels: usize) -> Result<(), PlanError> {
    let (what, found) = (reuse.what, reuse.blocks.len());
    if what.is_by_block() == reuse.blocks.is_empty() {
        return Err(PlanError::BlockCount { what, found });
    }
    let unknown = reuse.blocks.iter().find(|block| match block {
        Block::Down(level) | Block::Up(level) => *level >= n_levels,
        Block::Time | Block::Input | Block::Mid | Block::Output => false,
    });
    match unknown {
        Some(&block) => Err(PlanError::BlockUnknown { block, n_levels }),
        None => Ok(()),
    }
}

fn share_a_block(a: &Reuse, b: &Reuse) -> bool {
    a.blocks.iter().any(|block| b.blocks.contains(block))
}

/// Two answers to the question what one row should use in one place.
fn clash(a: &Reuse, b: &Reuse) -> bool {
    let whole = a.what == Reused::Prediction || b.what == Reused::Prediction;
    whole || a.what == b.what && !a.what.is_by_block() || share_a_block(a, b)
}

/// What the source itself took over (`own`), so that it has not computed what `wanted` reads.
fn leaves_nothing_for(own: &Reuse, wanted: &Reuse) -> bool {
    use Reused::{
        AttentionMaps, AttentionOutputs, BeforeText, Blocks, Prediction, TextKeysValues,
        TimeEmbedding,
    };
    match (wanted.what, own.what) {
        (_, Prediction) => true,
        (Prediction, _) => false,
        (Blocks, Blocks) => share_a_block(own, wanted),
        (AttentionOutputs, Blocks | AttentionOutputs) => share_a_block(own, wanted),
        (AttentionMaps, Blocks | AttentionOutputs | AttentionMaps) => share_a_block(own, wanted),
        // The first map comes before the text.
        (AttentionMaps, BeforeText) => true,
        (TextKeysValues, Blocks | AttentionOutputs | AttentionMaps | TextKeysValues) => true,
        (BeforeText | TimeEmbedding, Blocks | BeforeText) => true,
        (TimeEmbedding, TimeEmbedding) => true,
        (
            Blocks | AttentionOutputs | AttentionMaps | BeforeText | TextKeysValues | TimeEmbedding,
            _,
        ) => false,
    }
}

/// The input that makes an exact saving wrong, if one does. Maps, outputs, blocks and predictions
/// of another row or step are approximations: a plan may choose them freely.
fn other_input(step: usize, row: Row, reuse: &Reuse) -> Option<&'static str> {
    let Source { step: from_step, row: from } = reuse.from;
    // All members start from the same noise; the two halves of a member always share its latent.
    let same_latent = from_step == step && (step == 0 || from.member == row.member);
    let same_text =
        from.half == row.half && (row.half == Half::Unconditional || from.member == row.member);
    match reuse.what {
        Reused::BeforeText if !same_latent => Some("latent"),
        Reused::TextKeysValues if !same_text => Some("text"),
        Reused::TimeEmbedding if from_step != step => Some("timestep"),
        _ => None,
    }
}
