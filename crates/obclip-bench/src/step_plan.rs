//! A step plan: for every cloud step, which rows are computed and what each of them reuses.
//! A plan is data. It is built from the class's size alone, so it says nothing of the choice.

mod check;
mod named;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

pub(crate) use check::PlanError;
pub(crate) use named::{PaperSettings, Pivot, Stage, exact, paper, plain};

/// A plan that reads only what was computed before.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "PlanData", into = "PlanData")]
pub(crate) struct StepPlan(PlanData);

/// A plan as it stands in a file, unchecked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanData {
    pub(crate) name: String,
    /// Members of the class.
    pub(crate) n_members: usize,
    /// Resolutions of the network the plan's blocks belong to.
    pub(crate) n_levels: usize,
    /// Each step's rows, in the order they are computed.
    pub(crate) steps: Vec<Vec<RowPlan>>,
}

/// One latent with one conditioning: the unit the U-Net computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Row {
    pub(crate) half: Half,
    pub(crate) member: usize,
}

/// The two sides of classifier-free guidance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Half {
    Unconditional,
    Conditional,
}

/// One row's work in one step: everything, except what it reuses.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowPlan {
    pub(crate) row: Row,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) reuse: Vec<Reuse>,
}

/// What a row takes over, where it acts, and which row of which step it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reuse {
    pub(crate) what: Reused,
    /// For the kinds that act block by block; empty for the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) blocks: Vec<Block>,
    pub(crate) from: Source,
}

/// A row of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Source {
    pub(crate) step: usize,
    pub(crate) row: Row,
}

/// What can be taken over. In the order in which a layer that several of them cover is booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Reused {
    /// The row's whole prediction.
    Prediction,
    /// All that the blocks hand on: their outputs and their skip tensors.
    Blocks,
    /// What both attentions of the blocks' transformers give, after `to_out`.
    AttentionOutputs,
    /// softmax(QKᵀ) of both attentions; values and `to_out` are the row's own.
    AttentionMaps,
    /// Everything before the first layer that has read the text.
    BeforeText,
    /// The text's keys and values in every cross-attention.
    TextKeysValues,
    /// The time embedding and its projections.
    TimeEmbedding,
}

/// A block of the U-Net.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) enum Block {
    /// `time_embedding`, `add_embedding`
    Time,
    /// `conv_in`
    Input,
    /// `down_blocks.i`; 0 has the highest resolution.
    Down(usize),
    /// `mid_block`
    Mid,
    /// `up_blocks.i`; 0 has the lowest resolution.
    Up(usize),
    /// `conv_norm_out`, `conv_out`
    Output,
}

/// How a layer takes part in what can be reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// No special part.
    Body,
    /// `to_q`, `to_k` of the image, QKᵀ.
    AttentionMap,
    /// `to_k` of the text.
    TextKeys,
    /// `to_v` of the image, PV, `to_out`.
    AttentionOutput,
    /// `to_v` of the text.
    TextValues,
    /// Depends on the timestep alone.
    Time,
}

impl StepPlan {
    pub(crate) fn name(&self) -> &str {
        &self.0.name
    }

    pub(crate) fn n_members(&self) -> usize {
        self.0.n_members
    }

    pub(crate) fn n_levels(&self) -> usize {
        self.0.n_levels
    }

    pub(crate) fn steps(&self) -> &[Vec<RowPlan>] {
        &self.0.steps
    }

    /// Rows that go through the network, wholly or in part.
    pub(crate) fn n_rows_run(&self) -> usize {
        self.steps().iter().flatten().filter(|row| row.is_run()).count()
    }
}

impl TryFrom<PlanData> for StepPlan {
    type Error = PlanError;

    fn try_from(data: PlanData) -> Result<Self, PlanError> {
        check::check(&data)?;
        Ok(Self(data))
    }
}

impl From<StepPlan> for PlanData {
    fn from(plan: StepPlan) -> Self {
        plan.0
    }
}

impl RowPlan {
    /// False if the whole prediction is taken from elsewhere.
    fn is_run(&self) -> bool {
        !self.reuse.iter().any(|reuse| reuse.what == Reused::Prediction)
    }

    /// Why this row need not compute a layer, if it need not.
    pub(crate) fn reason_to_skip(
        &self,
        block: Block,
        part: Part,
        before_text: bool,
    ) -> Option<Reused> {
        let covers = |reuse: &&Reuse| reuse.covers(block, part, before_text);
        self.reuse.iter().filter(covers).map(|reuse| reuse.what).min()
    }
}

impl Reuse {
    fn covers(&self, block: Block, part: Part, before_text: bool) -> bool {
        let here = self.blocks.contains(&block);
        let is_map = matches!(part, Part::AttentionMap | Part::TextKeys);
        let is_output = matches!(part, Part::AttentionOutput | Part::TextValues);
        match self.what {
            Reused::Prediction => true,
            Reused::Blocks => here,
            Reused::AttentionOutputs => here && (is_map || is_output),
            Reused::AttentionMaps => here && is_map,
            Reused::BeforeText => before_text,
            Reused::TextKeysValues => matches!(part, Part::TextKeys | Part::TextValues),
            Reused::TimeEmbedding => part == Part::Time,
        }
    }
}

impl Reused {
    /// Acts on the blocks it names; the others act on the whole row.
    pub(crate) fn is_by_block(self) -> bool {
        matches!(self, Self::Blocks | Self::AttentionOutputs | Self::AttentionMaps)
    }
}

impl fmt::Display for Reused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Prediction => "shared prediction",
            Self::Blocks => "skipped blocks",
            Self::AttentionOutputs => "cached attention outputs",
            Self::AttentionMaps => "shared attention maps",
            Self::BeforeText => "shared before the text",
            Self::TextKeysValues => "text keys and values once",
            Self::TimeEmbedding => "time embedding once",
        })
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = match self.half {
            Half::Unconditional => "unconditional",
            Half::Conditional => "conditional",
        };
        write!(f, "{half} row of member {}", self.member)
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in step {}", self.row, self.step)
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // `pad` keeps a table's columns straight.
        match self {
            Self::Time => f.pad("time"),
            Self::Input => f.pad("input"),
            Self::Down(level) => f.pad(&format!("down.{level}")),
            Self::Mid => f.pad("mid"),
            Self::Up(level) => f.pad(&format!("up.{level}")),
            Self::Output => f.pad("output"),
        }
    }
}

impl From<Block> for String {
    fn from(block: Block) -> Self {
        block.to_string()
    }
}

impl TryFrom<String> for Block {
    type Error = PlanError;

    fn try_from(name: String) -> Result<Self, PlanError> {
        let level = |prefix: &str| name.strip_prefix(prefix)?.parse().ok();
        match name.as_str() {
            "time" => Ok(Self::Time),
            "input" => Ok(Self::Input),
            "mid" => Ok(Self::Mid),
            "output" => Ok(Self::Output),
            _ => level("down.")
                .map(Self::Down)
                .or_else(|| level("up.").map(Self::Up))
                .ok_or(PlanError::BlockName { found: name }),
        }
    }
}
