//! Seconds of whole classes, all members, against a plain picture of the cloud model in the same run.

use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use obclip_engine::{Cpu, DenoiseJob, Model, SamplerKind, initial_noise};
use obclip_plan::{Guidance, Shape, StepPlan};

use super::models::Pair;
use crate::cost::axes;
use crate::table::Table;

#[derive(Debug, Args)]
pub(crate) struct TimeOptions {
    /// Plans by name.
    #[arg(value_delimiter = ',')]
    plans: Vec<String>,
    #[arg(long)]
    models: Option<PathBuf>,
    #[arg(long, value_delimiter = ',', default_value = "6,30")]
    n: Vec<usize>,
    #[arg(long, default_value_t = 5)]
    k: usize,
    /// Times each is run; the least is reported, with the plain picture run before each.
    #[arg(long, default_value_t = 3)]
    repeat: usize,
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// Rows at once.
    #[arg(long, default_value_t = 16)]
    max_rows: usize,
}

/// Steps of a plain picture.
const STEPS: usize = 25;

pub(crate) fn run(options: &TimeOptions, out: &mut dyn Write) -> anyhow::Result<()> {
    let cloud = Pair::load(options.models.as_deref(), options.threads)?.cloud;
    let plain = plan(&cloud, "plain", 1, STEPS)?;
    let mut table = Table::new(&["plan", "N", "rows", "seconds", "plain picture", "of it"]);
    for name in &options.plans {
        for &n in &options.n {
            let neutral = format!("trunk{}", options.k);
            let published = if name == "neutral-only" { &neutral } else { name };
            let plan = plan(&cloud, published, n, options.k)?;
            let (mut least, mut picture) = (f64::INFINITY, f64::INFINITY);
            for _ in 0..options.repeat {
                picture = picture.min(seconds(&cloud, &plain, options.max_rows)?);
                least = least.min(seconds(&cloud, &plan, options.max_rows)?);
            }
            table.row(vec![
                name.clone(),
                n.to_string(),
                plan.n_rows_run().to_string(),
                format!("{least:.3}"),
                format!("{picture:.3}"),
                format!("{:.3}×", least / picture),
            ]);
        }
    }
    Ok(table.write(out)?)
}

fn plan(cloud: &Model<Cpu>, name: &str, n: usize, n_steps: usize) -> anyhow::Result<StepPlan> {
    let n_levels = cloud.unet().n_levels();
    let shape = Shape { open: axes(n), n_steps, n_levels, guidance: Guidance::On };
    Ok(StepPlan::published(name, &shape)?)
}

fn seconds(cloud: &Model<Cpu>, plan: &StepPlan, max_rows: usize) -> anyhow::Result<f64> {
    let texts = vec!["portrait of a person"; plan.n_streams()];
    let (cond, uncond) = (cloud.encode_text(&texts)?, cloud.encode_text(&[""])?);
    let side = cloud.spec().default_side();
    let noise = initial_noise(&[1; 32], cloud.spec().latent_shape(side, side));
    let levels = cloud.plan_steps(SamplerKind::DpmSolver, STEPS)?;
    let job = DenoiseJob {
        levels: &levels,
        range: 0..plan.steps().len(),
        guidance: 3.0,
        sampler: SamplerKind::DpmSolver,
        max_rows,
        previous_x0: None,
    };
    let latents = noise.rows(vec![0; plan.n_streams()]);
    let go_on = &mut |_| ControlFlow::Continue(());
    let start = Instant::now();
    cloud.denoise_planned(latents, &cond, &uncond, &job, plan, go_on)?;
    Ok(start.elapsed().as_secs_f64())
}
