//! Noise levels: from the training schedule to the steps a sampler takes. Plain f64, no tensors.
//!
//! A noisy latent is `x = α x₀ + σ ε` with `α² + σ² = 1`; `sigma` below is the ratio `σ/α`, as in
//! Karras et al. (<https://arxiv.org/abs/2206.00364>). Grids follow diffusers' schedulers.

use crate::config::{BetaSchedule, SchedulerConfig, Spacing};
use crate::error::Error;
use crate::sampler::SamplerKind;

/// One denoising step: from one noise level to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NoiseStep {
    /// The model's clock at the start of the step; not whole for Euler on a linspace grid.
    pub timestep: f64,
    /// Noise-to-signal ratio σ/α at the start of the step.
    pub sigma: f64,
    /// The same at its end; 0 means no noise.
    pub sigma_next: f64,
}

impl NoiseStep {
    /// `(α, σ)` at the start.
    pub fn start(&self) -> (f64, f64) {
        alpha_sigma(self.sigma)
    }

    /// `(α, σ)` at the end.
    pub fn end(&self) -> (f64, f64) {
        alpha_sigma(self.sigma_next)
    }
}

/// The steps of one generation, noisiest first.
#[derive(Clone, Debug, PartialEq)]
pub struct NoiseLevels {
    /// In running order.
    pub steps: Vec<NoiseStep>,
    /// Unit-variance noise times this is the latent of step 0. Differs from 1 for Euler only, by
    /// 0.2 %: diffusers starts it at the highest noise alone, without the signal's share.
    pub initial_scale: f64,
    /// DPM-Solver takes its last step at first order.
    pub(crate) first_order_last: bool,
}

impl NoiseLevels {
    /// How many steps there are.
    pub fn n_steps(&self) -> usize {
        self.steps.len()
    }
}

/// `(α, σ)` with `σ/α = sigma` and `α² + σ² = 1`.
pub(crate) fn alpha_sigma(sigma: f64) -> (f64, f64) {
    let alpha = 1.0 / (sigma * sigma + 1.0).sqrt();
    (alpha, sigma * alpha)
}

/// The training schedule.
#[derive(Clone, Debug)]
pub(crate) struct Schedule {
    config: SchedulerConfig,
    /// σ/α of every training step.
    sigmas: Vec<f64>,
}

impl Schedule {
    pub(crate) fn new(config: SchedulerConfig) -> Self {
        let betas = betas(config.betas, config.n_train_steps);
        let mut alpha_bar = 1.0;
        let sigmas = betas
            .iter()
            .map(|beta| {
                alpha_bar *= 1.0 - beta;
                ((1.0 - alpha_bar) / alpha_bar).sqrt()
            })
            .collect();
        Self { config, sigmas }
    }

    pub(crate) fn config(&self) -> &SchedulerConfig {
        &self.config
    }

    /// σ/α of every training step, for fingerprints.
    pub(crate) fn sigmas(&self) -> &[f64] {
        &self.sigmas
    }

    /// The grid of a sampler.
    pub(crate) fn plan(&self, sampler: SamplerKind, n_steps: usize) -> Result<NoiseLevels, Error> {
        let n_train = self.config.n_train_steps;
        // DPM-Solver's linspace and leading grids divide by one more than the steps.
        let most = n_train - 1;
        if !(1..=most).contains(&n_steps) {
            return Err(Error::OutOfRange {
                what: "steps",
                expected: format!("1 to {most}"),
                found: n_steps.to_string(),
            });
        }
        Ok(match sampler {
            SamplerKind::DpmSolver => self.plan_dpm_solver(n_steps),
            SamplerKind::Ddim => self.plan_ddim(n_steps),
            SamplerKind::Euler => self.plan_euler(n_steps),
        })
    }

    /// A grid for the rest of a generation: evenly spaced on the training clock from where step `from` of
    /// `levels` starts, to the same end.
    pub(crate) fn plan_tail(
        &self,
        levels: &NoiseLevels,
        from: usize,
        n_steps: usize,
    ) -> Result<NoiseLevels, Error> {
        let out_of_range = |what, expected, found: usize| {
            Err(Error::OutOfRange { what, expected, found: found.to_string() })
        };
        let Some(first) = levels.steps.get(from) else {
            return out_of_range("step to go on from", format!("below {}", levels.n_steps()), from);
        };
        let most = first.timestep as usize;
        if !(1..=most).contains(&n_steps) {
            return out_of_range("steps of the tail", format!("1 to {most}"), n_steps);
        }
        let at = |i: usize| i as f64 * first.timestep / n_steps as f64;
        // The first is the latent's own noise level, to the bit.
        let timesteps: Vec<f64> = (1..=n_steps)
            .rev()
            .map(|i| if i == n_steps { first.timestep } else { round(at(i)) })
            .collect();
        let last = levels.steps.last().map_or(0.0, |step| step.sigma_next);
        let mut steps = self.chain(&timesteps, last);
        steps[0].sigma = first.sigma;
        let first_order_last = levels.first_order_last;
        Ok(NoiseLevels { steps, initial_scale: 1.0, first_order_last })
    }

    fn plan_dpm_solver(&self, n_steps: usize) -> NoiseLevels {
        let n_train = self.config.n_train_steps;
        let timesteps: Vec<f64> = match self.config.spacing.unwrap_or(Spacing::Linspace) {
            Spacing::Linspace => {
                let last = (n_train - 1) as f64;
                (1..=n_steps).rev().map(|i| round(i as f64 * last / n_steps as f64)).collect()
            }
            Spacing::Leading => {
                let ratio = n_train / (n_steps + 1);
                (1..=n_steps).rev().map(|i| (i * ratio + self.config.steps_offset) as f64).collect()
            }
            Spacing::Trailing => self.trailing(n_steps),
        };
        let last = if self.config.final_sigma_is_zero { 0.0 } else { self.sigmas[0] };
        let config = &self.config;
        NoiseLevels {
            steps: self.chain(&timesteps, last),
            initial_scale: 1.0,
            first_order_last: config.final_sigma_is_zero
                || config.euler_at_final
                || (config.lower_order_final && n_steps < 15),
        }
    }

    fn plan_euler(&self, n_steps: usize) -> NoiseLevels {
        let n_train = self.config.n_train_steps;
        let spacing = self.config.spacing.unwrap_or(Spacing::Linspace);
        let timesteps: Vec<f64> = match spacing {
            Spacing::Linspace => {
                let gap = (n_train - 1) as f64 / (n_steps.max(2) - 1) as f64;
                let first = if n_steps == 1 { 0.0 } else { (n_steps - 1) as f64 };
                (0..n_steps).map(|i| (first - i as f64) * gap).collect()
            }
            Spacing::Leading => self.leading(n_steps),
            Spacing::Trailing => self.trailing(n_steps),
        };
        let steps = self.chain(&timesteps, 0.0);
        let initial_scale = match spacing {
            Spacing::Leading => 1.0,
            Spacing::Linspace | Spacing::Trailing => {
                let most = steps.iter().map(|step| step.sigma).fold(0.0, f64::max);
                alpha_sigma(most).1
            }
        };
        NoiseLevels { steps, initial_scale, first_order_last: true }
    }

    /// DDIM steps back by a fixed stride of the training clock, whatever the grid's own gaps.
    fn plan_ddim(&self, n_steps: usize) -> NoiseLevels {
        let n_train = self.config.n_train_steps;
        let timesteps: Vec<f64> = match self.config.spacing.unwrap_or(Spacing::Leading) {
            Spacing::Linspace => {
                let gap = (n_train - 1) as f64 / (n_steps.max(2) - 1) as f64;
                let first = if n_steps == 1 { 0.0 } else { (n_steps - 1) as f64 };
                (0..n_steps).map(|i| round((first - i as f64) * gap)).collect()
            }
            Spacing::Leading => self.leading(n_steps),
            Spacing::Trailing => self.trailing(n_steps),
        };
        let stride = (n_train / n_steps) as f64;
        let last = if self.config.set_alpha_to_one { 0.0 } else { self.sigmas[0] };
        let step = |&timestep: &f64| NoiseStep {
            timestep,
            sigma: self.sigma_at(timestep),
            sigma_next: if timestep < stride { last } else { self.sigma_at(timestep - stride) },
        };
        NoiseLevels {
            steps: timesteps.iter().map(step).collect(),
            initial_scale: 1.0,
            first_order_last: true,
        }
    }

    fn leading(&self, n_steps: usize) -> Vec<f64> {
        let ratio = self.config.n_train_steps / n_steps;
        (0..n_steps).rev().map(|i| (i * ratio + self.config.steps_offset) as f64).collect()
    }

    fn trailing(&self, n_steps: usize) -> Vec<f64> {
        let n_train = self.config.n_train_steps as f64;
        let ratio = n_train / n_steps as f64;
        (0..n_steps).map(|i| round(n_train - i as f64 * ratio) - 1.0).collect()
    }

    /// Each step ends where the next begins.
    fn chain(&self, timesteps: &[f64], last: f64) -> Vec<NoiseStep> {
        let sigmas: Vec<f64> = timesteps.iter().map(|&t| self.sigma_at(t)).chain([last]).collect();
        timesteps
            .iter()
            .zip(sigmas.windows(2))
            .map(|(&timestep, pair)| NoiseStep { timestep, sigma: pair[0], sigma_next: pair[1] })
            .collect()
    }

    /// Linear between training steps; beyond the ends, the ends.
    fn sigma_at(&self, timestep: f64) -> f64 {
        let last = self.sigmas.len() - 1;
        let place = timestep.clamp(0.0, last as f64);
        let below = place.floor() as usize;
        let above = (below + 1).min(last);
        let part = place - below as f64;
        self.sigmas[below] * (1.0 - part) + self.sigmas[above] * part
    }
}

/// Halves go to the even neighbour, as numpy rounds.
fn round(value: f64) -> f64 {
    value.round_ties_even()
}

fn betas(schedule: BetaSchedule, n_train: usize) -> Vec<f64> {
    let line = |start: f64, end: f64| {
        let gap = (end - start) / (n_train - 1) as f64;
        (0..n_train).map(move |i| start + gap * i as f64)
    };
    match schedule {
        BetaSchedule::Linear { start, end } => line(start, end).collect(),
        BetaSchedule::ScaledLinear { start, end } => {
            line(start.sqrt(), end.sqrt()).map(|root| root * root).collect()
        }
        BetaSchedule::Cosine => {
            // Nichol & Dhariwal, <https://arxiv.org/abs/2102.09672> eq. 17.
            let alpha_bar =
                |part: f64| libm::cos((part + 0.008) / 1.008 * std::f64::consts::FRAC_PI_2).powi(2);
            let part = |i: usize| i as f64 / n_train as f64;
            let beta = |i: usize| 1.0 - alpha_bar(part(i + 1)) / alpha_bar(part(i));
            (0..n_train).map(|i| beta(i).min(0.999)).collect()
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
