//! `obclip explain`: a dry run. No model is packed, nothing is sent, nothing is written.

mod batch;
mod object;
mod page;

use std::io::{self, Write};
use std::path::Path;

use anyhow::Context;
use obclip_device::{Explanation, Job, Prompt, Settings, ThisRevealsThePrompt, Wish};
use obclip_engine::{CausalLm, Cpu, ModelFiles, ModelSpec};
use obclip_prior::Posterior;

use crate::cli::Explain;
use crate::config::Config;
use crate::{job, models, screen};
use object::Object;

/// Runs the command.
pub(crate) fn run(args: &Explain, config: &Config) -> anyhow::Result<()> {
    let dry_run = DryRun::new(args, config)?;
    let written = match (&args.prompt, args.json) {
        (Some(prompt), true) => {
            let explanation = dry_run.explain(Prompt::new(prompt)?, 0)?;
            write_object(
                &mut io::stdout().lock(),
                &Object::new(&explanation, dry_run.attacker(), None),
            )
        }
        (Some(prompt), false) => {
            let explanation = dry_run.explain(Prompt::new(prompt)?, 0)?;
            // Colour only where standard output is a terminal and NO_COLOR is not set.
            anstream::stdout().lock().write_all(page::page(prompt, &explanation).as_bytes())
        }
        (None, _) => batch::run(&dry_run, &mut io::stdin().lock(), &mut io::stdout().lock()),
    };
    if args.job.seed.is_some() {
        screen::warn(
            "--seed: equal seeds let the cloud link jobs; leave it out for private pictures",
        );
    }
    match written {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// What stays the same from prompt to prompt.
struct DryRun<'a> {
    args: &'a Explain,
    spec: ModelSpec,
    settings: Settings,
    negative: Option<Prompt>,
    lm: Option<CausalLm<Cpu>>,
}

impl<'a> DryRun<'a> {
    fn new(args: &'a Explain, config: &Config) -> anyhow::Result<Self> {
        let spec = models::device_spec(args.job.model_dir.as_deref())?;
        let settings = job::settings(&args.job, config, &spec)?;
        let lm = args.lm.as_deref().map(open_lm).transpose()?;
        Ok(Self { args, spec, settings, negative: job::negative(&args.job)?, lm })
    }

    /// The same coins as picture `job_idx` of `obclip generate` with this `--seed`.
    fn explain(&self, prompt: Prompt, job_idx: usize) -> anyhow::Result<Explanation> {
        let coins = job::coins(self.args.job.seed, job_idx)?;
        let job = Job::new(&self.spec, &self.settings, coins.seed)?;
        let wish = Wish { prompt, negative: self.negative.clone() };
        let mut draws = coins.draws;
        let reveals = ThisRevealsThePrompt;
        let mut explanation =
            obclip_device::explain(&wish, &self.settings, &job, &mut draws, reveals)?;
        if let Some(lm) = &self.lm {
            let log_weights = lm.log_probabilities(&explanation.leaves.members.texts)?;
            explanation.leaves.prior = Posterior::from_log_weights(&log_weights);
        }
        Ok(explanation)
    }

    /// Who judged how likely the members are.
    fn attacker(&self) -> &'static str {
        if self.lm.is_some() { "language-model" } else { "associations-v1" }
    }
}

fn open_lm(folder: &Path) -> anyhow::Result<CausalLm<Cpu>> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let load = |folder: &Path| CausalLm::load(&ModelFiles::open(folder)?, Cpu::new(threads));
    load(folder).with_context(|| format!("--lm must hold a GPT-2, found {}", folder.display()))
}

fn write_object(out: &mut dyn Write, object: &impl serde::Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, object)?;
    out.write_all(b"\n")
}
