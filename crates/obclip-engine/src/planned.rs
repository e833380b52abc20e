//! Runs a step plan: which rows go through the network together, what they are handed, what is kept.
//! The sampler sees a denoiser; the network sees a tap.

mod kept;
mod passes;
mod tap;

use std::cell::OnceCell;

use obclip_plan::{Guidance, Reused, Row, RowPlan, Source, Start, StepPlan};

use crate::backend::Backend;
use crate::config::PredictionType;
use crate::error::Error;
use crate::schedule::NoiseStep;
use crate::tensor::Tensor;
use crate::unet::{Context, Rows, UNet};
pub(crate) use kept::kept_values;
use kept::{Keep, Kept, Predicted};
use passes::Pass;
pub(crate) use passes::{Together, rows_together};
use tap::Reuses;

/// A plan on its way.
pub(crate) struct Planned<'a, B: Backend> {
    pub(crate) unet: &'a UNet<B>,
    pub(crate) backend: &'a B,
    /// Text i is that of stream i; the unconditional one stands behind them.
    pub(crate) context: &'a Context<B>,
    pub(crate) plan: &'a StepPlan,
    pub(crate) prediction_type: PredictionType,
    pub(crate) max_rows: usize,
    keep: Keep,
    kept: Kept<B>,
}

/// The two predictions of each stream in one step; nothing for a trunk that has ended.
pub(crate) struct Halves {
    /// Per stream.
    pub(crate) conditional: Vec<Option<Vec<f32>>>,
    /// Per stream, if guided.
    pub(crate) unconditional: Vec<Option<Vec<f32>>>,
}

impl<'a, B: Backend> Planned<'a, B> {
    pub(crate) fn new(
        (unet, backend): (&'a UNet<B>, &'a B),
        context: &'a Context<B>,
        plan: &'a StepPlan,
        prediction_type: PredictionType,
        max_rows: usize,
    ) -> Self {
        let (keep, kept) = (Keep::new(plan), Kept::new());
        Self { unet, backend, context, plan, prediction_type, max_rows, keep, kept }
    }

    /// The predictions of one step of the plan for latents (streams, C, h, w).
    pub(crate) fn step(
        &mut self,
        step: usize,
        noisy: &Tensor,
        noise: &NoiseStep,
    ) -> Result<Halves, Error> {
        let plan = self.plan;
        let rows = &plan.steps()[step];
        // Made when the first row runs: a step may reuse everything.
        let moment = OnceCell::new();
        for pass in passes::of_step(rows, step, self.max_rows) {
            let latents = noisy.rows(pass.streams(rows));
            let moment = moment.get_or_init(|| self.unet.moment(self.backend, noise.timestep));
            let n_streams = plan.n_streams();
            let text = |row: Row| row.text().unwrap_or(n_streams);
            let text_rows: Vec<usize> = pass.rows.iter().map(|&row| text(rows[row].row)).collect();
            let latent_rows = pass.latent_rows.clone();
            let mut tap = Reuses {
                backend: self.backend,
                step,
                rows: pass.rows.iter().map(|&row| &rows[row]).collect(),
                latent_rows: &pass.latent_rows,
                keep: &self.keep,
                kept: &mut self.kept,
            };
            let inputs =
                Rows { latents: &latents, latent_rows: &latent_rows, text_rows: &text_rows };
            let out =
                self.unet.forward_rows(self.backend, inputs, moment, self.context, &mut tap)?;
            self.take(&pass, rows, step, &out);
        }
        for row_plan in rows.iter().filter(|row_plan| !row_plan.is_run()) {
            let raw = self.reused(row_plan, step, noisy, noise);
            self.kept.predictions.insert(row_plan.row.at(step), Predicted { raw, velocity: None });
        }
        self.add_velocities(rows, step, noisy, noise);
        let halves = self.halves(step);
        self.kept.forget(&self.keep, step);
        Ok(halves)
    }

    fn take(&mut self, pass: &Pass, rows: &[RowPlan], step: usize, out: &Tensor) {
        for (place, &row) in pass.rows.iter().enumerate() {
            let predicted = Predicted { raw: out.row(place).to_vec(), velocity: None };
            self.kept.predictions.insert(rows[row].row.at(step), predicted);
        }
    }

    /// A prediction taken from another row: word for word where the latents are the same, and as a
    /// velocity, which changes least from latent to latent at high noise, where they are not.
    fn reused(
        &self,
        row_plan: &RowPlan,
        step: usize,
        noisy: &Tensor,
        noise: &NoiseStep,
    ) -> Vec<f32> {
        let reuse = row_plan.reuses(Reused::Prediction).next().expect("rows that do not run reuse");
        let own = noisy.row(row_plan.row.stream);
        let from = reuse.from;
        let same_latent = from.step == step && noisy.row(from.row.stream) == own;
        let raw = &self.kept.predictions[&from].raw;
        if same_latent && reuse.correction.is_none() {
            return raw.clone();
        }
        let velocity = |source: Source| match &self.kept.predictions[&source].velocity {
            Some(velocity) => velocity.clone(),
            // Of this very step: it is kept only at its end.
            None => self.to_velocity(source, noisy, noise),
        };
        let mut value = velocity(from);
        if let Some(correction) = reuse.correction {
            let (plus, minus) = (velocity(correction.plus), velocity(correction.minus));
            for ((value, plus), minus) in value.iter_mut().zip(&plus).zip(&minus) {
                *value += plus - minus;
            }
        }
        if self.prediction_type == PredictionType::Epsilon {
            let (alpha, sigma) = noise.start();
            for (value, x) in value.iter_mut().zip(own) {
                *value = (alpha * f64::from(*value) + sigma * f64::from(*x)) as f32;
            }
        }
        value
    }

    /// v = α ε − σ x₀, which is (ε − σ x) / α.
    fn to_velocity(&self, source: Source, noisy: &Tensor, noise: &NoiseStep) -> Vec<f32> {
        let raw = &self.kept.predictions[&source].raw;
        match self.prediction_type {
            PredictionType::V => raw.clone(),
            PredictionType::Epsilon => {
                let (alpha, sigma) = noise.start();
                let velocity = |(raw, x): (&f32, &f32)| {
                    ((f64::from(*raw) - sigma * f64::from(*x)) / alpha) as f32
                };
                raw.iter().zip(noisy.row(source.row.stream)).map(velocity).collect()
            }
        }
    }

    /// What later steps will read, they read as velocities.
    fn add_velocities(&mut self, rows: &[RowPlan], step: usize, noisy: &Tensor, noise: &NoiseStep) {
        for row_plan in rows {
            let source = row_plan.row.at(step);
            if self.keep.is_read_after(source, step) {
                let velocity = self.to_velocity(source, noisy, noise);
                if let Some(predicted) = self.kept.predictions.get_mut(&source) {
                    predicted.velocity = Some(velocity);
                }
            }
        }
    }

    fn halves(&self, step: usize) -> Halves {
        let of = |row: Row| {
            self.kept.predictions.get(&row.at(step)).map(|predicted| predicted.raw.clone())
        };
        let streams = || 0..self.plan.n_streams();
        let unconditional = match self.plan.guidance() {
            Guidance::On => streams().map(|stream| of(Row::unconditional(stream))).collect(),
            Guidance::Off => Vec::new(),
        };
        let conditional = streams().map(|stream| of(Row::conditional(stream))).collect();
        Halves { conditional, unconditional }
    }
}

/// Whether latents and history are what the plan takes for granted.
pub(crate) fn check_start(
    plan: &StepPlan,
    latents: &Tensor,
    previous_x0: Option<&Tensor>,
) -> Result<(), Error> {
    let differ = |x: &Tensor| (1..x.n_rows()).any(|row| x.row(row) != x.row(0));
    match plan.start() {
        Start::Shared if differ(latents) || previous_x0.is_some_and(differ) => {
            Err(Error::OutOfRange {
                what: "latents of a plan with one start for all streams",
                expected: "equal rows".to_owned(),
                found: "rows that differ".to_owned(),
            })
        }
        Start::Shared | Start::Own => Ok(()),
    }
}
