//! Paints requests by a plan. Of every class only what the member that is meant depends on is computed:
//! the same bits as the whole class, which a test of the engine holds.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use obclip_engine::{DenoiseJob, Denoised, Model, SamplerKind, Tensor, initial_noise};
use obclip_plan::{Guidance, OpenAxis, Shape, StepPlan, Subset};
use obclip_protocol::{Catalogue, LatentShape, Members, read_frame, write_frame};
use serde_json::{Value, json};

use super::models::Pair;
use super::requests::{self, Asked, Read};
use crate::compute::ComputeArgs;
use crate::teleport::{self, Gaussian};

/// What to paint, and how.
#[derive(Clone, Debug, Args)]
pub(crate) struct RunOptions {
    /// Requests, one JSON object a line.
    #[arg(long, default_value = "training/prompts/judge.jsonl")]
    requests: PathBuf,
    /// A plan's name, or cloud-only, device-only, neutral-only.
    #[arg(long)]
    plan: String,
    /// OUT.npy and OUT.jsonl.
    #[arg(long)]
    out: PathBuf,
    /// Folder with cloud/ and device/; by default the embedded pair.
    #[arg(long)]
    models: Option<PathBuf>,
    /// Cloud steps.
    #[arg(long, default_value_t = 5)]
    k: usize,
    /// Steps of a picture.
    #[arg(long, default_value_t = 25)]
    steps: usize,
    #[arg(long, default_value_t = 3.0)]
    guidance: f32,
    /// Paint only so many.
    #[arg(long)]
    limit: Option<usize>,
    /// So many first steps by the Gaussian of `--calibration` instead of the network.
    #[arg(long, default_value_t = 0, requires = "calibration")]
    prefix: usize,
    /// What `teleport calibrate` wrote for this pair.
    #[arg(long)]
    calibration: Option<PathBuf>,
    /// The device's own plan.
    #[arg(long, default_value = "plain")]
    tail: String,
    /// The device's steps on a grid of its own; by default the rest of the picture's.
    #[arg(long)]
    tail_steps: Option<usize>,
    /// How the device's solver starts.
    #[arg(long, value_enum, default_value_t = HandOver::FirstOrder)]
    hand_over: HandOver,
    #[command(flatten)]
    compute: ComputeArgs,
}

/// What the device's solver knows of the steps before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum HandOver {
    /// Nothing: its first step is of first order.
    FirstOrder,
    /// The cloud's last x₀-prediction, which travels beside the latent.
    LastX0,
    /// A solver without memory goes on.
    SingleStep,
}

pub(crate) fn run(options: &RunOptions, out: &mut dyn Write) -> anyhow::Result<()> {
    let mut asked = requests::load(&options.requests)?;
    asked.truncate(options.limit.unwrap_or(usize::MAX));
    let pair = Pair::load(options.models.as_deref(), &options.compute.cpu())?;
    let mut painter = Painter::new(options, &pair)?;
    let start = Instant::now();
    let mut pixels = Vec::new();
    let mut side = [0; 2];
    for (idx, request) in asked.iter().enumerate() {
        let image = painter.paint(request).with_context(|| format!("request {idx}"))?;
        side = [image.height, image.width];
        pixels.extend(image.pixels);
    }
    let seconds = start.elapsed().as_secs_f64();
    let shape = [asked.len(), side[0], side[1], 3];
    write_npy(&options.out.with_extension("npy"), &pixels, &shape)?;
    let lines = asked.iter().map(|request| options.line(request).to_string() + "\n");
    let manifest = options.out.with_extension("jsonl");
    fs::write(&manifest, lines.collect::<String>())
        .with_context(|| manifest.display().to_string())?;
    let n = asked.len();
    Ok(writeln!(out, "{}: {n} pictures, {seconds:.1} s", options.out.display())?)
}

impl RunOptions {
    /// One request of the manifest: what was asked, and how it was painted.
    fn line(&self, request: &Asked) -> Value {
        let mut line = json!({
            "prompt": request.prompt, "labels": request.labels, "seed": request.seed,
            "mode": self.plan, "k": self.cloud_steps(), "guidance": self.guidance,
            "prefix": self.prefix, "tail": self.tail, "tail_steps": self.tail_steps,
            "hand_over": format!("{:?}", self.hand_over),
        });
        if let Some(fields) = line.as_object_mut() {
            fields.extend(request.rest.clone());
        }
        line
    }

    fn cloud_steps(&self) -> usize {
        match self.plan.as_str() {
            "cloud-only" => self.steps,
            "device-only" => 0,
            _ => self.k,
        }
    }

    /// The plan's published name: neutral-only is a trunk without branches.
    fn plan_name(&self) -> String {
        match self.plan.as_str() {
            "neutral-only" => format!("trunk{}", self.k - self.prefix),
            "cloud-only" => "plain".to_owned(),
            name => name.to_owned(),
        }
    }
}

/// Paints one request after the other; plans are built once.
struct Painter<'a> {
    options: &'a RunOptions,
    pair: &'a Pair,
    catalogue: Catalogue,
    subsets: HashMap<(Vec<OpenAxis>, usize), Subset>,
    tail: Option<StepPlan>,
    gaussian: Option<Gaussian>,
}

impl<'a> Painter<'a> {
    fn new(options: &'a RunOptions, pair: &'a Pair) -> anyhow::Result<Self> {
        let k = options.cloud_steps();
        if k > options.steps {
            bail!("k: expected at most {} steps, found {k}", options.steps);
        }
        if options.prefix > k.saturating_sub(1) {
            bail!("prefix: expected fewer than {k} steps, found {}", options.prefix);
        }
        let gaussian = match (&options.calibration, options.prefix) {
            (Some(path), 1..) => {
                let calibration = teleport::read(path, &pair.cloud)?;
                let known = (calibration.steps, calibration.guidance);
                if known != (options.steps, options.guidance) {
                    bail!(
                        "calibration: expected {} steps and guidance {}, found {known:?}",
                        options.steps,
                        options.guidance
                    );
                }
                Some(Gaussian::new(calibration.gaussian)?)
            }
            _ => None,
        };
        let n_tail = options.tail_steps.unwrap_or(options.steps - k);
        let shape = Shape {
            open: Vec::new(),
            n_steps: n_tail,
            n_levels: pair.device.unet().n_levels(),
            guidance: guidance(options.guidance),
        };
        let tail = match k < options.steps {
            true => Some(StepPlan::published(&options.tail, &shape)?),
            false => None,
        };
        let catalogue = Catalogue::v1();
        Ok(Self { options, pair, catalogue, subsets: HashMap::new(), tail, gaussian })
    }

    fn paint(&mut self, request: &Asked) -> anyhow::Result<obclip_engine::Rgb8Image> {
        let device = &self.pair.device;
        let side = device.spec().default_side();
        let noise = initial_noise(&request.seed(), device.spec().latent_shape(side, side));
        let latents = match self.options.cloud_steps() {
            0 => Denoised { latents: noise, last_x0: None },
            k => self.cloud(request, noise, k)?,
        };
        let latents = match &self.tail {
            None => latents.latents,
            Some(tail) => self.device(request, latents, tail)?,
        };
        let mut images = device.decode(&latents)?;
        images.pop().context("no picture")
    }

    /// The cloud's steps, and the reply's rounding.
    fn cloud(&mut self, request: &Asked, noise: Tensor, k: usize) -> anyhow::Result<Denoised> {
        let read = request.read(&self.catalogue)?;
        let cloud_only = k == self.options.steps;
        let subset = self.subset(&read, k)?.clone();
        let texts: Vec<String> = match cloud_only {
            // Nothing is hidden: the cloud reads the prompt itself.
            true => vec![request.prompt.clone()],
            false => subset
                .streams
                .iter()
                .map(|&stream| self.text(&read, stream, k))
                .collect::<Result<_, _>>()?,
        };
        let cloud = &self.pair.cloud;
        let levels = cloud.plan_steps(SamplerKind::DpmSolver, self.options.steps)?;
        let prefix = self.options.prefix;
        let start = match &self.gaussian {
            Some(gaussian) => teleport::jump(gaussian, &noise, &levels.steps, prefix)?,
            None => Denoised { latents: noise, last_x0: None },
        };
        let all = |one: &Tensor| one.rows(vec![0; texts.len()]);
        let previous_x0 = start.last_x0.as_ref().map(all);
        let start = all(&start.latents);
        let job = self.job(&levels, prefix..k, SamplerKind::DpmSolver, previous_x0);
        let mut done = denoise(cloud, &texts, start, &job, &subset.plan)?;
        if !cloud_only {
            done.latents = rounded(&done.latents)?;
            done.last_x0 = done.last_x0.map(|x0| rounded(&x0)).transpose()?;
        }
        Ok(done)
    }

    fn subset(&mut self, read: &Read, k: usize) -> anyhow::Result<&Subset> {
        let member = if k == self.options.steps { 0 } else { read.member };
        let open = if k == self.options.steps { Vec::new() } else { read.open.clone() };
        let key = (open.clone(), member);
        if !self.subsets.contains_key(&key) {
            let subset = self.plan(open, k)?.only(member)?;
            self.subsets.insert(key.clone(), subset);
        }
        Ok(&self.subsets[&key])
    }

    /// Of the cloud's steps up to `k`, behind the prefix.
    fn plan(&self, open: Vec<OpenAxis>, k: usize) -> anyhow::Result<StepPlan> {
        let n_steps = k - self.options.prefix;
        let n_levels = self.pair.cloud.unet().n_levels();
        let guidance = guidance(self.options.guidance);
        let shape = Shape { open, n_steps, n_levels, guidance };
        Ok(StepPlan::published(&self.options.plan_name(), &shape)?)
    }

    /// The text of a stream of the whole plan.
    fn text(&self, read: &Read, stream: usize, k: usize) -> anyhow::Result<String> {
        if let Some(text) = read.texts.get(stream) {
            return Ok(text.clone());
        }
        let plan = self.plan(read.open.clone(), k)?;
        let trunk = &plan.trunks()[stream - read.texts.len()];
        let (template, bundles) = (&read.class.template, &read.class.bundles);
        Ok(Members::render_trunk(&self.catalogue, template, bundles, trunk.like, &trunk.open))
    }

    fn device(&self, request: &Asked, from: Denoised, tail: &StepPlan) -> anyhow::Result<Tensor> {
        let (options, device) = (self.options, &self.pair.device);
        let (k, steps) = (options.cloud_steps(), options.steps);
        let sampler = match options.hand_over {
            HandOver::SingleStep => SamplerKind::Ddim,
            HandOver::FirstOrder | HandOver::LastX0 => SamplerKind::DpmSolver,
        };
        let whole = device.plan_steps(SamplerKind::DpmSolver, steps)?;
        let own_grid = options.tail_steps.map(|n| device.plan_tail(&whole, k, n)).transpose()?;
        let (levels, range) = match &own_grid {
            Some(levels) => (levels, 0..levels.n_steps()),
            None => (&whole, k..steps),
        };
        let previous_x0 = from.last_x0.filter(|_| options.hand_over == HandOver::LastX0);
        let job = self.job(levels, range, sampler, previous_x0);
        let texts = [request.prompt.clone()];
        Ok(denoise(device, &texts, from.latents, &job, tail)?.latents)
    }

    fn job<'b>(
        &self,
        levels: &'b obclip_engine::NoiseLevels,
        range: std::ops::Range<usize>,
        sampler: SamplerKind,
        previous_x0: Option<Tensor>,
    ) -> DenoiseJob<'b> {
        let guidance = self.options.guidance;
        DenoiseJob { levels, range, guidance, sampler, max_rows: 64, previous_x0 }
    }
}

fn guidance(scale: f32) -> Guidance {
    if scale == 1.0 { Guidance::Off } else { Guidance::On }
}

fn denoise(
    model: &Model<obclip_engine::Cpu>,
    texts: &[String],
    latents: Tensor,
    job: &DenoiseJob<'_>,
    plan: &StepPlan,
) -> anyhow::Result<Denoised> {
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let (cond, uncond) = (model.encode_text(&texts)?, model.encode_text(&[""])?);
    let go_on = &mut |_| ControlFlow::Continue(());
    Ok(model.denoise_planned(latents, &cond, &uncond, job, plan, go_on)?)
}

/// As the reply's halves hold it.
fn rounded(latent: &Tensor) -> anyhow::Result<Tensor> {
    let sides: Vec<u32> = latent.shape()[1..].iter().map(|&side| side as u32).collect();
    let shape = LatentShape::new(sides[0], sides[1], sides[2])?;
    let values = read_frame(&write_frame(latent.data(), shape)?, shape)?;
    Ok(Tensor::new(latent.shape(), values)?)
}

/// NumPy's format, version 1.0.
fn write_npy(path: &std::path::Path, bytes: &[u8], shape: &[usize]) -> anyhow::Result<()> {
    let shape: Vec<String> = shape.iter().map(ToString::to_string).collect();
    let shape = shape.join(", ");
    let mut header = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': ({shape}), }}");
    // Magic, version and length take ten bytes; the data starts at a multiple of 64.
    while !(10 + header.len() + 1).is_multiple_of(64) {
        header.push(' ');
    }
    header.push('\n');
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.as_bytes());
    file.extend(bytes);
    fs::write(path, file).with_context(|| path.display().to_string())
}
