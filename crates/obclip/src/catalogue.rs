//! `obclip catalogue check`: whether a file of axes keeps the rules, and what it would reveal.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use obclip_device::{Problem, lint};
use obclip_engine::Cpu;
use obclip_protocol::{Axis, Catalogue, Policy};
use serde::Serialize;

use crate::own::parse_axes;
use crate::{models, screen};

/// The commands on catalogues.
#[derive(Debug, Subcommand)]
pub(crate) enum CatalogueCommand {
    /// Check a catalogue, or a file of axes of your own; exit code 1 if something is wrong.
    Check(Check),
}

/// `obclip catalogue check`.
#[derive(Debug, Args)]
pub(crate) struct Check {
    /// A catalogue (`format`, `id`, axes, neutral words), or a list of axes alone as in axes.toml
    file: PathBuf,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What was found.
#[derive(Serialize)]
struct Report {
    file: String,
    ok: bool,
    id: Option<String>,
    sha256: Option<String>,
    axes: Vec<AxisReport>,
    problems: Vec<String>,
}

#[derive(Serialize)]
struct AxisReport {
    name: String,
    policy: &'static str,
    values: Vec<String>,
    n_words: usize,
}

/// Runs the command; `false` if something is wrong.
pub(crate) fn run(command: &CatalogueCommand) -> anyhow::Result<bool> {
    let CatalogueCommand::Check(Check { file, json }) = command;
    let text =
        std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let report = check(file, &text);
    match json {
        true => screen::line(&serde_json::to_string(&report)?),
        false => page(&report).iter().for_each(|line| screen::line(line)),
    }
    Ok(report.ok)
}

fn check(file: &Path, text: &str) -> Report {
    let is_catalogue = text.lines().any(|line| line.trim_start().starts_with("format"));
    let parsed = match is_catalogue {
        true => Catalogue::parse(text)
            .map(|catalogue| (catalogue.axes().to_vec(), Some(catalogue)))
            .map_err(anyhow::Error::from),
        false => parse_axes(text).map(|axes| (axes, None)),
    };
    let (axes, catalogue, problems) = match parsed {
        Ok((axes, catalogue)) => {
            let mut problems: Vec<String> = lint(&axes).iter().map(Problem::to_string).collect();
            problems.extend(token_counts(&axes));
            (axes, catalogue, problems)
        }
        Err(error) => (Vec::new(), None, vec![format!("{error:#}")]),
    };
    Report {
        file: file.display().to_string(),
        ok: problems.is_empty(),
        id: catalogue.as_ref().map(|catalogue| catalogue.id().to_owned()),
        sha256: catalogue.as_ref().map(|catalogue| screen::hex(catalogue.sha256())),
        axes: axes.iter().map(AxisReport::new).collect(),
        problems,
    }
}

/// Values of unequal length shift what follows them: plans that reuse attention between members need them equal.
fn token_counts(axes: &[Axis]) -> Vec<String> {
    let model = match models::device(None, Cpu::new(1)) {
        Ok(model) => model,
        Err(error) => return vec![format!("{error:#}")],
    };
    let n_tokens = |word: &String| model.tokenizer().encode(word).map_or(0, |tokens| tokens.n_text);
    let mut problems = Vec::new();
    for axis in axes.iter().filter(|axis| axis.policy == Policy::Expand) {
        for (what, words) in [("values", &axis.values), ("nouns", &axis.nouns)] {
            let counts: BTreeSet<usize> = words.iter().map(n_tokens).collect();
            if counts.len() > 1 {
                problems.push(format!(
                    "axis {}: expected {what} of equally many tokens of the embedded pair's text encoder, found {} to {}",
                    axis.name,
                    counts.first().unwrap_or(&0),
                    counts.last().unwrap_or(&0),
                ));
            }
        }
    }
    problems
}

impl AxisReport {
    fn new(axis: &Axis) -> Self {
        let policy = match axis.policy {
            Policy::Expand => "expand",
            Policy::Neutralise => "neutralise",
            Policy::Keep => "keep",
        };
        let n_words = axis.words.values().map(Vec::len).sum::<usize>() + axis.unlisted.len();
        Self { name: axis.name.clone(), policy, values: axis.values.clone(), n_words }
    }
}

fn page(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    if let (Some(id), Some(sha256)) = (&report.id, &report.sha256) {
        lines.push(format!("catalogue {id}, SHA-256 {sha256}"));
    }
    for AxisReport { name, policy, values, n_words } in &report.axes {
        let values = if values.is_empty() { "no values".to_owned() } else { values.join(", ") };
        lines.push(format!("  {name:16} {policy:10} {values}; {n_words} words"));
    }
    let published = report.axes.iter().filter(|axis| axis.policy == "expand");
    let published: Vec<&str> = published.map(|axis| axis.name.as_str()).collect();
    if !published.is_empty() {
        lines.push(format!(
            "a cloud that is given this file knows the values of {}: they are what it computes",
            published.join(", ")
        ));
    }
    lines.extend(report.problems.iter().map(|problem| format!("FAIL {problem}")));
    lines.push(match report.ok {
        true => format!("ok   {}", report.file),
        false => format!("{}: {} problems", report.file, report.problems.len()),
    });
    lines
}
