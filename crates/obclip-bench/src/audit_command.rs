//! `obclip-bench audit`: what an adversary at the cloud's end of the line can learn.

use std::io::Write;

use clap::{Args, ValueEnum};
use obclip_bench::audit::{
    AttackResult, Choices, Layer, Mention, Plan, PropertiesResult, RealClient, SimulationResult,
    Subject, TimingPlan, TimingResult, Way, bytes, check_properties, intersection,
    selective_failure, simulate, timing, traffic,
};
use obclip_device::Cover;
use serde::Serialize;

use crate::table::Table;

/// What to run.
#[derive(Debug, Args)]
pub(crate) struct AuditOptions {
    /// Which parts; all by default.
    #[arg(value_enum)]
    parts: Vec<Part>,
    /// Draws of coins and cloud behaviour for the properties; each is run with every member as the choice.
    #[arg(long, default_value_t = 1000)]
    runs: usize,
    /// Guesses of each attacker.
    #[arg(long, default_value_t = 2000)]
    trials: usize,
    /// Measurements of the selection; the other layers take a fifth.
    #[arg(long, default_value_t = 100_000)]
    samples: usize,
    /// Which layers are timed; all by default.
    #[arg(long, value_enum, value_delimiter = ',')]
    layers: Vec<Layer>,
    /// Of everything that is drawn.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The step plan of the jobs (not of the faults, whose network knows none).
    #[arg(long, default_value = "plain", value_parser = plan_of_name)]
    plan: &'static str,
    /// Numbers for programs.
    #[arg(long)]
    json: bool,
}

/// A part of the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// P1 to P7: 0 differing bytes, the same crossings for every choice.
    Properties,
    /// A0: the request's bytes.
    A0,
    /// A3: what several requests have in common.
    A3,
    /// A8: sizes and times.
    A8,
    /// A9: a cloud that spoils one latent at a time.
    A9,
    /// Cloud, device and a broken network on virtual time; P2, P3 and P6 over the network client.
    Faults,
    /// Welch's t on the device's own times.
    Timing,
}

#[derive(Debug, Default, Serialize)]
struct Report {
    #[serde(skip_serializing_if = "Option::is_none")]
    properties: Option<PropertiesResult>,
    attacks: Vec<AttackResult>,
    #[serde(skip_serializing_if = "Option::is_none")]
    faults: Option<SimulationResult>,
    timing: Vec<TimingResult>,
}

pub(crate) fn run(options: &AuditOptions, out: &mut dyn Write) -> anyhow::Result<()> {
    let report = options.report();
    match options.json {
        true => {
            serde_json::to_writer_pretty(&mut *out, &report)?;
            writeln!(out)?;
        }
        false => report.write(out)?,
    }
    anyhow::ensure!(report.holds(), "expected no leak, found one: see above");
    Ok(())
}

impl AuditOptions {
    fn report(&self) -> Report {
        let client = RealClient { cover: Cover::Mentioned, plan: self.plan };
        let (thirty, six) = (Subject::all(Mention::All), Subject::all(Mention::AgeGender));
        let plan = Plan { trials: self.trials, seed: self.seed };
        let mut report = Report::default();
        if self.has(Part::Properties) {
            report.properties = Some(check_properties(&client, &thirty, self.runs, self.seed));
        }
        if self.has(Part::A0) {
            report.attacks.extend(bytes(&client, &six, plan));
            report.attacks.extend(bytes(&client, &thirty, plan));
        }
        if self.has(Part::A3) {
            report.attacks.extend(intersection(&client, &six, plan));
        }
        if self.has(Part::A8) {
            report.attacks.extend(traffic(&client, &six[0], plan));
            report.attacks.extend(traffic(&client, &thirty[0], plan));
        }
        if self.has(Part::A9) {
            report.attacks.extend(selective_failure(&client, &six, plan));
        }
        if self.has(Part::Faults) {
            let seeds = (self.seed, self.runs);
            report.faults = Some(simulate(&thirty, seeds, Way::Sealed, Choices::All));
        }
        if self.has(Part::Timing) {
            for (layer, share) in [(Layer::Select, 1), (Layer::Exchange, 5), (Layer::Client, 5)] {
                if !self.layers.is_empty() && !self.layers.contains(&layer) {
                    continue;
                }
                let plan =
                    TimingPlan { samples: self.samples / share, seed: self.seed, plan: self.plan };
                report.timing.extend(timing(layer, plan));
            }
        }
        report
    }

    fn has(&self, part: Part) -> bool {
        self.parts.is_empty() || self.parts.contains(&part)
    }
}

fn plan_of_name(name: &str) -> Result<&'static str, String> {
    let known = PLANS.into_iter().find(|plan| *plan == name);
    known.ok_or_else(|| format!("expected one of {}, found another name", PLANS.join(", ")))
}

/// Those whose requests are looked at.
const PLANS: [&str; 6] =
    ["plain", "trunk2-delta", "trunk4-delta", "economy", "balanced", "quality"];

impl Report {
    /// The client's own time is the user's machine's business; everything else must not leak.
    fn holds(&self) -> bool {
        let leak = |result: &TimingResult| result.layer != Layer::Client && result.leaks();
        self.properties.as_ref().is_none_or(|properties| properties.violations.is_empty())
            && self.faults.as_ref().is_none_or(|faults| faults.failures.is_empty())
            && !self.attacks.iter().any(AttackResult::succeeds)
            && !self.timing.iter().any(leak)
    }

    fn write(&self, out: &mut dyn Write) -> anyhow::Result<()> {
        if let Some(PropertiesResult { jobs, members, differing_bytes, violations }) =
            &self.properties
        {
            writeln!(out, "P1 to P7: {jobs} jobs, classes of up to {members}")?;
            writeln!(out, "  {differing_bytes} differing bytes, violations {violations:?}")?;
        }
        if let Some(faults) = &self.faults {
            writeln!(out, "faults: {faults:#?}")?;
        }
        if !self.attacks.is_empty() {
            writeln!(out)?;
            attacks(&self.attacks).write(out)?;
        }
        if !self.timing.is_empty() {
            writeln!(out)?;
            times(&self.timing).write(out)?;
        }
        Ok(())
    }
}

fn attacks(results: &[AttackResult]) -> Table {
    let header = [
        "attacker",
        "N",
        "right",
        "of",
        "share",
        "95 % from",
        "to",
        "chance",
        "advantage <",
        "epsilon >",
        "measured",
        "",
    ];
    let mut table = Table::new(&header);
    for result in results {
        let [from, to] = result.bounds();
        table.row(vec![
            format!("{} {}", result.attack, result.attacker),
            result.n_members.to_string(),
            result.guesses.hits.to_string(),
            result.guesses.trials.to_string(),
            format!("{:.4}", result.guesses.share()),
            format!("{from:.4}"),
            format!("{to:.4}"),
            format!("{:.4}", result.chance()),
            format!("{:.3}", result.advantage_upper()),
            format!("{:.3}", result.epsilon_lower()),
            result.measured.map_or(String::new(), |value| format!("{value:.2}")),
            if result.succeeds() { "LEAKS" } else { "at chance" }.to_owned(),
        ]);
    }
    table
}

fn times(results: &[TimingResult]) -> Table {
    let header = [
        "timed",
        "samples",
        "mean ns",
        "max |t|",
        "test",
        "tau",
        "samples to see it",
        "detectable ns",
        "in a crop",
        "",
    ];
    let mut table = Table::new(&header);
    for result in results {
        let [all, crop] = result.detectable_ns;
        table.row(vec![
            format!("{:?} {:?}", result.layer, result.contrast).to_lowercase(),
            result.samples.to_string(),
            format!("{:.0}", result.mean_ns),
            format!("{:.2}", result.max_t),
            result.test.to_string(),
            format!("{:.1e}", result.tau),
            format!("{:.1e}", result.samples_to_see_it),
            format!("{all:.0}"),
            format!("{crop:.0}"),
            if result.leaks() { "differs" } else { "no difference" }.to_owned(),
        ]);
    }
    table
}
