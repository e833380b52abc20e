//! A step plan: for every step, which rows are computed and what each of them reuses, down to the block.
//! A plan is data: no tensors, no model, no secret. It is built from the class's shape alone, so it says
//! nothing of the choice. The engine runs it, the cloud names it, the bench counts it.

// In suggested reading order.
mod check;
mod display;
mod exact;
mod latents;
mod named;
mod recipe;
mod subset;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use check::PlanError;
pub use named::{PaperSettings, PaperStage, Pivot, paper, plain, plain_from};
pub use recipe::{
    Branch, Deep, Extrapolate, OpenAxis, PUBLISHED, Recipe, RecipeError, Shape, Skip, Unconditional,
};
pub use subset::Subset;

/// A plan that reads only what was computed before.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(try_from = "PlanData", into = "PlanData")]
pub struct StepPlan(PlanData);

/// A plan as it stands in a file, unchecked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanData {
    /// What it is called.
    pub name: String,
    /// Members of the class. Their streams come first.
    pub n_members: usize,
    /// Streams that belong to no member; they are numbered behind the members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub trunks: Vec<Trunk>,
    /// Resolutions of the network the plan's blocks belong to.
    pub n_levels: usize,
    /// What the streams start from.
    #[serde(default)]
    pub start: Start,
    /// Whether every conditional row has an unconditional one beside it.
    #[serde(default)]
    pub guidance: Guidance,
    /// Each step's rows, in the order they are computed.
    pub steps: Vec<Vec<RowPlan>>,
}

/// A stream of no member: its text is a member's with some axes closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trunk {
    /// The member whose values the open axes have.
    pub like: usize,
    /// Which of the class's open axes stay open, by their position in canonical order. None: the neutral text.
    #[serde(default)]
    pub open: Vec<usize>,
}

/// What the streams start from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Start {
    /// All from one latent, as the members of a class do.
    #[default]
    Shared,
    /// Each from its own.
    Own,
}

/// Whether there are unconditional rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Guidance {
    /// Two rows for each stream and step.
    #[default]
    On,
    /// The conditional row alone.
    Off,
}

/// One latent with one conditioning: the unit the U-Net computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Row {
    /// Which side of guidance.
    pub half: Half,
    /// Whose latent: a member's, or a trunk's.
    pub stream: usize,
}

/// The two sides of classifier-free guidance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Half {
    /// With the text that all streams share.
    Unconditional,
    /// With the stream's own text.
    Conditional,
}

/// One row's work in one step: everything, except what it reuses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RowPlan {
    /// Which row.
    pub row: Row,
    /// What it takes over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reuse: Vec<Reuse>,
}

/// What a row takes over, where it acts, and which row of which step it comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reuse {
    /// What.
    pub what: Reused,
    /// For the kinds that act block by block; empty for the others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub blocks: Vec<Block>,
    /// Whose.
    pub from: Source,
    /// Moves what is taken over: `X(from) + X(plus) − X(minus)`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correction: Option<Correction>,
}

/// A difference between two rows that were computed: of one stream and another, of the two sides of
/// guidance, or of a step and the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// Added.
    pub plus: Source,
    /// Taken away.
    pub minus: Source,
}

/// A row of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Source {
    /// Counted from the plan's first.
    pub step: usize,
    /// Which row.
    pub row: Row,
}

/// What can be taken over. In the order in which a layer that several of them cover is booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reused {
    /// The row's whole prediction; as a velocity where the latents differ.
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
pub enum Block {
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
pub enum Part {
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
    /// What it is called.
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Members of the class.
    pub fn n_members(&self) -> usize {
        self.0.n_members
    }

    /// The streams behind the members'.
    pub fn trunks(&self) -> &[Trunk] {
        &self.0.trunks
    }

    /// Members and trunks.
    pub fn n_streams(&self) -> usize {
        self.0.n_members + self.0.trunks.len()
    }

    /// Resolutions of the network the blocks belong to.
    pub fn n_levels(&self) -> usize {
        self.0.n_levels
    }

    /// What the streams start from.
    pub fn start(&self) -> Start {
        self.0.start
    }

    /// Whether there are unconditional rows.
    pub fn guidance(&self) -> Guidance {
        self.0.guidance
    }

    /// Each step's rows, in the order they are computed.
    pub fn steps(&self) -> &[Vec<RowPlan>] {
        &self.0.steps
    }

    /// Rows that go through the network, wholly or in part.
    pub fn n_rows_run(&self) -> usize {
        self.steps().iter().flatten().filter(|row| row.is_run()).count()
    }

    /// The same plan by another name.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.0.name = name.into();
        self
    }
}

impl Row {
    /// The row without text.
    pub fn unconditional(stream: usize) -> Self {
        Self { half: Half::Unconditional, stream }
    }

    /// The row with the stream's text.
    pub fn conditional(stream: usize) -> Self {
        Self { half: Half::Conditional, stream }
    }

    /// This row of a step.
    pub fn at(self, step: usize) -> Source {
        Source { step, row: self }
    }

    /// The text it reads: that of its stream, or the one that all unconditional rows share.
    pub fn text(self) -> Option<usize> {
        (self.half == Half::Conditional).then_some(self.stream)
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
    pub fn is_run(&self) -> bool {
        !self.reuse.iter().any(|reuse| reuse.what == Reused::Prediction)
    }

    /// What it takes over of one kind.
    pub fn reuses(&self, what: Reused) -> impl Iterator<Item = &Reuse> {
        self.reuse.iter().filter(move |reuse| reuse.what == what)
    }

    /// Why this row need not compute a layer, if it need not.
    pub fn reason_to_skip(&self, block: Block, part: Part, before_text: bool) -> Option<Reused> {
        let covers = |reuse: &&Reuse| reuse.covers(block, part, before_text);
        self.reuse.iter().filter(covers).map(|reuse| reuse.what).min()
    }
}

impl Reuse {
    /// Something that does not act by block, as it is.
    pub fn whole(what: Reused, from: Source) -> Self {
        Self { what, blocks: Vec::new(), from, correction: None }
    }

    /// Something of some blocks, as it is.
    pub fn of_blocks(what: Reused, blocks: Vec<Block>, from: Source) -> Self {
        Self { what, blocks, from, correction: None }
    }

    /// The rows it reads.
    pub fn sources(&self) -> impl Iterator<Item = Source> + use<> {
        let correction = self.correction.map(|correction| [correction.plus, correction.minus]);
        std::iter::once(self.from).chain(correction.into_iter().flatten())
    }

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
    pub fn is_by_block(self) -> bool {
        matches!(self, Self::Blocks | Self::AttentionOutputs | Self::AttentionMaps)
    }

    /// May be moved by a difference of two others: what is kept, and no input of an exact saving.
    pub fn is_correctable(self) -> bool {
        matches!(self, Self::Prediction | Self::Blocks | Self::AttentionOutputs)
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
        write!(f, "{half} row of stream {}", self.stream)
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
