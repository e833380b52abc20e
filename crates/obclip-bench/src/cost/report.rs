//! What a request costs, for people and for programs.

use std::collections::BTreeSet;
use std::io::Write;

use obclip_plan::{Block, PaperStage, Reused};
use serde::Serialize;

use super::Planned;
use super::ledger::{Ledger, Network};
use super::macs::{CountingRule, Macs, tera};
use super::walk::Kind;
use crate::table::Table;

/// Columns of the breakdown.
const KINDS: [(Kind, &str); 6] = [
    (Kind::Conv, "conv"),
    (Kind::Linear, "linear"),
    (Kind::AttentionScores, "QKᵀ"),
    (Kind::AttentionValues, "PV"),
    (Kind::TextKeysValues, "text K/V"),
    (Kind::TimeEmbedding, "time"),
];

/// All that one call of the program counted.
pub(crate) struct Report {
    model: String,
    n_parameters: Macs,
    forward: Macs,
    picture: Macs,
    picture_steps: usize,
    costs: Vec<Costed>,
}

/// One plan, counted.
pub(crate) struct Costed {
    plan: String,
    stage: Option<PaperStage>,
    n_members: usize,
    n_steps: usize,
    ledger: Ledger,
}

impl Costed {
    pub(crate) fn new(planned: &Planned, ledger: Ledger) -> Self {
        Self {
            plan: planned.plan.name().to_owned(),
            stage: planned.stage,
            n_members: planned.plan.n_members(),
            n_steps: planned.plan.steps().len(),
            ledger,
        }
    }

    fn title(&self) -> String {
        match self.stage {
            None => self.plan.clone(),
            Some(stage) => format!("{} {}", self.plan, title(stage)),
        }
    }

    fn total(&self) -> Macs {
        self.ledger.total(CountingRule::True)
    }
}

/// As the paper's table names it.
pub(crate) fn title(stage: PaperStage) -> &'static str {
    match stage {
        PaperStage::Plain => "plain",
        PaperStage::Cache => "+ cache",
        PaperStage::Reuse => "+ reuse",
    }
}

impl Report {
    pub(crate) fn new(
        model: String,
        network: &Network,
        picture_steps: usize,
        costs: Vec<Costed>,
    ) -> Self {
        Self {
            model,
            n_parameters: network.n_parameters(),
            forward: network.forward(CountingRule::True),
            picture: network.plain_picture(picture_steps, CountingRule::True),
            picture_steps,
            costs,
        }
    }

    pub(crate) fn write_text(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        let Self { model, picture_steps, .. } = self;
        writeln!(out, "{model}, {:.2} M parameters", self.n_parameters as f64 / 1e6)?;
        writeln!(out, "one row: {:.2} GMAC", self.forward as f64 / 1e9)?;
        let (rows, picture) = (2 * picture_steps, tera(self.picture));
        writeln!(
            out,
            "a plain picture of {picture_steps} steps: {rows} rows, {picture:.2} TMAC\n"
        )?;
        let mut table = Table::new(&["plan", "N", "steps", "rows", "TMAC", "of a picture"]);
        for cost in &self.costs {
            table.row(vec![
                cost.title(),
                cost.n_members.to_string(),
                cost.n_steps.to_string(),
                cost.ledger.n_rows.to_string(),
                format!("{:.2}", tera(cost.total())),
                format!("{:.3}×", self.of_a_picture(cost)),
            ]);
        }
        table.write(out)?;
        // Breakdowns of many classes would bury the table.
        let one_class = self.costs.windows(2).all(|pair| pair[0].n_members == pair[1].n_members);
        match self.costs.last() {
            Some(cost) if one_class => write_breakdown(cost, out),
            _ => Ok(()),
        }
    }

    fn of_a_picture(&self, cost: &Costed) -> f64 {
        cost.total() as f64 / self.picture as f64
    }

    pub(crate) fn write_json(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        let costs = self.costs.iter().map(|cost| CostJson {
            plan: &cost.plan,
            stage: cost.stage.map(title),
            n_members: cost.n_members,
            n_steps: cost.n_steps,
            n_rows: cost.ledger.n_rows,
            macs: cost.total(),
            of_a_picture: self.of_a_picture(cost),
            computed: computed_json(&cost.ledger),
            saved: saved_json(&cost.ledger),
        });
        let report = ReportJson {
            model: &self.model,
            n_parameters: self.n_parameters,
            macs_per_row: self.forward,
            picture_steps: self.picture_steps,
            macs_per_picture: self.picture,
            costs: costs.collect(),
        };
        serde_json::to_writer_pretty(&mut *out, &report)?;
        Ok(writeln!(out)?)
    }
}

/// By block and kind, then what was saved by which reason.
fn write_breakdown(cost: &Costed, out: &mut dyn Write) -> anyhow::Result<()> {
    let Ledger { computed, saved, .. } = &cost.ledger;
    writeln!(out, "\n{}, GMAC by block and kind", cost.title())?;
    let heads = KINDS.iter().map(|(_, head)| *head);
    let header: Vec<_> = ["block"].into_iter().chain(heads.clone()).chain(["sum"]).collect();
    let mut table = Table::new(&header);
    let blocks: BTreeSet<Block> = computed.keys().map(|(block, _)| *block).collect();
    for block in blocks {
        let by_kind = KINDS.map(|(kind, _)| computed.get(&(block, kind)).copied().unwrap_or(0));
        let sum = cost.ledger.of_block(block);
        table.row(giga_row(block.to_string(), &by_kind, sum));
    }
    let by_kind = KINDS.map(|(kind, _)| cost.ledger.of_kind(kind));
    table.row(giga_row("sum".to_owned(), &by_kind, cost.total()));
    table.write(out)?;

    if saved.is_empty() {
        return Ok(());
    }
    writeln!(out, "\nsaved, GMAC by reason and kind")?;
    let header: Vec<_> = ["reason"].into_iter().chain(heads).chain(["sum"]).collect();
    let mut table = Table::new(&header);
    let reasons: BTreeSet<Reused> = saved.keys().map(|(reason, _)| *reason).collect();
    for reason in reasons {
        let by_kind = KINDS.map(|(kind, _)| saved.get(&(reason, kind)).copied().unwrap_or(0));
        table.row(giga_row(reason.to_string(), &by_kind, cost.ledger.saved_by(reason)));
    }
    Ok(table.write(out)?)
}

fn giga_row(head: String, by_kind: &[Macs], sum: Macs) -> Vec<String> {
    let giga = |macs: &Macs| match macs {
        0 => "·".to_owned(),
        macs => format!("{:.2}", *macs as f64 / 1e9),
    };
    let numbers = by_kind.iter().chain([&sum]).map(giga);
    [head].into_iter().chain(numbers).collect()
}

#[derive(Serialize)]
struct ReportJson<'a> {
    model: &'a str,
    n_parameters: Macs,
    macs_per_row: Macs,
    picture_steps: usize,
    macs_per_picture: Macs,
    costs: Vec<CostJson<'a>>,
}

#[derive(Serialize)]
struct CostJson<'a> {
    plan: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'static str>,
    n_members: usize,
    n_steps: usize,
    n_rows: usize,
    macs: Macs,
    of_a_picture: f64,
    computed: Vec<ComputedJson>,
    saved: Vec<SavedJson>,
}

#[derive(Serialize)]
struct ComputedJson {
    block: Block,
    kind: Kind,
    macs: Macs,
}

#[derive(Serialize)]
struct SavedJson {
    reason: Reused,
    kind: Kind,
    macs: Macs,
}

fn computed_json(ledger: &Ledger) -> Vec<ComputedJson> {
    let counted = ledger.computed.iter().filter(|(_, macs)| **macs > 0);
    counted.map(|(&(block, kind), &macs)| ComputedJson { block, kind, macs }).collect()
}

fn saved_json(ledger: &Ledger) -> Vec<SavedJson> {
    let counted = ledger.saved.iter().filter(|(_, macs)| **macs > 0);
    counted.map(|(&(reason, kind), &macs)| SavedJson { reason, kind, macs }).collect()
}
