//! `obclip-bench teleport`: a Gaussian in place of the network for the first, noisiest steps, which need no prompt.

mod gaussian;

use std::fs;
use std::io::Write;
use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use obclip_engine::{Cpu, DenoiseJob, Denoised, Model, NoiseLevels, SamplerKind, Tensor};
use obclip_engine::{NoiseStep, initial_noise};
use serde::{Deserialize, Serialize};

use crate::plans::{Asked, Pair, load_requests};
use crate::table::Table;
pub(crate) use gaussian::{Gaussian, GaussianData};

#[derive(Debug, Args)]
pub(crate) struct TeleportOptions {
    #[command(subcommand)]
    command: TeleportCommand,
}

#[derive(Debug, Subcommand)]
enum TeleportCommand {
    /// Fits the Gaussian to pictures of the cloud model and measures at which steps it stands for the network.
    Calibrate(CalibrateOptions),
}

#[derive(Debug, Args)]
struct CalibrateOptions {
    /// Requests, one JSON object a line; the first half is fitted, the second half measured.
    #[arg(long, default_value = "training/prompts/judge.jsonl")]
    requests: PathBuf,
    #[arg(long)]
    models: Option<PathBuf>,
    /// How many requests.
    #[arg(long, default_value_t = 512)]
    limit: usize,
    #[arg(long, default_value_t = 25)]
    steps: usize,
    #[arg(long, default_value_t = 3.0)]
    guidance: f32,
    /// Steps whose explained variance is measured.
    #[arg(long, default_value_t = 6)]
    measured_steps: usize,
    #[arg(long, default_value_t = 1)]
    threads: usize,
    /// The file to write.
    #[arg(long)]
    out: PathBuf,
}

/// What a calibration leaves behind.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Calibration {
    /// The pair it holds for, in hexadecimal.
    pub(crate) pairing: String,
    /// Of the whole generation.
    pub(crate) steps: usize,
    pub(crate) guidance: f32,
    /// Per step from the first: how much of the network's ε the Gaussian explains.
    pub(crate) explained: Vec<Explained>,
    /// The most steps that pass the gate.
    pub(crate) prefix: usize,
    pub(crate) gaussian: GaussianData,
}

/// `1 − ‖ε_net − ε_G‖² / ‖ε_net‖²`, averaged over requests.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Explained {
    /// Of the conditional prediction.
    pub(crate) conditional: f64,
    /// Of the guided one.
    pub(crate) guided: f64,
    /// The same of the clean latent about its mean, guided: how much of what the prompt decides is explained.
    pub(crate) clean: f64,
}

/// The gate of the literature's rule (S5.0).
const GATE: f64 = 0.99;

pub(crate) fn run(options: &TeleportOptions, out: &mut dyn Write) -> anyhow::Result<()> {
    match &options.command {
        TeleportCommand::Calibrate(options) => calibrate(options, out),
    }
}

/// Reads a calibration and checks that it is this pair's.
pub(crate) fn read(path: &Path, model: &Model<Cpu>) -> anyhow::Result<Calibration> {
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let calibration: Calibration =
        serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    let expected = pairing(model);
    let found = &calibration.pairing;
    anyhow::ensure!(*found == expected, "pair: expected {expected}, found {found}");
    Ok(calibration)
}

fn calibrate(options: &CalibrateOptions, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut asked = load_requests(&options.requests)?;
    asked.truncate(options.limit);
    anyhow::ensure!(asked.len() >= 4, "requests: expected at least 4, found {}", asked.len());
    let pair = Pair::load(options.models.as_deref(), &Cpu::new(options.threads))?;
    let study = Study { cloud: &pair.cloud, options };
    let (to_fit, to_measure) = asked.split_at(asked.len() / 2);
    let gaussian = study.fit(to_fit)?;
    let explained = study.measure(to_measure, &gaussian)?;
    let passes = |step: &&Explained| step.conditional.min(step.guided) >= GATE;
    let prefix = explained.iter().take_while(passes).count();
    let mut table = Table::new(&["step", "conditional", "guided", "clean latent, guided"]);
    for (step, explained) in explained.iter().enumerate() {
        let Explained { conditional, guided, clean } = *explained;
        let cells = [conditional, guided, clean].map(|share| format!("{share:.4}"));
        table.row([vec![step.to_string()], cells.to_vec()].concat());
    }
    table.write(out)?;
    writeln!(out, "steps whose explained variance is at least {GATE}: {prefix}")?;
    let calibration = Calibration {
        pairing: pairing(&pair.cloud),
        steps: options.steps,
        guidance: options.guidance,
        explained,
        prefix,
        gaussian: gaussian.data().clone(),
    };
    let json = serde_json::to_string(&calibration)? + "\n";
    fs::write(&options.out, json).with_context(|| options.out.display().to_string())
}

fn pairing(model: &Model<Cpu>) -> String {
    model.spec().pairing().iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Study<'a> {
    cloud: &'a Model<Cpu>,
    options: &'a CalibrateOptions,
}

impl Study<'_> {
    /// To the clean latents of whole pictures.
    fn fit(&self, asked: &[Asked]) -> anyhow::Result<Gaussian> {
        let levels = self.levels()?;
        let mut latents: Option<Tensor> = None;
        for request in asked {
            let noise = self.noise(request);
            let whole = 0..levels.n_steps();
            let clean = self.run(request, noise, whole, &levels, self.options.guidance, None)?;
            latents = Some(match latents {
                None => clean.latents,
                Some(latents) => latents.stack(&clean.latents)?,
            });
        }
        Gaussian::fit(&latents.context("no request")?)
    }

    /// Along the network's own way.
    fn measure(&self, asked: &[Asked], gaussian: &Gaussian) -> anyhow::Result<Vec<Explained>> {
        let levels = self.levels()?;
        let n_steps = self.options.measured_steps.min(levels.n_steps());
        let mut sums = vec![Explained::default(); n_steps];
        for request in asked {
            let (mut x, mut previous) = (self.noise(request), None);
            for (step, sum) in sums.iter_mut().enumerate() {
                let one = step..step + 1;
                let bare = self.run(request, x.clone(), one.clone(), &levels, 1.0, None)?;
                let guidance = self.options.guidance;
                let next = self.run(request, x.clone(), one, &levels, guidance, previous)?;
                let of = |denoised: &Denoised| denoised.last_x0.clone().context("no prediction");
                let (bare, guided) = (of(&bare)?, of(&next)?);
                let level = levels.steps[step].start();
                let own = gaussian.denoised(x.data(), level);
                let n = asked.len() as f64;
                sum.conditional += explained_noise(&x, &bare, &own, level) / n;
                sum.guided += explained_noise(&x, &guided, &own, level) / n;
                sum.clean += explained_clean(&guided, &own, &gaussian.data().mean) / n;
                (x, previous) = (next.latents, Some(guided));
            }
        }
        Ok(sums)
    }

    fn levels(&self) -> anyhow::Result<NoiseLevels> {
        Ok(self.cloud.plan_steps(SamplerKind::DpmSolver, self.options.steps)?)
    }

    fn noise(&self, request: &Asked) -> Tensor {
        let side = self.cloud.spec().default_side();
        initial_noise(&request.seed(), self.cloud.spec().latent_shape(side, side))
    }

    fn run(
        &self,
        request: &Asked,
        from: Tensor,
        range: Range<usize>,
        levels: &NoiseLevels,
        guidance: f32,
        previous_x0: Option<Tensor>,
    ) -> anyhow::Result<Denoised> {
        let cond = self.cloud.encode_text(&[&request.prompt])?;
        let uncond = self.cloud.encode_text(&[""])?;
        let sampler = SamplerKind::DpmSolver;
        let job = DenoiseJob { levels, range, guidance, sampler, max_rows: 2, previous_x0 };
        let go_on = &mut |_| ControlFlow::Continue(());
        Ok(self.cloud.denoise(from, &cond, &uncond, &job, go_on)?)
    }
}

/// ε = (x − α x₀)/σ, of the network and of the Gaussian.
fn explained_noise(x: &Tensor, net: &Tensor, own: &[f32], (alpha, sigma): (f64, f64)) -> f64 {
    let noise = |x: f32, clean: f32| (f64::from(x) - alpha * f64::from(clean)) / sigma;
    let pairs = x.data().iter().zip(net.data()).zip(own);
    let (mut off, mut all) = (0.0, 0.0);
    for ((&x, &net), &own) in pairs {
        let (net, own) = (noise(x, net), noise(x, own));
        off += (net - own) * (net - own);
        all += net * net;
    }
    1.0 - off / all
}

fn explained_clean(net: &Tensor, own: &[f32], mean: &[f64]) -> f64 {
    let (mut off, mut all) = (0.0, 0.0);
    for ((&net, &own), mean) in net.data().iter().zip(own).zip(mean) {
        off += f64::from(net - own).powi(2);
        all += (f64::from(net) - mean).powi(2);
    }
    1.0 - off / all
}

/// Noise at the first step's level, taken to where step `to` starts, and what a multistep solver remembers of the
/// step before.
pub(crate) fn jump(
    gaussian: &Gaussian,
    noise: &Tensor,
    steps: &[NoiseStep],
    to: usize,
) -> anyhow::Result<Denoised> {
    let (first, last) = (steps.first().context("no step")?, steps.get(to).context("no such step")?);
    let at = |level| gaussian.jump(noise.data(), first.start(), level);
    let landed = Tensor::new(noise.shape(), at(last.start()))?;
    let last_x0 = match to.checked_sub(1).map(|before| steps[before].start()) {
        None => None,
        Some(level) => Some(Tensor::new(noise.shape(), gaussian.denoised(&at(level), level))?),
    };
    Ok(Denoised { latents: landed, last_x0 })
}
