//! Every grid against diffusers' (`scripts/make_vectors.py`).

use std::collections::BTreeMap;

use serde::Deserialize;

use super::Schedule;
use crate::config::SchedulerConfig;
use crate::model_files::ModelFiles;
use crate::sampler::SamplerKind;

/// diffusers multiplies a thousand α in f32.
const SIGMA_TOLERANCE: f64 = 2e-4;
/// Where ᾱ is near 1, σ² = 1 − ᾱ is only known to the 6e-8 of an f32 there, hence σ to 6e-8 / σ.
const SMALLEST_SIGMA: f64 = 0.05;

#[derive(Deserialize)]
struct Table {
    sampler: String,
    config: serde_json::Value,
    steps: usize,
    timesteps: Vec<f64>,
    sigmas: Vec<f64>,
    sigmas_next: Vec<f64>,
    initial_scale: f64,
}

#[test]
fn grids_match_diffusers() {
    let tables: Vec<Table> = read("schedules.json");
    assert!(tables.len() >= 100, "{} tables", tables.len());
    for table in tables {
        let what = format!("{} {} {}", table.sampler, table.steps, table.config);
        let plan = schedule(&table.config).plan(sampler(&table.sampler), table.steps).unwrap();
        assert_eq!(plan.n_steps(), table.steps, "{what}");
        let timesteps: Vec<f64> = plan.steps.iter().map(|step| step.timestep).collect();
        let sigmas: Vec<f64> = plan.steps.iter().map(|step| step.sigma).collect();
        let sigmas_next: Vec<f64> = plan.steps.iter().map(|step| step.sigma_next).collect();
        assert_close(&format!("{what}: timesteps"), &timesteps, &table.timesteps, 1e-6);
        assert_close(&format!("{what}: sigmas"), &sigmas, &table.sigmas, SIGMA_TOLERANCE);
        assert_close(&format!("{what}: next"), &sigmas_next, &table.sigmas_next, SIGMA_TOLERANCE);
        assert_close(&what, &[plan.initial_scale], &[table.initial_scale], 1e-4);
    }
}

fn assert_close(what: &str, found: &[f64], expected: &[f64], tolerance: f64) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        let close = (found - expected).abs() <= tolerance * expected.abs().max(SMALLEST_SIGMA);
        assert!(close, "{what}: found {found}, expected {expected}");
    }
}

/// A schedule from a scheduler's settings.
pub(crate) fn schedule(config: &serde_json::Value) -> Schedule {
    let file = ("scheduler/scheduler_config.json".to_owned(), config.to_string().into_bytes());
    let files = ModelFiles::from_memory(BTreeMap::from([file]));
    Schedule::new(SchedulerConfig::open(&files).unwrap())
}

pub(crate) fn sampler(name: &str) -> SamplerKind {
    match name {
        "dpm_solver" => SamplerKind::DpmSolver,
        "ddim" => SamplerKind::Ddim,
        "euler" => SamplerKind::Euler,
        other => panic!("no sampler {other}"),
    }
}

pub(crate) fn read<T: serde::de::DeserializeOwned>(name: &str) -> T {
    let path = format!("{}/../../vectors/engine/{name}", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}
