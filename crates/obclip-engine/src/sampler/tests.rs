//! Whole runs with a toy model against diffusers' schedulers (`scripts/make_vectors.py`).

use serde::Deserialize;

use super::run;
use crate::guidance;
use crate::schedule::NoiseStep;
use crate::schedule::tests::{read, sampler, schedule};
use crate::tensor::Tensor;

/// diffusers keeps everything in f32 and the toy model has a slope of up to 1.7.
const TOLERANCE: f64 = 1e-4;

#[derive(Deserialize)]
struct Run {
    sampler: String,
    config: serde_json::Value,
    steps: usize,
    begin: usize,
    start: Vec<f32>,
    end: Vec<f32>,
}

#[test]
fn runs_match_diffusers() {
    let runs: Vec<Run> = read("samplers.json");
    assert!(runs.len() >= 15, "{} runs", runs.len());
    for golden in runs {
        let what = format!("{} {} from {}", golden.sampler, golden.steps, golden.begin);
        let schedule = schedule(&golden.config);
        let kind = schedule.config().prediction_type;
        let sampler = sampler(&golden.sampler);
        let levels = schedule.plan(sampler, golden.steps).unwrap();
        let start = Tensor::new([1, 4, 3, 3], golden.start).unwrap();
        let mut denoise = |noisy: &Tensor, step: &NoiseStep, _: usize| {
            let mut x0 = toy_model(noisy, step.timestep);
            guidance::to_x0(kind, x0.data_mut(), noisy.data(), step);
            Ok(x0)
        };
        let range = golden.begin..golden.steps;
        let end = run(sampler, &mut denoise, start, &levels, range, None).unwrap().latents;
        let largest = golden.end.iter().fold(0.0_f32, |max, value| max.max(value.abs()));
        for (found, expected) in end.data().iter().zip(&golden.end) {
            let error = f64::from((found - expected).abs()) / f64::from(largest);
            assert!(error < TOLERANCE, "{what} {}: {found} for {expected}", golden.config);
        }
    }
}

/// As in the script.
fn toy_model(x: &Tensor, timestep: f64) -> Tensor {
    let mut out = x.clone();
    for value in out.data_mut() {
        let x = f64::from(*value);
        *value = (0.4 * (3.0 * x + 0.002 * timestep).sin() + 0.5 * x) as f32;
    }
    out
}

#[test]
fn a_range_in_two_parts_is_the_whole_if_the_last_prediction_goes_along() {
    let config = serde_json::json!({ "beta_schedule": "scaled_linear" });
    for name in ["dpm_solver", "ddim", "euler"] {
        let sampler = sampler(name);
        let levels = schedule(&config).plan(sampler, 12).unwrap();
        let start = crate::noise::initial_noise(&[3; 32], [2, 4, 3, 3]);
        let mut denoise =
            |noisy: &Tensor, step: &NoiseStep, _: usize| Ok(toy_model(noisy, step.timestep));
        let whole = run(sampler, &mut denoise, start.clone(), &levels, 0..12, None).unwrap();
        let first = run(sampler, &mut denoise, start, &levels, 0..5, None).unwrap();
        let rest =
            run(sampler, &mut denoise, first.latents, &levels, 5..12, first.last_x0).unwrap();
        assert_eq!(rest.latents, whole.latents, "{name}");
    }
}
