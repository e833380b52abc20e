//! Our plans: what can be chosen freely, by name.

use std::fmt;
use std::str::FromStr;

use super::{
    Block, Correction, Guidance, Half, PaperSettings, PaperStage, Pivot, PlanData, PlanError,
    Reuse, Reused, Row, RowPlan, Start, StepPlan, Trunk, paper,
};

/// What a plan may depend on: the class's open axes, the number of steps and the network's depth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// How many values each open axis has, in canonical order: the last one is the fastest.
    pub n_values: Vec<usize>,
    /// Steps of the plan.
    pub n_steps: usize,
    /// Resolutions of the network.
    pub n_levels: usize,
    /// Whether there are unconditional rows.
    pub guidance: Guidance,
}

impl Shape {
    /// Members of the class.
    pub fn n_members(&self) -> usize {
        self.n_values.iter().product()
    }

    /// The value of one axis that a member has.
    fn value(&self, member: usize, axis: usize) -> usize {
        let faster: usize = self.n_values[axis + 1..].iter().product();
        member / faster % self.n_values[axis]
    }
}

/// A plan's choices. By default every row is computed, with the savings that change no number.
///
/// As text, parts joined by `-`: `trunk2` (the first two steps on the neutral text alone), `axis1to3` (then one
/// stream for each value of the second open axis, up to step 3), `one` (member 0's unconditional row serves
/// all), `side` (the neutral stream's does), `delta` (ε_u = ε_c − δ with the stream's own first δ), `delta2` (with
/// a new δ every second step), `deep1` (levels 1 and lower of member 0, corrected by the difference at the
/// first step), `cache1x2` (levels 1 and lower every second step only), `hold2` (a prediction serves two
/// steps), `extra2` (every second prediction is drawn on from the two before), `plain`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recipe {
    /// So many first steps on the neutral text, for all members at once.
    pub trunk: usize,
    /// Then one stream per value of one axis.
    pub branch: Option<Branch>,
    /// Where unconditional rows come from after a stream's first step.
    pub unconditional: Unconditional,
    /// Where low-resolution features come from after a stream's first step.
    pub deep: Option<Deep>,
    /// Which steps of a stream are not computed at all.
    pub skip: Option<Skip>,
}

/// Members with the same value of one axis share a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Position of the axis among the open ones.
    pub axis: usize,
    /// First step in which the members go on alone.
    pub until: usize,
}

/// Where a stream's unconditional rows come from after its first step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unconditional {
    /// Its own.
    #[default]
    Own,
    /// Member 0's, or the first stream's.
    One,
    /// A neutral stream's that runs beside the members.
    Side,
    /// Its conditional row, less what guidance was when it was last computed.
    Delta {
        /// Computed anew so often; never after the first time if 0.
        every: usize,
    },
}

/// Where the features of the lower resolutions come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deep {
    /// The highest of them.
    pub level: usize,
    /// Computed by each stream every so many steps; 0: taken from the first stream in the same step.
    pub every: usize,
}

/// Steps that are not computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skip {
    /// One of so many steps is computed (hold), or all but one of so many (extrapolate).
    pub every: usize,
    /// Whether the line through the two predictions before is drawn on.
    pub extrapolate: Extrapolate,
}

/// Order of the extrapolation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extrapolate {
    /// The prediction before.
    Constant,
    /// The line through the two before.
    Linear,
}

/// Why there is no such plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecipeError {
    /// Not a name of ours.
    #[error("expected a published plan or parts such as trunk2-delta, found another name")]
    Unknown,
    /// A part does not fit the class or the number of steps.
    #[error("plan part {part}: expected {expected}, found {found}")]
    OutOfRange {
        /// Which.
        part: &'static str,
        /// What fits.
        expected: String,
        /// What the name says.
        found: usize,
    },
    /// The plan contradicts itself.
    #[error(transparent)]
    Plan(#[from] PlanError),
}

/// Names with a meaning of their own, and the recipe behind each.
pub const PUBLISHED: [(&str, &str); 3] =
    [("economy", "trunk4-delta"), ("balanced", "trunk2-delta"), ("quality", "delta")];

/// Bounds of a recipe's numbers; a name from outside cannot ask for more.
const MAX_NUMBER: usize = 999;

impl StepPlan {
    /// The plan of a published name, with the savings that change no number.
    pub fn published(name: &str, shape: &Shape) -> Result<Self, RecipeError> {
        let settings = match name {
            "paper-k5" => Some(PaperSettings::K5),
            "paper-k10" => Some(PaperSettings::K10),
            _ => None,
        };
        let Some(settings) = settings else {
            return Ok(Recipe::from_str(name)?.plan(shape)?.named(name));
        };
        if shape.n_steps != settings.k {
            let (expected, found) = (settings.k, shape.n_steps);
            return Err(PlanError::StepCount { expected, found }.into());
        }
        let stage = PaperStage::Reuse;
        let plan = paper(settings, stage, Pivot::PerHalf, shape.n_members(), shape.n_levels)?;
        match shape.guidance {
            Guidance::On => Ok(plan.as_run()?),
            Guidance::Off => Ok(conditional_only(plan)?.as_run()?),
        }
    }
}

/// Without guidance there are no unconditional rows; none of the paper's conditional rows reads one.
fn conditional_only(plan: StepPlan) -> Result<StepPlan, PlanError> {
    let mut data = PlanData::from(plan);
    data.guidance = Guidance::Off;
    for rows in &mut data.steps {
        rows.retain(|row_plan| row_plan.row.half == Half::Conditional);
    }
    StepPlan::try_from(data)
}

impl Recipe {
    /// The plan for a class.
    pub fn plan(&self, shape: &Shape) -> Result<StepPlan, RecipeError> {
        self.check(shape)?;
        let streams = Streams::new(self, shape);
        let steps = (0..shape.n_steps).map(|step| streams.rows(step)).collect();
        let data = PlanData {
            name: self.to_string(),
            n_members: shape.n_members(),
            trunks: streams.trunks(),
            n_levels: shape.n_levels,
            start: Start::Shared,
            guidance: shape.guidance,
            steps,
        };
        Ok(StepPlan::try_from(data)?.exact()?)
    }

    fn check(&self, shape: &Shape) -> Result<(), RecipeError> {
        let within = |part, found: usize, least: usize, most: usize| match found {
            found if (least..=most).contains(&found) => Ok(()),
            found => {
                Err(RecipeError::OutOfRange { part, expected: format!("{least} to {most}"), found })
            }
        };
        within("trunk", self.trunk, 0, shape.n_steps)?;
        if let Some(branch) = self.branch {
            // A class that does not open the axis has nothing to branch on; the part is then left out.
            within("axis to", branch.until, self.trunk, shape.n_steps)?;
        }
        if let Some(deep) = self.deep {
            within("deep", deep.level, 1, shape.n_levels.saturating_sub(1))?;
        }
        Ok(())
    }

    /// The branching that this class has an axis for.
    fn branch_of(&self, shape: &Shape) -> Option<Branch> {
        self.branch.filter(|branch| branch.axis < shape.n_values.len())
    }
}

/// The streams of a plan: members, then the neutral one, then one per value of the branching axis.
struct Streams<'a> {
    recipe: &'a Recipe,
    shape: &'a Shape,
    n_members: usize,
    branch: Option<Branch>,
    /// First step in which members go on alone.
    alone: usize,
}

impl<'a> Streams<'a> {
    fn new(recipe: &'a Recipe, shape: &'a Shape) -> Self {
        let branch = recipe.branch_of(shape);
        let alone = branch.map_or(recipe.trunk, |branch| branch.until);
        Self { recipe, shape, n_members: shape.n_members(), branch, alone }
    }

    fn has_neutral(&self) -> bool {
        self.recipe.trunk > 0 || self.recipe.unconditional == Unconditional::Side
    }

    fn neutral(&self) -> usize {
        self.n_members
    }

    fn first_node(&self) -> usize {
        self.n_members + usize::from(self.has_neutral())
    }

    fn trunks(&self) -> Vec<Trunk> {
        let neutral = self.has_neutral().then(|| Trunk { like: 0, open: Vec::new() });
        let nodes = self.branch.into_iter().flat_map(|branch| {
            let of_value = move |value| {
                (0..self.n_members).find(|&member| self.shape.value(member, branch.axis) == value)
            };
            let like = (0..self.shape.n_values[branch.axis]).filter_map(of_value);
            like.map(move |like| Trunk { like, open: vec![branch.axis] })
        });
        neutral.into_iter().chain(nodes).collect()
    }

    /// Whose prediction a stream takes in a step: its own, or that of the stream it will branch from.
    fn leader(&self, stream: usize, step: usize) -> usize {
        let is_member = stream < self.n_members;
        match self.branch {
            _ if step < self.recipe.trunk => self.neutral(),
            Some(branch) if is_member && step < branch.until => {
                self.first_node() + self.shape.value(stream, branch.axis)
            }
            _ => stream,
        }
    }

    /// The first step that a stream computes itself.
    fn first_step(&self, stream: usize) -> usize {
        match stream {
            member if member < self.n_members => self.alone,
            neutral if self.has_neutral() && neutral == self.neutral() => 0,
            _ => self.recipe.trunk,
        }
    }

    /// Streams that take part in a step, those that others follow first.
    fn present(&self, step: usize) -> Vec<usize> {
        let goes_on = self.recipe.unconditional == Unconditional::Side;
        let neutral = self.has_neutral() && (step < self.recipe.trunk || goes_on);
        let nodes = self.branch.filter(|branch| step < branch.until);
        let nodes = nodes.map_or(0, |branch| self.shape.n_values[branch.axis]);
        let mut present: Vec<usize> = neutral.then(|| self.neutral()).into_iter().collect();
        present.extend((0..nodes).map(|value| self.first_node() + value));
        present.extend(0..self.n_members);
        present
    }

    /// Leaders first; of those the conditional rows first, as guidance may be drawn from them.
    fn rows(&self, step: usize) -> Vec<RowPlan> {
        let present = self.present(step);
        let (leaders, followers): (Vec<usize>, Vec<usize>) =
            present.into_iter().partition(|&stream| self.leader(stream, step) == stream);
        let conditional = leaders.iter().map(|&stream| Row::conditional(stream));
        let unconditional = leaders.iter().map(|&stream| Row::unconditional(stream));
        let led: Vec<RowPlan> = match self.recipe.unconditional {
            // Rows that are computed alone: the first of a pair leads the way to the text.
            Unconditional::Own => unconditional
                .zip(conditional)
                .flat_map(|(unconditional, conditional)| [unconditional, conditional])
                .map(|row| self.led(row, step, leaders[0]))
                .collect(),
            _ => conditional
                .chain(unconditional)
                .map(|row| self.led(row, step, leaders[0]))
                .collect(),
        };
        let follow = |stream: usize| {
            let leader = self.leader(stream, step);
            [Half::Unconditional, Half::Conditional].map(|half| {
                let from = Row { half, stream: leader }.at(step);
                let reuse = vec![Reuse::whole(Reused::Prediction, from)];
                RowPlan { row: Row { half, stream }, reuse }
            })
        };
        let all = led.into_iter().chain(followers.into_iter().flat_map(follow));
        let guided = self.shape.guidance == Guidance::On;
        all.filter(|row_plan| guided || row_plan.row.half == Half::Conditional).collect()
    }

    /// A row of a stream that goes its own way.
    fn led(&self, row: Row, step: usize, first: usize) -> RowPlan {
        let age = step - self.first_step(row.stream);
        let reuse = match (age, row.half) {
            (0, _) => None,
            (_, _) if self.skipped(row.stream, age) => {
                self.recipe.skip.map(|skip| skipped(row, step, skip))
            }
            (_, Half::Unconditional) => self.unconditional(row.stream, step, age, first),
            (_, Half::Conditional) => None,
        };
        let reuse = reuse.or_else(|| self.deep(row, step, age, first));
        RowPlan { row, reuse: reuse.into_iter().collect() }
    }

    fn skipped(&self, stream: usize, age: usize) -> bool {
        // The stream beside the members serves them in every step.
        let is_side = self.recipe.unconditional == Unconditional::Side && stream == self.neutral();
        !is_side
            && self.recipe.skip.is_some_and(|skip| match skip.extrapolate {
                Extrapolate::Constant => !age.is_multiple_of(skip.every),
                // Two are needed before the first.
                Extrapolate::Linear => age >= 2 && (age - 1).is_multiple_of(skip.every),
            })
    }

    fn unconditional(&self, stream: usize, step: usize, age: usize, first: usize) -> Option<Reuse> {
        let of = |leader: usize| {
            let from = Row::unconditional(leader).at(step);
            (leader != stream).then(|| Reuse::whole(Reused::Prediction, from))
        };
        match self.recipe.unconditional {
            Unconditional::Own => None,
            Unconditional::One => of(first),
            Unconditional::Side => of(self.neutral()),
            Unconditional::Delta { every } => {
                let since = if every == 0 { age } else { age % every };
                let then = step - since;
                (since > 0).then(|| Reuse {
                    what: Reused::Prediction,
                    blocks: Vec::new(),
                    from: Row::conditional(stream).at(step),
                    correction: Some(Correction {
                        plus: Row::unconditional(stream).at(then),
                        minus: Row::conditional(stream).at(then),
                    }),
                })
            }
        }
    }

    fn deep(&self, row: Row, step: usize, age: usize, first: usize) -> Option<Reuse> {
        let deep = self.recipe.deep?;
        let n = self.shape.n_levels;
        let down = (deep.level..n).map(Block::Down);
        let blocks = down.chain([Block::Mid]).chain((0..n - deep.level).map(Block::Up)).collect();
        if deep.every > 0 {
            // The last time they were due, if the row was computed at all then.
            let is_due = |age: &usize| age.is_multiple_of(deep.every);
            let start = self.first_step(row.stream);
            let runs = |age: &usize| {
                let skipped = *age > 0 && self.skipped(row.stream, *age);
                let taken = *age > 0
                    && row.half == Half::Unconditional
                    && self.unconditional(row.stream, start + age, *age, first).is_some();
                !skipped && !taken
            };
            let from =
                (0..age).rev().find(|age| is_due(age) && runs(age)).filter(|_| !is_due(&age));
            return from.map(|age| Reuse::of_blocks(Reused::Blocks, blocks, row.at(start + age)));
        }
        let is_shared = age > 0 && row.stream != first && row.stream < self.n_members;
        is_shared.then(|| {
            let then = self.first_step(row.stream);
            let leader = Row { stream: first, ..row };
            let correction = Correction { plus: row.at(then), minus: leader.at(then) };
            // In its first step the unconditional row is the leader's: there is no difference.
            let correction = (row.half == Half::Conditional).then_some(correction);
            Reuse { what: Reused::Blocks, blocks, from: leader.at(step), correction }
        })
    }
}

fn skipped(row: Row, step: usize, skip: Skip) -> Reuse {
    let correction = match skip.extrapolate {
        Extrapolate::Constant => None,
        Extrapolate::Linear => Some(Correction { plus: row.at(step - 1), minus: row.at(step - 2) }),
    };
    let from = row.at(step - 1);
    Reuse { what: Reused::Prediction, blocks: Vec::new(), from, correction }
}

impl FromStr for Recipe {
    type Err = RecipeError;

    fn from_str(name: &str) -> Result<Self, RecipeError> {
        let published = PUBLISHED.iter().find(|(published, _)| *published == name);
        let text = published.map_or(name, |(_, parts)| parts);
        let mut recipe = Self::default();
        if text == "plain" {
            return Ok(recipe);
        }
        for part in text.split('-') {
            recipe.set(part)?;
        }
        // One spelling for each plan.
        match recipe.to_string() == text {
            true => Ok(recipe),
            false => Err(RecipeError::Unknown),
        }
    }
}

impl Recipe {
    fn set(&mut self, part: &str) -> Result<(), RecipeError> {
        let letters = part.trim_end_matches(|c: char| c.is_ascii_digit());
        let one = || number(&part[letters.len()..]);
        let two = |start: &str, middle: &str| -> Option<(usize, usize)> {
            let (first, second) = part.strip_prefix(start)?.split_once(middle)?;
            Some((number(first)?, number(second)?))
        };
        let unknown = RecipeError::Unknown;
        if let Some((axis, until)) = two("axis", "to") {
            self.branch = Some(Branch { axis, until });
            return Ok(());
        }
        if let Some((level, every)) = two("cache", "x") {
            if every < 2 {
                return Err(unknown);
            }
            self.deep = Some(Deep { level, every });
            return Ok(());
        }
        match letters {
            "trunk" => self.trunk = one().filter(|&n| n > 0).ok_or(unknown)?,
            "one" if part == "one" => self.unconditional = Unconditional::One,
            "side" if part == "side" => self.unconditional = Unconditional::Side,
            "delta" if part == "delta" => self.unconditional = Unconditional::Delta { every: 0 },
            "delta" => {
                let every = one().filter(|&n| n > 1).ok_or(unknown)?;
                self.unconditional = Unconditional::Delta { every };
            }
            "deep" => self.deep = Some(Deep { level: one().ok_or(unknown)?, every: 0 }),
            "hold" | "extra" => {
                let every = one().filter(|&n| n > 1).ok_or(unknown)?;
                let extrapolate = match letters {
                    "hold" => Extrapolate::Constant,
                    _ => Extrapolate::Linear,
                };
                self.skip = Some(Skip { every, extrapolate });
            }
            _ => return Err(unknown),
        }
        Ok(())
    }
}

fn number(text: &str) -> Option<usize> {
    text.parse().ok().filter(|&number| number <= MAX_NUMBER)
}

impl fmt::Display for Recipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if self.trunk > 0 {
            parts.push(format!("trunk{}", self.trunk));
        }
        if let Some(Branch { axis, until }) = self.branch {
            parts.push(format!("axis{axis}to{until}"));
        }
        match self.unconditional {
            Unconditional::Own => {}
            Unconditional::One => parts.push("one".to_owned()),
            Unconditional::Side => parts.push("side".to_owned()),
            Unconditional::Delta { every: 0 } => parts.push("delta".to_owned()),
            Unconditional::Delta { every } => parts.push(format!("delta{every}")),
        }
        match self.deep {
            None => {}
            Some(Deep { level, every: 0 }) => parts.push(format!("deep{level}")),
            Some(Deep { level, every }) => parts.push(format!("cache{level}x{every}")),
        }
        if let Some(Skip { every, extrapolate }) = self.skip {
            let word = if extrapolate == Extrapolate::Linear { "extra" } else { "hold" };
            parts.push(format!("{word}{every}"));
        }
        match parts.is_empty() {
            true => f.write_str("plain"),
            false => f.write_str(&parts.join("-")),
        }
    }
}
