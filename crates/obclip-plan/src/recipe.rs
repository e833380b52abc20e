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
    /// The open axes of all persons, in canonical order: the last one is the fastest.
    pub open: Vec<OpenAxis>,
    /// Steps of the plan.
    pub n_steps: usize,
    /// Resolutions of the network.
    pub n_levels: usize,
    /// Whether there are unconditional rows.
    pub guidance: Guidance,
}

/// An open axis of one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct OpenAxis {
    /// Its number in the catalogue: the same axis of two persons has the same.
    pub axis: usize,
    /// How many values it has.
    pub n_values: usize,
}

impl Shape {
    /// Members of the class.
    pub fn n_members(&self) -> usize {
        self.open.iter().map(|open| open.n_values).product()
    }

    /// The value that a member has on the open axis at `place`.
    fn value(&self, member: usize, place: usize) -> usize {
        let faster: usize = self.open[place + 1..].iter().map(|open| open.n_values).product();
        member / faster % self.open[place].n_values
    }
}

/// A plan's choices. By default every row is computed, with the savings that change no number.
///
/// As text, parts joined by `-`: `trunk2` (the first two steps on the neutral text alone), `axis1to3` (then one
/// stream for each value of the catalogue's second axis, up to step 3), `axis0to4` after it (then one for each pair
/// of values of the second and the first axis, up to step 4), `one` (member 0's unconditional row serves all), `side` (the neutral stream's does), `delta` (ε_u = ε_c − δ with the stream's own first δ), `delta2` (with
/// a new δ every second step), `deep1` (levels 1 and lower of member 0, corrected by the difference at the
/// first step), `cache1x2` (levels 1 and lower every second step only), `hold2` (a prediction serves two
/// steps), `extra2` (every second prediction is drawn on from the two before), `plain`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recipe {
    /// So many first steps on the neutral text, for all members at once.
    pub trunk: usize,
    /// Then one stream per value of one axis, then per pair of values of two: a tree with the members as its leaves.
    pub branches: [Option<Branch>; MAX_BRANCHES],
    /// Where unconditional rows come from after a stream's first step.
    pub unconditional: Unconditional,
    /// Where low-resolution features come from after a stream's first step.
    pub deep: Option<Deep>,
    /// Which steps of a stream are not computed at all.
    pub skip: Option<Skip>,
}

/// The tree opens one more axis: members with the same values of the axes that are open share a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Branch {
    /// The axis' number in the catalogue.
    pub axis: usize,
    /// The step in which the next branch opens, or the members go on alone.
    pub until: usize,
}

/// A third axis opens with the members themselves.
const MAX_BRANCHES: usize = 2;

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

/// Names with a meaning of their own, and the recipe behind each at [`MEASURED_STEPS`]: measured on the embedded
/// pair, `results/plans/README.md`. The age is told apart from the second step on, because it shows first and is
/// lost first; `balanced` tells the other axes apart in the last cloud step, `economy` leaves them to the device.
pub const PUBLISHED: [(&str, &str); 3] = [
    ("economy", "trunk1-axis0to5-delta"),
    ("balanced", "trunk1-axis0to4-delta"),
    ("quality", "trunk1-axis0to3-axis2to4-delta"),
];

/// Cloud steps of the published names' recipes. With fewer, their branches open as much earlier.
const MEASURED_STEPS: usize = 5;

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
            let recipe = Recipe::from_str(name)?;
            let is_published = PUBLISHED.iter().any(|(published, _)| *published == name);
            let recipe = if is_published { recipe.fitted(shape.n_steps) } else { recipe };
            return Ok(recipe.plan(shape)?.named(name));
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

    /// For fewer steps than it was measured at.
    fn fitted(mut self, n_steps: usize) -> Self {
        let missing = MEASURED_STEPS.saturating_sub(n_steps);
        for branch in self.branches.iter_mut().flatten() {
            branch.until = branch.until.saturating_sub(missing);
        }
        let first = self.branches.iter().flatten().next();
        self.trunk = self.trunk.min(first.map_or(n_steps, |branch| branch.until));
        self
    }

    fn check(&self, shape: &Shape) -> Result<(), RecipeError> {
        let within = |part, found: usize, least: usize, most: usize| match found {
            found if (least..=most).contains(&found) => Ok(()),
            found => {
                Err(RecipeError::OutOfRange { part, expected: format!("{least} to {most}"), found })
            }
        };
        within("trunk", self.trunk, 0, shape.n_steps)?;
        let mut from = self.trunk;
        for branch in self.branches.into_iter().flatten() {
            within("axis to", branch.until, from, shape.n_steps)?;
            from = branch.until;
        }
        if let Some(deep) = self.deep {
            within("deep", deep.level, 1, shape.n_levels.saturating_sub(1))?;
        }
        Ok(())
    }
}

/// Steps in which members with the same values of some axes share a stream.
struct Stage {
    from: usize,
    until: usize,
    /// The places of the open axes whose values matter.
    places: Vec<usize>,
    /// Its first stream.
    first: usize,
    /// Per stream, the first member that follows it.
    like: Vec<usize>,
}

/// The streams of a plan: members, then the neutral one, then those of each stage of the tree.
struct Streams<'a> {
    recipe: &'a Recipe,
    shape: &'a Shape,
    n_members: usize,
    stages: Vec<Stage>,
    /// First step in which members go on alone.
    alone: usize,
}

impl<'a> Streams<'a> {
    fn new(recipe: &'a Recipe, shape: &'a Shape) -> Self {
        let n_members = shape.n_members();
        let mut streams = Self { recipe, shape, n_members, stages: Vec::new(), alone: 0 };
        let mut axes = Vec::new();
        streams.open_stage(&axes, recipe.trunk);
        for branch in recipe.branches.into_iter().flatten() {
            axes.push(branch.axis);
            streams.open_stage(&axes, branch.until);
        }
        streams
    }

    /// Up to step `until`, the axes that this class has of `axes` are told apart.
    fn open_stage(&mut self, axes: &[usize], until: usize) {
        let places = 0..self.shape.open.len();
        let places = places.filter(|&place| axes.contains(&self.shape.open[place].axis));
        let places: Vec<usize> = places.collect();
        let is_all = places.len() == self.shape.open.len() && !places.is_empty();
        if until == self.alone || is_all {
            // No step is left, or its streams would be the members.
            return;
        }
        let from = std::mem::replace(&mut self.alone, until);
        match self.stages.last_mut() {
            // The class does not have the axis: the stage before goes on.
            Some(last) if last.places == places => last.until = until,
            _ => {
                let first = self.n_streams();
                let like = self.distinct(&places);
                self.stages.push(Stage { from, until, places, first, like });
            }
        }
    }

    /// The first member of each combination of values at `places`.
    fn distinct(&self, places: &[usize]) -> Vec<usize> {
        let is_first =
            |&member: &usize| !(0..member).any(|other| self.are_alike(other, member, places));
        (0..self.n_members).filter(is_first).collect()
    }

    /// Streams so far; a neutral one beside the members is counted before all stages.
    fn n_streams(&self) -> usize {
        let beside = usize::from(self.has_own_neutral());
        self.n_members + beside + self.stages.iter().map(|stage| stage.like.len()).sum::<usize>()
    }

    /// Whether a neutral stream runs that no member follows.
    fn has_own_neutral(&self) -> bool {
        self.recipe.unconditional == Unconditional::Side && self.recipe.trunk == 0
    }

    /// The neutral stream, if there is one.
    fn neutral(&self) -> Option<usize> {
        let first_is_neutral = self.stages.first().is_some_and(|stage| stage.places.is_empty());
        (self.has_own_neutral() || first_is_neutral).then_some(self.n_members)
    }

    fn trunks(&self) -> Vec<Trunk> {
        let beside = self.has_own_neutral().then(|| Trunk { like: 0, open: Vec::new() });
        let of_stage = |stage: &Stage| {
            let open = stage.places.clone();
            stage
                .like
                .iter()
                .map(move |&like| Trunk { like, open: open.clone() })
                .collect::<Vec<_>>()
        };
        beside.into_iter().chain(self.stages.iter().flat_map(of_stage)).collect()
    }

    fn stage(&self, step: usize) -> Option<&Stage> {
        self.stages.iter().find(|stage| (stage.from..stage.until).contains(&step))
    }

    /// The stage whose stream this is, and the member it is like.
    fn owner(&self, stream: usize) -> Option<(&Stage, usize)> {
        let own = |stage: &Stage| stage.like.get(stream.checked_sub(stage.first)?).copied();
        self.stages.iter().find_map(|stage| Some((stage, own(stage)?)))
    }

    /// Whose prediction a stream takes in a step: its own, or that of the stream it will branch from.
    fn leader(&self, stream: usize, step: usize) -> usize {
        let beside = self.recipe.unconditional == Unconditional::Side;
        let Some(stage) = self.stage(step) else { return stream };
        if beside && Some(stream) == self.neutral() {
            return stream;
        }
        let like = match self.owner(stream) {
            Some((own, _)) if own.first == stage.first => return stream,
            Some((_, like)) => like,
            None if stream < self.n_members => stream,
            None => return stream,
        };
        let mut pairs = stage.like.iter().zip(stage.first..);
        let node = pairs.find(|&(&other, _)| self.are_alike(other, like, &stage.places));
        node.map_or(stream, |(_, node)| node)
    }

    fn are_alike(&self, a: usize, b: usize, places: &[usize]) -> bool {
        places.iter().all(|&place| self.shape.value(a, place) == self.shape.value(b, place))
    }

    /// The first step that a stream computes itself.
    fn first_step(&self, stream: usize) -> usize {
        match self.owner(stream) {
            Some((stage, _)) => stage.from,
            None if stream < self.n_members => self.alone,
            None => 0,
        }
    }

    /// Streams that take part in a step, those that others follow first.
    fn present(&self, step: usize) -> Vec<usize> {
        let goes_on = self.recipe.unconditional == Unconditional::Side;
        let beside = self.neutral().filter(|_| goes_on);
        let mut present: Vec<usize> = beside.into_iter().collect();
        for stage in self.stages.iter().filter(|stage| step < stage.until) {
            let streams = stage.first..stage.first + stage.like.len();
            present.extend(streams.filter(|&stream| Some(stream) != beside));
        }
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
        let is_side = self.recipe.unconditional == Unconditional::Side;
        !(is_side && Some(stream) == self.neutral())
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
            Unconditional::Side => self.neutral().and_then(of),
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
            let free = self.branches.iter_mut().find(|branch| branch.is_none()).ok_or(unknown)?;
            *free = Some(Branch { axis, until });
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
        for Branch { axis, until } in self.branches.into_iter().flatten() {
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
