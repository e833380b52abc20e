//! Refuses a plan that reads what was never computed, or what another row's input makes wrong.

use std::collections::{HashMap, HashSet};

use super::latents::Latents;
use super::{Block, Guidance, Half, PlanData, Reuse, Reused, Row, RowPlan, Source};

/// Why a plan cannot be run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the texts say what each field is")]
pub enum PlanError {
    #[error("expected at least one member, level and step, found {members}, {levels} and {steps}")]
    Empty { members: usize, levels: usize, steps: usize },
    #[error("{what}: expected at most {expected}, found {found}")]
    TooMany { what: &'static str, expected: usize, found: usize },
    #[error("expected {expected} steps, found {found}")]
    StepCount { expected: usize, found: usize },
    #[error("expected {expected} rows in step {step}, found {found}")]
    RowCount { step: usize, expected: usize, found: usize },
    #[error("step {step}: expected a row of one of {n_streams} streams, found the {row}")]
    RowUnknown { step: usize, row: Row, n_streams: usize },
    #[error("step {step}: expected every row once, found the {row} twice")]
    RowTwice { step: usize, row: Row },
    #[error("step {step}: expected no row of a trunk that paused before, found the {row}")]
    TrunkPaused { step: usize, row: Row },
    #[error("trunk {trunk}: expected the values of one of {n_members} members, found {found}")]
    TrunkUnknown { trunk: usize, n_members: usize, found: usize },
    #[error("expected a block's name such as down.0, mid or up.1, found {found:?}")]
    BlockName { found: String },
    #[error("expected a block of a network with {n_levels} levels that hands on, found {block}")]
    BlockUnknown { block: Block, n_levels: usize },
    #[error("{what}: expected blocks to act on if and only if it acts by block, found {found}")]
    BlockCount { what: Reused, found: usize },
    #[error("{what}: expected no correction: it is exact or quadratic in the positions")]
    NotCorrectable { what: Reused },
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

/// More than any class within the protocol's limits needs.
const MAX_STREAMS: usize = 1024;
const MAX_STEPS: usize = 1000;

pub(crate) fn check(plan: &PlanData) -> Result<(), PlanError> {
    let (members, levels, steps) = (plan.n_members, plan.n_levels, plan.steps.len());
    if members == 0 || levels == 0 || steps == 0 {
        return Err(PlanError::Empty { members, levels, steps });
    }
    let n_streams = members.saturating_add(plan.trunks.len());
    for (what, expected, found) in
        [("streams", MAX_STREAMS, n_streams), ("steps", MAX_STEPS, steps)]
    {
        if found > expected {
            return Err(PlanError::TooMany { what, expected, found });
        }
    }
    for (trunk, data) in plan.trunks.iter().enumerate() {
        if data.like >= members {
            return Err(PlanError::TrunkUnknown { trunk, n_members: members, found: data.like });
        }
    }
    let mut done = HashMap::new();
    let mut latents = Latents::new(plan.start, n_streams);
    let mut running: HashSet<usize> = (0..n_streams).collect();
    for (step, rows) in plan.steps.iter().enumerate() {
        running = check_step_rows(plan, step, rows, &running)?;
        for row_plan in rows {
            check_row(plan, step, row_plan, &done, &latents)?;
            done.insert(row_plan.row.at(step), row_plan);
        }
        latents.advance(step, rows);
    }
    Ok(())
}

/// Every member's rows once; a trunk's too, or not at all and never again. Gives the streams that ran.
fn check_step_rows(
    plan: &PlanData,
    step: usize,
    rows: &[RowPlan],
    running: &HashSet<usize>,
) -> Result<HashSet<usize>, PlanError> {
    let n_streams = plan.n_members + plan.trunks.len();
    let mut seen = HashSet::new();
    for RowPlan { row, .. } in rows {
        let row = *row;
        let unguided = plan.guidance == Guidance::Off && row.half == Half::Unconditional;
        if row.stream >= n_streams || unguided {
            return Err(PlanError::RowUnknown { step, row, n_streams });
        }
        if !running.contains(&row.stream) {
            return Err(PlanError::TrunkPaused { step, row });
        }
        if !seen.insert(row) {
            return Err(PlanError::RowTwice { step, row });
        }
    }
    let streams: HashSet<usize> = seen.iter().map(|row| row.stream).collect();
    let missing = (0..plan.n_members).filter(|member| !streams.contains(member)).count();
    let halves = if plan.guidance == Guidance::On { 2 } else { 1 };
    let expected = halves * (streams.len() + missing);
    match rows.len() == expected {
        true => Ok(streams),
        false => Err(PlanError::RowCount { step, expected, found: rows.len() }),
    }
}

/// `done` holds every row computed so far.
fn check_row(
    plan: &PlanData,
    step: usize,
    row_plan: &RowPlan,
    done: &HashMap<Source, &RowPlan>,
    latents: &Latents,
) -> Result<(), PlanError> {
    let row = row_plan.row;
    for (position, reuse) in row_plan.reuse.iter().enumerate() {
        check_blocks(reuse, plan.n_levels)?;
        let what = reuse.what;
        if reuse.correction.is_some() && !what.is_correctable() {
            return Err(PlanError::NotCorrectable { what });
        }
        for earlier in &row_plan.reuse[..position] {
            if clash(earlier, reuse) {
                let (first, second) = (earlier.what, what);
                return Err(PlanError::Clash { step, row, first, second });
            }
        }
        for source_row in reuse.sources() {
            let source = done.get(&source_row);
            let source = source.ok_or(PlanError::NotYet { step, row, what, source_row })?;
            if !can_read(source, reuse, row_plan) {
                return Err(PlanError::NeverComputed { step, row, what, source_row });
            }
        }
        if let Some(input) = other_input(step, row, reuse, latents) {
            let source_row = reuse.from;
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
        Block::Input | Block::Mid => false,
        // The first is reused by a kind of its own; what the last gives is the prediction.
        Block::Time | Block::Output => true,
    });
    match unknown {
        Some(&block) => Err(PlanError::BlockUnknown { block, n_levels }),
        None => Ok(()),
    }
}

fn share_a_block(a: &Reuse, b: &Reuse) -> bool {
    a.blocks.iter().any(|block| b.blocks.contains(block))
}

/// Two answers to the question what one row should use in one place, or two kinds that cannot run in
/// one pass: a prefix shared with another row, maps of another row, and blocks that are not run.
fn clash(a: &Reuse, b: &Reuse) -> bool {
    let either = |what: Reused| a.what == what || b.what == what;
    let whole = either(Reused::Prediction);
    let twice = a.what == b.what && !a.what.is_by_block();
    let by_block = a.what.is_by_block() && b.what.is_by_block();
    let prefix = either(Reused::BeforeText) && (a.what.is_by_block() || b.what.is_by_block());
    let maps = by_block && either(Reused::AttentionMaps) && a.what != b.what;
    whole || twice || prefix || maps || share_a_block(a, b)
}

/// Whether `source` itself computes what `wanted` reads of it.
pub(crate) fn can_read(source: &RowPlan, wanted: &Reuse, reader: &RowPlan) -> bool {
    !source.reuse.iter().any(|own| leaves_nothing_for(own, wanted, reader))
}

/// What the source itself took over (`own`), so that it has not computed what `wanted` reads.
fn leaves_nothing_for(own: &Reuse, wanted: &Reuse, reader: &RowPlan) -> bool {
    use Reused::{
        AttentionMaps, AttentionOutputs, BeforeText, Blocks, Prediction, TextKeysValues,
        TimeEmbedding,
    };
    match (wanted.what, own.what) {
        // Every row ends with a prediction, its own or another's.
        (Prediction, _) => false,
        (_, Prediction) => true,
        (Blocks, Blocks) => share_a_block(own, wanted),
        (AttentionOutputs, Blocks | AttentionOutputs) => share_a_block(own, wanted),
        // A pivot runs whole, in the pass of those that read it. The first map comes before the text.
        (AttentionMaps, Blocks | AttentionOutputs | AttentionMaps | BeforeText) => true,
        // Nothing is missing if the reader leaves out as much.
        (TextKeysValues, Blocks | AttentionOutputs | AttentionMaps) | (TimeEmbedding, Blocks) => {
            !reader.reuse.iter().any(|readers| {
                let as_much = readers.what <= own.what && readers.what.is_by_block();
                as_much && own.blocks.iter().all(|block| readers.blocks.contains(block))
            })
        }
        (TextKeysValues, TextKeysValues) | (TimeEmbedding, BeforeText | TimeEmbedding) => true,
        // What comes before the text is exact only of a row that computes all of it.
        (BeforeText, Blocks | AttentionOutputs | AttentionMaps | BeforeText) => true,
        (
            Blocks | AttentionOutputs | AttentionMaps | BeforeText | TextKeysValues | TimeEmbedding,
            _,
        ) => false,
    }
}

/// The input that makes an exact saving wrong, if one does. Outputs, blocks and predictions of another row
/// or step are approximations: a plan may choose them freely. Maps too, but of one step: they are never kept.
fn other_input(step: usize, row: Row, reuse: &Reuse, latents: &Latents) -> Option<&'static str> {
    let Source { step: from_step, row: from } = reuse.from;
    let same_step = from_step == step;
    match reuse.what {
        Reused::BeforeText if !same_step || !latents.are_equal(row.stream, from.stream) => {
            Some("latent")
        }
        Reused::TextKeysValues if from.text() != row.text() => Some("text"),
        Reused::TimeEmbedding | Reused::AttentionMaps if !same_step => Some("timestep"),
        _ => None,
    }
}
