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
use clap::{Args, ValueEnum};

use crate::step_plan::{self, PaperSettings, Pivot, Stage, StepPlan};
use architecture::Architecture;
use ledger::Network;
use models::NamedModel;
use report::{Costed, Report};
use walk::Input;

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
    /// A plan by name.
    #[arg(long, value_enum, default_value = "paper-k5")]
    plan: NamedPlan,
    /// A step plan as JSON instead, as --print-plan writes it.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["plan", "n", "k", "stage"])]
    plan_file: Option<PathBuf>,
    /// Members of the class; several for a table over N.
    #[arg(long, value_delimiter = ',', default_value = "6")]
    n: Vec<usize>,
    /// Cloud steps of the plans plain and exact; the paper's bring their own.
    #[arg(long, default_value_t = 5)]
    k: usize,
    /// Steps of a whole picture: what a request is compared with.
    #[arg(long, default_value_t = 25)]
    steps: usize,
    /// Only this stage of a paper plan; by default all three.
    #[arg(long, value_enum)]
    stage: Option<Stage>,
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
    /// Numbers for programs.
    #[arg(long)]
    json: bool,
}

/// The plans that can be named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum NamedPlan {
    /// Every row of every step, from scratch.
    Plain,
    /// Only the savings that change no number.
    Exact,
    /// The paper's: k = 5, r = 3, s = 3, with its three stages.
    PaperK5,
    /// The paper's: k = 10, r = 4, s = 6, with its three stages.
    PaperK10,
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
    stage: Option<Stage>,
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
        let architecture = Architecture::parse(&json).with_context(|| name.clone())?;
        let latent = self.latent.or(architecture.sample_size);
        let latent = latent.context("the file names no sample_size: say --latent")?;
        for (what, value, max) in [
            ("latent", latent, MAX_LATENT),
            ("tokens", self.tokens, MAX_TOKENS),
            ("steps", self.steps, MAX_STEPS),
        ] {
            in_range(what, value, max)?;
        }
        let input = Input { latent, n_tokens: self.tokens };
        let title = format!("{name} at {latent}×{latent} latents, {} tokens", self.tokens);
        Ok((title, Network::new(&architecture, input)))
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
        let settings = match self.plan {
            NamedPlan::Plain => {
                return Ok(vec![Planned {
                    plan: step_plan::plain(n, self.k, n_levels)?,
                    stage: None,
                }]);
            }
            NamedPlan::Exact => {
                return Ok(vec![Planned {
                    plan: step_plan::exact(n, self.k, n_levels)?,
                    stage: None,
                }]);
            }
            NamedPlan::PaperK5 => PaperSettings::K5,
            NamedPlan::PaperK10 => PaperSettings::K10,
        };
        let stages = Stage::value_variants().iter().copied();
        let wanted = stages.filter(|stage| self.stage.is_none_or(|wanted| wanted == *stage));
        let planned = |stage| {
            let plan = step_plan::paper(settings, stage, Pivot::PerHalf, n, n_levels)?;
            Ok(Planned { plan, stage: Some(stage) })
        };
        wanted.map(planned).collect()
    }
}

fn in_range(what: &str, value: usize, max: usize) -> anyhow::Result<()> {
    match value {
        value if (1..=max).contains(&value) => Ok(()),
        value => bail!("{what}: expected 1 to {max}, found {value}"),
    }
}
