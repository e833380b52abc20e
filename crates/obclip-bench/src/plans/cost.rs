//! What plans cost on a pair: rows and multiply-accumulates of the cloud by the size of the class, and of the
//! device's tail.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use obclip_plan::{Guidance, Shape, StepPlan};
use serde::Serialize;

use super::models;
use crate::cost::{CountingRule, Network, axes};
use crate::table::Table;

#[derive(Debug, Args)]
pub(crate) struct CostOptions {
    /// Plans by name.
    #[arg(value_delimiter = ',')]
    plans: Vec<String>,
    #[arg(long)]
    models: Option<PathBuf>,
    /// Members of the class.
    #[arg(long, value_delimiter = ',', default_value = "6,30")]
    n: Vec<usize>,
    #[arg(long, default_value_t = 5)]
    k: usize,
    #[arg(long, default_value_t = 25)]
    steps: usize,
    /// Count the plans as the device's tail instead.
    #[arg(long)]
    tail: bool,
    #[arg(long)]
    json: bool,
}

/// A plan's work for one size of class.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Cost {
    pub(crate) plan: String,
    pub(crate) n: usize,
    pub(crate) k: usize,
    pub(crate) rows: usize,
    pub(crate) giga_macs: f64,
    /// Against a plain picture of the cloud model; for a tail, against the plain tail.
    pub(crate) of_plain: f64,
}

pub(crate) fn run(options: &CostOptions, out: &mut dyn Write) -> anyhow::Result<()> {
    let (cloud, device) = models::networks(options.models.as_deref())?;
    let mut costs = Vec::new();
    for name in &options.plans {
        if options.tail {
            costs.push(tail_cost(&device, name, options.steps.saturating_sub(options.k))?);
            continue;
        }
        for &n in &options.n {
            costs.push(cost(&cloud, name, n, options.k, options.steps)?);
        }
    }
    if options.json {
        serde_json::to_writer_pretty(&mut *out, &costs)?;
        return Ok(writeln!(out)?);
    }
    let mut table = Table::new(&["plan", "N", "k", "rows", "GMAC", "of plain"]);
    for cost in costs {
        table.row(vec![
            cost.plan,
            cost.n.to_string(),
            cost.k.to_string(),
            cost.rows.to_string(),
            format!("{:.2}", cost.giga_macs),
            format!("{:.3}×", cost.of_plain),
        ]);
    }
    Ok(table.write(out)?)
}

/// Of a whole class in the cloud.
pub(crate) fn cost(
    network: &Network,
    name: &str,
    n: usize,
    k: usize,
    steps: usize,
) -> anyhow::Result<Cost> {
    let neutral = format!("trunk{k}");
    let published = if name == "neutral-only" { &neutral } else { name };
    let n_levels = network.n_levels();
    let shape = Shape { open: axes(n), n_steps: k, n_levels, guidance: Guidance::On };
    let ledger = network.count(&StepPlan::published(published, &shape)?)?;
    let macs = ledger.total(CountingRule::True) as f64;
    Ok(Cost {
        plan: name.to_owned(),
        n,
        k,
        rows: ledger.n_rows,
        giga_macs: macs / 1e9,
        of_plain: macs / network.plain_picture(steps, CountingRule::True) as f64,
    })
}

/// Of the device's steps.
pub(crate) fn tail_cost(network: &Network, name: &str, n_steps: usize) -> anyhow::Result<Cost> {
    let n_levels = network.n_levels();
    let shape = Shape { open: Vec::new(), n_steps, n_levels, guidance: Guidance::On };
    let ledger = network.count(&StepPlan::published(name, &shape)?)?;
    let macs = ledger.total(CountingRule::True) as f64;
    Ok(Cost {
        plan: name.to_owned(),
        n: 1,
        k: n_steps,
        rows: ledger.n_rows,
        giga_macs: macs / 1e9,
        of_plain: macs / network.plain_picture(n_steps, CountingRule::True) as f64,
    })
}
