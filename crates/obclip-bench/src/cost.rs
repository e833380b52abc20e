//! `obclip-bench cost`: the ledger of a request's multiply-accumulates.

mod architecture;
mod ledger;
mod macs;
mod models;
mod paper_table;
mod report;
#[cfg(test)]
mod tests;
mod walk;

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use obclip_plan::{Guidance, OpenAxis, PaperSettings, PaperStage, Pivot, Shape, StepPlan};

use architecture::Architecture;
pub(crate) use ledger::Network;
pub(crate) use macs::CountingRule;
use models::NamedModel;
use report::{Costed, Report};

/// Limits on what a command line may ask for.
const MAX_LATENT: usize = 1024;
const MAX_TOKENS: usize = 4096;
const MAX_MEMBERS: usize = 200;
const MAX_STEPS: usize = 250;

/// What to count.
#[derive(Debug, Args)]
pub(crate) struct CostOptions {
    /// A model by name.
    #[arg(long, value_enum, default_value = "sd-1.4")]
    model: NamedModel,
    /// A U-Net's config.json (diffusers) instead.
    #[arg(long, value_name = "FILE", conflicts_with = "model")]
    config: Option<PathBuf>,
    /// A plan by name: scratch (every row of every step, nothing shared), plain (with the savings that change
    /// no number), paper-k5 and paper-k10 (in three stages), economy, balanced, quality, or parts such as
    /// trunk2-delta.
    #[arg(long, default_value = "paper-k5")]
    plan: String,
    /// A step plan as JSON instead, as --print-plan writes it.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["plan", "n", "k", "stage"])]
    plan_file: Option<PathBuf>,
    /// Members of the class; several for a table over N.
    #[arg(long, value_delimiter = ',', default_value = "6")]
    n: Vec<usize>,
    /// Cloud steps; the paper's plans bring their own.
    #[arg(long, default_value_t = 5)]
    k: usize,
    /// Steps of a whole picture: what a request is compared with.
    #[arg(long, default_value_t = 25)]
    steps: usize,
    /// Only this stage of a paper plan; by default all three.
    #[arg(long, value_enum)]
    stage: Option<PaperStage>,
    /// Side of the latent; by default the model's own.
    #[arg(long)]
    latent: Option<usize>,
    /// Length of the text, padding included.
    #[arg(long, default_value_t = 77)]
    tokens: usize,
    /// The paper's table 7 beside our counts of it; all other options but --json are ignored.
    #[arg(long)]
    paper_table: bool,
    /// The plans as JSON, uncounted.
    #[arg(long, conflicts_with = "paper_table")]
    print_plan: bool,
    /// The plans as tables, uncounted.
    #[arg(long, conflicts_with_all = ["paper_table", "print_plan"])]
    show_plan: bool,
    /// Numbers for programs.
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(options: &CostOptions, out: &mut dyn Write) -> anyhow::Result<()> {
    if options.paper_table {
        let rows = paper_table::reproduce()?;
        return paper_table::write(&rows, options.json, out);
    }
    let (model, network) = options.network()?;
    let plans = options.plans(network.n_levels())?;
    if options.print_plan {
        let plans: Vec<_> = plans.iter().map(|planned| &planned.plan).collect();
        match plans.as_slice() {
            [plan] => serde_json::to_writer_pretty(&mut *out, plan)?,
            several => serde_json::to_writer_pretty(&mut *out, several)?,
        }
        return Ok(writeln!(out)?);
    }
    if options.show_plan {
        return Ok(plans.iter().try_for_each(|planned| writeln!(out, "{}\n", planned.plan))?);
    }
    let costs = plans.iter().map(|planned| Ok(Costed::new(planned, network.count(&planned.plan)?)));
    let costs = costs.collect::<anyhow::Result<Vec<_>>>()?;
    let report = Report::new(model, &network, options.steps, costs);
    match options.json {
        true => report.write_json(out),
        false => report.write_text(out),
    }
}

/// A plan, and how far along the paper's stages it stands if it is one of the paper's.
struct Planned {
    plan: StepPlan,
    stage: Option<PaperStage>,
}

impl CostOptions {
    /// The model's name and its counted layers.
    fn network(&self) -> anyhow::Result<(String, Network)> {
        let (name, json) = match &self.config {
            None => (self.model.name(), self.model.config().to_owned()),
            Some(path) => {
                let json = fs::read_to_string(path).with_context(|| path.display().to_string())?;
                (path.display().to_string(), json)
            }
        };
        let latent =
            self.latent.or(Architecture::parse(&json).with_context(|| name.clone())?.sample_size);
        let latent = latent.context("the file names no sample_size: say --latent")?;
        for (what, value, max) in [
            ("latent", latent, MAX_LATENT),
            ("tokens", self.tokens, MAX_TOKENS),
            ("steps", self.steps, MAX_STEPS),
        ] {
            in_range(what, value, max)?;
        }
        let network =
            Network::parse(&json, Some(latent), self.tokens).with_context(|| name.clone())?;
        let title = format!("{name} at {latent}×{latent} latents, {} tokens", self.tokens);
        Ok((title, network))
    }

    fn plans(&self, n_levels: usize) -> anyhow::Result<Vec<Planned>> {
        if let Some(path) = &self.plan_file {
            let json = fs::read_to_string(path).with_context(|| path.display().to_string())?;
            let plan = serde_json::from_str(&json).with_context(|| path.display().to_string())?;
            return Ok(vec![Planned { plan, stage: None }]);
        }
        in_range("k", self.k, MAX_STEPS)?;
        let mut plans = Vec::new();
        for &n in &self.n {
            in_range("n", n, MAX_MEMBERS)?;
            plans.extend(self.named_plans(n, n_levels)?);
        }
        Ok(plans)
    }

    fn named_plans(&self, n: usize, n_levels: usize) -> anyhow::Result<Vec<Planned>> {
        let settings = match self.plan.as_str() {
            "paper-k5" => PaperSettings::K5,
            "paper-k10" => PaperSettings::K10,
            name => return Ok(vec![self.named_plan(name, n, n_levels)?]),
        };
        let stages = PaperStage::ALL.into_iter();
        let wanted = stages.filter(|stage| self.stage.is_none_or(|wanted| wanted == *stage));
        let planned = |stage| {
            let plan = obclip_plan::paper(settings, stage, Pivot::PerHalf, n, n_levels)?;
            Ok(Planned { plan, stage: Some(stage) })
        };
        wanted.map(planned).collect()
    }

    fn named_plan(&self, name: &str, n: usize, n_levels: usize) -> anyhow::Result<Planned> {
        let plan = match name {
            "scratch" => obclip_plan::plain(n, self.k, n_levels)?.named("scratch"),
            name => {
                let (open, n_steps) = (axes(n), self.k);
                let shape = Shape { open, n_steps, n_levels, guidance: Guidance::On };
                StepPlan::published(name, &shape)?
            }
        };
        Ok(Planned { plan, stage: None })
    }
}

/// Values of the open axes of catalogue v1 that make so many members; one axis if none do.
pub(crate) fn axes(n: usize) -> Vec<OpenAxis> {
    let [age, ethnicity, gender] =
        [(0, 3), (1, 5), (2, 2)].map(|(axis, n_values)| OpenAxis { axis, n_values });
    let known: [&[OpenAxis]; 8] = [
        &[],
        &[gender],
        &[age],
        &[ethnicity],
        &[age, gender],
        &[ethnicity, gender],
        &[age, ethnicity],
        &[age, ethnicity, gender],
    ];
    let n_members = |axes: &&[OpenAxis]| axes.iter().map(|axis| axis.n_values).product::<usize>();
    let fitting = known.into_iter().find(|axes| n_members(axes) == n);
    fitting.map_or_else(|| vec![OpenAxis { axis: 0, n_values: n }], <[OpenAxis]>::to_vec)
}

fn in_range(what: &str, value: usize, max: usize) -> anyhow::Result<()> {
    match value {
        value if (1..=max).contains(&value) => Ok(()),
        value => bail!("{what}: expected 1 to {max}, found {value}"),
    }
}
