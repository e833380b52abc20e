//! How the device finishes: its own grid and its own step plan. Nothing of it is sent, and nothing of it depends on
//! the prompt; it is checked before the request leaves.

use std::ops::Range;

use obclip_engine::{Backend, DenoiseJob, Model, NoiseLevels, SamplerKind};
use obclip_plan::{Guidance, RecipeError, Shape, StepPlan};
use obclip_protocol::Options;

/// What the user chose for the device's steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    /// A step plan's name: `plain`, `cache1x3`, `delta`, … (PROTOCOL.md §3.4, those without trunks).
    pub plan: String,
    /// Steps on a coarser grid of the device's own, from the hand-over's noise level on; by default the rest of
    /// the generation's.
    pub steps: Option<u32>,
}

/// Every row of every step.
impl Default for Tail {
    fn default() -> Self {
        Self { plan: "plain".to_owned(), steps: None }
    }
}

impl std::fmt::Display for Tail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.plan)?;
        self.steps.map_or(Ok(()), |steps| write!(f, ", {steps} steps"))
    }
}

/// Why the device cannot finish so.
#[derive(Debug, thiserror::Error)]
pub enum TailError {
    /// The request's sampler.
    #[error("sampler: expected dpmpp-2m, ddim or euler, found another name")]
    Sampler,
    /// The plan does not exist or does not fit.
    #[error("the device's plan: {0}")]
    Plan(#[from] RecipeError),
    /// The plan has streams of its own: only a class has them.
    #[error("the device's plan: expected one without trunks, found {found}")]
    Trunks {
        /// How many.
        found: usize,
    },
    /// The coarser grid.
    #[error("the device's steps: expected 1 to {most}, found {found}")]
    Steps {
        /// The generation's own rest.
        most: usize,
        /// What was asked.
        found: usize,
    },
    /// The schedule.
    #[error(transparent)]
    Model(#[from] obclip_engine::Error),
}

/// The device's steps, checked.
pub(crate) struct TailJob {
    levels: NoiseLevels,
    range: Range<usize>,
    sampler: SamplerKind,
    guidance: f32,
    pub(crate) plan: StepPlan,
}

impl TailJob {
    pub(crate) fn new<B: Backend>(
        tail: &Tail,
        options: &Options,
        model: &Model<B>,
    ) -> Result<Self, TailError> {
        let sampler = SamplerKind::from_name(&options.sampler).ok_or(TailError::Sampler)?;
        let (k, all) = (options.cloud_steps as usize, options.steps as usize);
        let whole = model.plan_steps(sampler, all)?;
        let (levels, range) = match tail.steps.map(|steps| steps as usize) {
            Some(found) if found == 0 || found > all.saturating_sub(k) => {
                return Err(TailError::Steps { most: all.saturating_sub(k), found });
            }
            Some(steps) => {
                let own = model.plan_tail(&whole, k, steps)?;
                let range = 0..own.n_steps();
                (own, range)
            }
            None => (whole, k..all),
        };
        let guidance = match options.guidance.needs_unconditional() {
            true => Guidance::On,
            false => Guidance::Off,
        };
        // A plan has at least one step; where nothing is left for the device it is never asked.
        let n_steps = range.len().max(1);
        let shape =
            Shape { open: Vec::new(), n_steps, n_levels: model.unet().n_levels(), guidance };
        let plan = StepPlan::published(&tail.plan, &shape)?;
        match plan.trunks().len() {
            0 => {}
            found => return Err(TailError::Trunks { found }),
        }
        let guidance = options.guidance.scale() as f32;
        Ok(Self { levels, range, sampler, guidance, plan })
    }

    /// The solver restarts at first order: the cloud ships no history.
    pub(crate) fn job(&self) -> DenoiseJob<'_> {
        DenoiseJob {
            levels: &self.levels,
            range: self.range.clone(),
            guidance: self.guidance,
            sampler: self.sampler,
            max_rows: ROWS,
            previous_x0: None,
        }
    }
}

/// One conditional and one unconditional row.
const ROWS: usize = 2;
