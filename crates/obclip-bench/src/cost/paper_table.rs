//! The paper's table 7 (and the plain pictures of tables 3 and 7) beside our counts.
//!
//! One rule for all rows, from §3.5 of the reference, fixed before the first comparison (commit 984e5c5):
//! multiply-accumulates of convolutions, linear layers and QKᵀ are counted, PV is missed; two rows per
//! candidate and step; the cache holds the outputs of both attentions; a skipped step computes the
//! way up alone; one row's attention maps serve all 2N rows; no refresh inside the window.

use std::io::Write;

use obclip_plan::{PaperSettings, PaperStage, Pivot};
use serde::Serialize;

use super::architecture::Architecture;
use super::ledger::Network;
use super::macs::{CountingRule, tera};
use super::models::NamedModel;
use super::report;
use super::walk::Input;
use crate::table::Table;

/// Steps of a whole picture in the paper.
const PICTURE_STEPS: usize = 25;

/// Deviation within which a row counts as reproduced, in per cent.
const TOLERANCE_PERCENT: f64 = 1.0;

/// One published number.
struct Published {
    model: NamedModel,
    of: Quantity,
    tera: f64,
}

#[derive(Clone, Copy)]
enum Quantity {
    /// 25 steps with guidance.
    PlainPicture,
    /// The cloud's part of a request.
    Request { settings: PaperSettings, n: usize, stage: PaperStage },
}

/// A published number and ours, in 10¹² multiply-accumulates.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Reproduced {
    pub(crate) model: String,
    pub(crate) what: String,
    pub(crate) k: Option<usize>,
    pub(crate) n: Option<usize>,
    pub(crate) published: f64,
    /// Under the paper's counting rule.
    pub(crate) by_rule: f64,
    pub(crate) deviation_percent: f64,
    /// Under the paper's counting rule, with one pivot for each guidance half.
    pub(crate) by_rule_pivot_per_half: f64,
    /// The same work with nothing missed.
    pub(crate) true_count: f64,
    /// The plan we run: one pivot for each guidance half, nothing missed.
    pub(crate) true_count_pivot_per_half: f64,
}

impl Reproduced {
    pub(crate) fn is_close(&self) -> bool {
        self.deviation_percent.abs() <= TOLERANCE_PERCENT
    }
}

pub(crate) fn reproduce() -> anyhow::Result<Vec<Reproduced>> {
    published().iter().map(reproduce_one).collect()
}

fn reproduce_one(published: &Published) -> anyhow::Result<Reproduced> {
    let architecture = Architecture::parse(published.model.config())?;
    let latent = architecture.sample_size.expect("the named models have one");
    let network = Network::new(&architecture, Input { latent, n_tokens: 77 });
    let count = |pivot, rule| match published.of {
        Quantity::PlainPicture => anyhow::Ok(tera(network.plain_picture(PICTURE_STEPS, rule))),
        Quantity::Request { settings, n, stage } => {
            let plan = obclip_plan::paper(settings, stage, pivot, n, network.n_levels())?;
            Ok(tera(network.count(&plan)?.total(rule)))
        }
    };
    let by_rule = count(Pivot::WholeBatch, CountingRule::Paper)?;
    let (what, k, n) = match published.of {
        Quantity::PlainPicture => ("picture", None, None),
        Quantity::Request { settings, n, stage } => {
            (report::title(stage), Some(settings.k), Some(n))
        }
    };
    Ok(Reproduced {
        model: published.model.name(),
        what: what.to_owned(),
        k,
        n,
        published: published.tera,
        by_rule,
        deviation_percent: (by_rule / published.tera - 1.0) * 100.0,
        by_rule_pivot_per_half: count(Pivot::PerHalf, CountingRule::Paper)?,
        true_count: count(Pivot::WholeBatch, CountingRule::True)?,
        true_count_pivot_per_half: count(Pivot::PerHalf, CountingRule::True)?,
    })
}

pub(crate) fn write(rows: &[Reproduced], json: bool, out: &mut dyn Write) -> anyhow::Result<()> {
    if json {
        serde_json::to_writer_pretty(&mut *out, rows)?;
        return Ok(writeln!(out)?);
    }
    let n_close = rows.iter().filter(|row| row.is_close()).count();
    writeln!(
        out,
        "TMAC. by rule: the paper's counter, which misses PV; true: the same work, all of it;"
    )?;
    writeln!(out, "halves: all of it with one pivot for each guidance half.\n")?;
    let mut table =
        Table::new(&["model", "", "k", "N", "paper", "by rule", "off by", "true", "halves"]);
    for row in rows {
        let count = |count: Option<usize>| count.map_or_else(String::new, |n| n.to_string());
        let flag = if row.is_close() { " " } else { "!" };
        table.row(vec![
            row.model.clone(),
            row.what.clone(),
            count(row.k),
            count(row.n),
            format!("{:.2}", row.published),
            format!("{:.2}", row.by_rule),
            format!("{:+.2} %{flag}", row.deviation_percent),
            format!("{:.2}", row.true_count),
            format!("{:.2}", row.true_count_pivot_per_half),
        ]);
    }
    table.write(out)?;
    let n = rows.len();
    Ok(writeln!(
        out,
        "\n{n_close} of {n} rows within {TOLERANCE_PERCENT} %; the others are marked !"
    )?)
}

fn published() -> Vec<Published> {
    use NamedModel::{BkSdmSmall, BkSdmTiny, Sd14, Sdxl};
    use PaperStage::{Cache, Plain, Reuse};
    let picture = |model, tera| Published { model, of: Quantity::PlainPicture, tera };
    let mut rows = vec![
        picture(Sd14, 18.53),
        // Table 3; the others are table 7's.
        picture(BkSdmSmall, 10.90),
        picture(BkSdmTiny, 10.25),
        picture(Sdxl, 159.35),
    ];
    // Columns: k = 5 with N = 4 and 6, k = 10 with N = 4 and 6.
    for (model, stage, values) in [
        (Sd14, Plain, [14.82, 22.23, 29.64, 44.46]),
        (Sd14, Cache, [12.25, 18.38, 23.36, 35.04]),
        (Sd14, Reuse, [11.13, 16.64, 21.86, 32.72]),
        (Sdxl, Plain, [127.48, 191.22, 254.96, 382.44]),
        (Sdxl, Cache, [97.62, 146.44, 180.42, 270.62]),
        (Sdxl, Reuse, [86.32, 128.38, 165.34, 246.55]),
    ] {
        let settings =
            [PaperSettings::K5, PaperSettings::K5, PaperSettings::K10, PaperSettings::K10];
        for ((settings, n), tera) in settings.into_iter().zip([4, 6, 4, 6]).zip(values) {
            rows.push(Published { model, of: Quantity::Request { settings, n, stage }, tera });
        }
    }
    rows
}
