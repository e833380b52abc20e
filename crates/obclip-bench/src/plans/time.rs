//! Seconds of whole classes, all members, turn by turn beside a plain picture of the cloud model; of the device's
//! tail beside its plain one. Machines are noisy: only the ratios within a turn are compared, and their median told.

use std::io::Write;
use std::ops::{ControlFlow, Range};
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use obclip_engine::{Cpu, DenoiseJob, Model, SamplerKind, initial_noise};
use obclip_plan::{Guidance, OpenAxis, Shape, StepPlan};
use serde::Serialize;

use super::models::Pair;
use crate::compute::ComputeArgs;
use crate::cost::axes;
use crate::table::Table;

#[derive(Debug, Args)]
pub(crate) struct TimeOptions {
    /// Plans by name.
    #[arg(value_delimiter = ',')]
    plans: Vec<String>,
    /// Plans of the device's tail by name.
    #[arg(long, value_delimiter = ',')]
    tail: Vec<String>,
    /// Steps of those tails on a coarser grid; by default the rest of the picture's.
    #[arg(long)]
    tail_steps: Option<usize>,
    #[arg(long)]
    models: Option<PathBuf>,
    #[arg(long, value_delimiter = ',', default_value = "6,30")]
    n: Vec<usize>,
    #[arg(long, default_value_t = 5)]
    k: usize,
    /// Steps of a plain picture.
    #[arg(long, default_value_t = 25)]
    steps: usize,
    /// Time only so many steps of the plain picture and of the plain tail, and scale: every step costs the same.
    #[arg(long)]
    sampled_steps: Option<usize>,
    /// Turns: in each, everything runs once, the plain picture and the plain tail first.
    #[arg(long, default_value_t = 5)]
    turns: usize,
    #[command(flatten)]
    compute: ComputeArgs,
    /// Rows at once.
    #[arg(long, default_value_t = 16)]
    max_rows: usize,
    #[arg(long)]
    json: bool,
}

/// What is timed, and all its turns.
#[derive(Clone, Debug, Serialize)]
struct Timed {
    plan: String,
    side: &'static str,
    n: usize,
    rows: usize,
    seconds: Vec<f64>,
    /// Against the plain picture, or the plain tail, of the same turn.
    of_plain: Vec<f64>,
    #[serde(skip)]
    step_plan: StepPlan,
}

pub(crate) fn run(options: &TimeOptions, out: &mut dyn Write) -> anyhow::Result<()> {
    let pair = Pair::load(options.models.as_deref(), &options.compute.cpu())?;
    let (k, steps) = (options.k, options.steps);
    let sampled = |whole: usize| options.sampled_steps.map_or(whole, |n| n.clamp(1, whole));
    let (of_picture, of_tail) = (sampled(steps), sampled(steps - k));
    let picture = plan(&pair.cloud, "plain", Vec::new(), of_picture)?;
    let whole_tail = plan(&pair.device, "plain", Vec::new(), of_tail)?;
    let mut timed = candidates(options, &pair)?;
    for _ in 0..options.turns {
        let cloud = Turn { model: &pair.cloud, options };
        let device = Turn { model: &pair.device, options };
        let scale = |whole: usize, part: usize| whole as f64 / part as f64;
        let plain_picture =
            cloud.seconds(&picture, 0..of_picture, None)? * scale(steps, of_picture);
        let plain_tail = match options.tail.is_empty() {
            true => f64::NAN,
            false => device.seconds(&whole_tail, k..k + of_tail, None)? * scale(steps - k, of_tail),
        };
        for one in &mut timed {
            let (seconds, plain) = match one.side {
                "cloud" => (cloud.seconds(&one.step_plan, 0..k, None)?, plain_picture),
                _ => (device.seconds(&one.step_plan, k..steps, options.tail_steps)?, plain_tail),
            };
            one.seconds.push(seconds);
            one.of_plain.push(seconds / plain);
        }
    }
    report(&timed, options, out)
}

fn candidates(options: &TimeOptions, pair: &Pair) -> anyhow::Result<Vec<Timed>> {
    let mut timed = Vec::new();
    let mut add = |name: &str, side, n, step_plan: StepPlan| {
        let rows = step_plan.n_rows_run();
        let (seconds, of_plain) = (Vec::new(), Vec::new());
        timed.push(Timed { plan: name.to_owned(), side, n, rows, seconds, of_plain, step_plan });
    };
    for name in &options.plans {
        let neutral = format!("trunk{}", options.k);
        let published = if name == "neutral-only" { &neutral } else { name };
        for &n in &options.n {
            add(name, "cloud", n, plan(&pair.cloud, published, axes(n), options.k)?);
        }
    }
    for name in &options.tail {
        let n_steps = options.tail_steps.unwrap_or(options.steps - options.k);
        add(name, "device", 1, plan(&pair.device, name, Vec::new(), n_steps)?);
    }
    Ok(timed)
}

fn report(timed: &[Timed], options: &TimeOptions, out: &mut dyn Write) -> anyhow::Result<()> {
    if options.json {
        serde_json::to_writer_pretty(&mut *out, timed)?;
        return Ok(writeln!(out)?);
    }
    let mut table = Table::new(&[
        "plan",
        "side",
        "N",
        "rows",
        "seconds, median",
        "of plain, median",
        "least",
        "most",
    ]);
    for one in timed {
        let [least, median, most] = spread(&one.of_plain);
        table.row(vec![
            one.plan.clone(),
            one.side.to_owned(),
            one.n.to_string(),
            one.rows.to_string(),
            format!("{:.3}", spread(&one.seconds)[1]),
            format!("{median:.3}×"),
            format!("{least:.3}"),
            format!("{most:.3}"),
        ]);
    }
    Ok(table.write(out)?)
}

/// Least, median and most.
fn spread(values: &[f64]) -> [f64; 3] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |idx: usize| sorted.get(idx).copied().unwrap_or(f64::NAN);
    [at(0), at(sorted.len() / 2), at(sorted.len().saturating_sub(1))]
}

fn plan(
    model: &Model<Cpu>,
    name: &str,
    open: Vec<OpenAxis>,
    n_steps: usize,
) -> anyhow::Result<StepPlan> {
    let n_levels = model.unet().n_levels();
    let shape = Shape { open, n_steps, n_levels, guidance: Guidance::On };
    Ok(StepPlan::published(name, &shape)?)
}

struct Turn<'a> {
    model: &'a Model<Cpu>,
    options: &'a TimeOptions,
}

impl Turn<'_> {
    fn seconds(
        &self,
        plan: &StepPlan,
        range: Range<usize>,
        own_steps: Option<usize>,
    ) -> anyhow::Result<f64> {
        let model = self.model;
        let texts = vec!["portrait of a person"; plan.n_streams()];
        let (cond, uncond) = (model.encode_text(&texts)?, model.encode_text(&[""])?);
        let side = model.spec().default_side();
        let noise = initial_noise(&[1; 32], model.spec().latent_shape(side, side));
        let whole = model.plan_steps(SamplerKind::DpmSolver, self.options.steps)?;
        let (levels, range) = match own_steps {
            Some(n) => (model.plan_tail(&whole, range.start, n)?, 0..n),
            None => (whole, range),
        };
        let job = DenoiseJob {
            levels: &levels,
            range,
            guidance: 3.0,
            sampler: SamplerKind::DpmSolver,
            max_rows: self.options.max_rows,
            previous_x0: None,
        };
        let latents = noise.rows(vec![0; plan.n_streams()]);
        let go_on = &mut |_| ControlFlow::Continue(());
        let start = Instant::now();
        model.denoise_planned(latents, &cond, &uncond, &job, plan, go_on)?;
        Ok(start.elapsed().as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::spread;

    #[test]
    fn the_median_is_not_moved_by_one_slow_turn() {
        assert_eq!(spread(&[0.5, 9.0, 0.4]), [0.4, 0.5, 9.0]);
        assert!(spread(&[])[1].is_nan());
    }
}
