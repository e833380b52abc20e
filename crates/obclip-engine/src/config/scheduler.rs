//! `scheduler/scheduler_config.json`: the noise schedule the model was trained on, whichever
//! sampler's file it is.

use serde_json::json;

use super::accept::Settings;
use crate::error::Error;
use crate::model_files::ModelFiles;

/// What the U-Net predicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PredictionType {
    /// The noise.
    Epsilon,
    /// The velocity `α ε − σ x₀`.
    V,
}

/// How noise grows over the training steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum BetaSchedule {
    Linear {
        start: f64,
        end: f64,
    },
    /// Linear in the square root; Stable Diffusion's.
    ScaledLinear {
        start: f64,
        end: f64,
    },
    /// `squaredcos_cap_v2`
    Cosine,
}

/// Which training steps a sampler visits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spacing {
    Linspace,
    Leading,
    Trailing,
}

#[derive(Clone, Debug)]
pub(crate) struct SchedulerConfig {
    pub(crate) n_train_steps: usize,
    pub(crate) betas: BetaSchedule,
    pub(crate) prediction_type: PredictionType,
    /// Absent: each sampler has its own default, as in diffusers' `from_config`.
    pub(crate) spacing: Option<Spacing>,
    pub(crate) steps_offset: usize,
    /// DDIM ends at no noise (default) instead of at the first training step.
    pub(crate) set_alpha_to_one: bool,
    /// DPM-Solver ends at no noise (default) instead of at the first training step.
    pub(crate) final_sigma_is_zero: bool,
    pub(crate) lower_order_final: bool,
    pub(crate) euler_at_final: bool,
}

const FILE: &str = "scheduler/scheduler_config.json";

impl SchedulerConfig {
    pub(crate) fn open(files: &ModelFiles) -> Result<Self, Error> {
        let mut settings = Settings::open(files, FILE)?;
        let config = Self {
            n_train_steps: settings.take_or("num_train_timesteps", 1000)?,
            betas: take_betas(&mut settings)?,
            prediction_type: take_prediction(&mut settings)?,
            spacing: take_spacing(&mut settings)?,
            steps_offset: settings.take_or("steps_offset", 0)?,
            set_alpha_to_one: settings.take_or("set_alpha_to_one", true)?,
            final_sigma_is_zero: take_final_sigma(&mut settings)?,
            lower_order_final: settings.take_or("lower_order_final", true)?,
            euler_at_final: settings.take_or("euler_at_final", false)?,
        };
        settings.check_size("num_train_timesteps", config.n_train_steps, 2..=100_000)?;
        settings.check_size("steps_offset", config.steps_offset, 0..=config.n_train_steps)?;
        refuse_the_rest(settings)?;
        Ok(config)
    }
}

fn take_betas(settings: &mut Settings) -> Result<BetaSchedule, Error> {
    let start = settings.take_or("beta_start", 0.0001)?;
    let end = settings.take_or("beta_end", 0.02)?;
    if !(0.0 < start && start <= end && end < 1.0) {
        let found = format!("{start} to {end}");
        return Err(settings.unsupported("beta_start", &found, "0 < beta_start <= beta_end < 1"));
    }
    match settings.take_or("beta_schedule", "linear".to_owned())?.as_str() {
        "linear" => Ok(BetaSchedule::Linear { start, end }),
        "scaled_linear" => Ok(BetaSchedule::ScaledLinear { start, end }),
        "squaredcos_cap_v2" => Ok(BetaSchedule::Cosine),
        other => Err(settings.unsupported(
            "beta_schedule",
            other,
            "linear, scaled_linear or squaredcos_cap_v2",
        )),
    }
}

fn take_prediction(settings: &mut Settings) -> Result<PredictionType, Error> {
    match settings.take_or("prediction_type", "epsilon".to_owned())?.as_str() {
        "epsilon" => Ok(PredictionType::Epsilon),
        "v_prediction" => Ok(PredictionType::V),
        other => Err(settings.unsupported("prediction_type", other, "epsilon or v_prediction")),
    }
}

fn take_spacing(settings: &mut Settings) -> Result<Option<Spacing>, Error> {
    match settings.take::<String>("timestep_spacing")?.as_deref() {
        None => Ok(None),
        Some("linspace") => Ok(Some(Spacing::Linspace)),
        Some("leading") => Ok(Some(Spacing::Leading)),
        Some("trailing") => Ok(Some(Spacing::Trailing)),
        Some(other) => {
            Err(settings.unsupported("timestep_spacing", other, "linspace, leading or trailing"))
        }
    }
}

fn take_final_sigma(settings: &mut Settings) -> Result<bool, Error> {
    match settings.take_or("final_sigmas_type", "zero".to_owned())?.as_str() {
        "zero" => Ok(true),
        "sigma_min" => Ok(false),
        other => Err(settings.unsupported("final_sigmas_type", other, "zero or sigma_min")),
    }
}

fn refuse_the_rest(mut settings: Settings) -> Result<(), Error> {
    // These matter only where thresholding, clipping or flow matching is on, which is refused; and
    // the sampler is the caller's choice, not the file's.
    settings.ignore(&[
        "clip_sample_range",
        "dynamic_thresholding_ratio",
        "flow_shift",
        "sample_max_value",
        "skip_prk_steps",
        "time_shift_type",
        "variance_type",
    ]);
    settings.accept_only(&[
        ("algorithm_type", &[json!("dpmsolver++")]),
        ("solver_order", &[json!(2)]),
        ("solver_type", &[json!("midpoint")]),
        ("interpolation_type", &[json!("linear")]),
        ("timestep_type", &[json!("discrete")]),
        ("lambda_min_clipped", &[json!("-Infinity")]),
    ])?;
    settings.finish()
}
