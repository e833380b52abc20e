//! `obclip generate`: settings are fixed, the models are loaded, then the prompt is read.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use obclip_cloud::Cloud;
use obclip_device::{Answered, Event, GenerateError, Picture, Sealed, Settings, Tail, Wish};
use obclip_engine::{Backend, GpuChoice, Model, Reference};
use obclip_plan::OpenAxis;
use obclip_protocol::{Catalogues, Limits, Options, Seed, decode_request_with};

use crate::cli::{Generate, Metadata};
use crate::config::Config;
use crate::in_process::InProcessCloud;
use crate::output::{Destination, encode_png, numbered};
use crate::report::{Report, Seconds, cloud_cost, seconds};
use crate::{job, models, screen};

/// U-Net rows computed at once; bounds memory, does not change the picture.
const CLOUD_ROWS: usize = 16;

/// Runs the command.
pub(crate) fn run(args: &Generate, config: &Config) -> anyhow::Result<()> {
    if let Some(choice) = args.compute.gpu {
        return run_on_gpu(args, config, choice);
    }
    match args.compute.cpu() {
        Some(cpu) => run_on(args, config, cpu),
        None => run_on(args, config, Reference),
    }
}

#[cfg(feature = "cuda")]
fn run_on_gpu(args: &Generate, config: &Config, choice: GpuChoice) -> anyhow::Result<()> {
    use anyhow::Context;

    let gpu = obclip_engine::Cuda::open(choice.ordinal, choice.storage)
        .context("cannot use the GPU (`obclip doctor --gpu` says what it needs)")?;
    run_on(args, config, gpu)
}

#[cfg(not(feature = "cuda"))]
fn run_on_gpu(_: &Generate, _: &Config, _: GpuChoice) -> anyhow::Result<()> {
    anyhow::bail!("--gpu: this program was built without GPUs (cargo feature `cuda`)")
}

fn run_on<B: Backend + Clone + 'static>(
    args: &Generate,
    config: &Config,
    backend: B,
) -> anyhow::Result<()> {
    let destinations = destinations(args)?;
    let cancelled = cancel_on_signal()?;
    let start = Instant::now();
    // Whoever reads first waits for it; until then the models are loaded.
    std::thread::spawn(obclip_device::load_lists);
    let target = args.cloud.target()?;
    let folder = args.job.model_dir.as_deref();
    let model = models::device(folder, backend.clone())?;
    let mut settings = job::settings(&args.job, config, model.spec())?;
    settings.tail = tail(args);
    let cloud: Box<dyn obclip_device::Cloud> = match target {
        Some(target) => {
            let flag = Arc::clone(&cancelled);
            let catalogues = job::catalogues(&settings, &args.job)?;
            let (options, spec) = (&settings.options, model.spec());
            Box::new(args.cloud.connect(target, options, spec, catalogues, flag)?)
        }
        None => {
            let cloud = models::cloud(folder, backend, &model)?;
            let catalogues = job::catalogues(&settings, &args.job)?;
            let cloud = Cloud::new(cloud, Limits::default(), CLOUD_ROWS);
            Box::new(InProcessCloud::start(cloud.with_catalogues(catalogues)))
        }
    };
    let wish = job::wish(&args.prompt, &args.job)?;
    warn_about(args);

    let session = Session {
        args,
        catalogues: job::catalogues(&settings, &args.job)?,
        settings,
        wish,
        cloud,
        model,
        load_seconds: seconds(start.elapsed()),
        cancelled,
    };
    session.run(&destinations)
}

fn tail(args: &Generate) -> Tail {
    let left = args.job.steps.saturating_sub(args.job.cloud_steps);
    let (plan, steps) = match args.job.model_dir {
        None => (obclip_pair::TAIL_PLAN, Some(left.div_ceil(2))),
        Some(_) => ("plain", None),
    };
    // A tail that the user names runs on the whole grid, unless they say otherwise.
    let steps = if args.tail.is_some() { None } else { steps.filter(|&steps| steps > 0) };
    Tail {
        plan: args.tail.clone().unwrap_or_else(|| plan.to_owned()),
        steps: args.tail_steps.or(steps),
    }
}

/// Everything that stays the same from picture to picture.
struct Session<'a, B: Backend> {
    args: &'a Generate,
    settings: Settings,
    catalogues: Catalogues,
    wish: Wish,
    cloud: Box<dyn obclip_device::Cloud>,
    model: Model<B>,
    load_seconds: f64,
    cancelled: Arc<AtomicBool>,
}

impl<B: Backend> Session<'_, B> {
    /// Seals all requests, then sends them one after the other, then paints. Between two requests nothing happens that
    /// could take longer for one choice than for another; if one fails, the pictures before it are still painted.
    fn run(&self, destinations: &[Destination]) -> anyhow::Result<()> {
        let jobs = destinations.iter().enumerate();
        let sealed: Vec<_> =
            jobs.map(|(idx, to)| self.prepare(idx, to)).collect::<Result<_, _>>()?;
        let mut answered = Vec::new();
        let mut failed = None;
        for (watch, sealed) in sealed {
            match self.ask(watch, sealed) {
                Ok(job) => answered.push(job),
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        for (destination, (watch, job)) in destinations.iter().zip(answered) {
            self.paint(destination, watch, job)?;
        }
        failed.map_or(Ok(()), |error| Err(error.into()))
    }

    /// One job: fresh coins, one request.
    fn prepare(
        &self,
        picture_idx: usize,
        destination: &Destination,
    ) -> anyhow::Result<(Watch<'_>, Sealed)> {
        let coins = job::coins(self.args.job.seed, picture_idx)?;
        let mut watch = Watch::new(self, destination, coins.seed);
        let sealed =
            obclip_device::prepare(&self.wish, &self.model, &self.settings, coins, &mut |event| {
                watch.see(event)
            })?;
        Ok((watch, sealed))
    }

    fn ask<'a>(
        &self,
        mut watch: Watch<'a>,
        sealed: Sealed,
    ) -> Result<(Watch<'a>, Answered), GenerateError> {
        watch.phase_start = Instant::now();
        let answered = sealed.ask(self.cloud.as_ref(), &mut |event| watch.see(event))?;
        watch.progress.finish();
        Ok((watch, answered))
    }

    /// One picture, one file.
    fn paint(
        &self,
        destination: &Destination,
        mut watch: Watch<'_>,
        job: Answered,
    ) -> anyhow::Result<()> {
        watch.phase_start = Instant::now();
        let picture = job.paint(&self.wish, &self.model, &mut |event| watch.see(event));
        let seed = watch.seed;
        let report = watch.finish();
        let picture = picture?;
        if picture.n_truncated > 0 {
            let n = picture.n_truncated;
            screen::warn(&format!("the prompt is too long: its last {n} tokens had no effect"));
        }
        destination.write(&self.png(&picture, seed)?)?;
        for warning in &report.warnings {
            screen::warn(warning);
        }
        screen::finished(&report, self.args.json)
    }

    fn png(&self, picture: &Picture, seed: Seed) -> anyhow::Result<Vec<u8>> {
        let Options { steps, cloud_steps, guidance, sampler, plan, .. } = &self.settings.options;
        let mut metadata = vec![
            ("Software".to_owned(), concat!("obclip ", env!("CARGO_PKG_VERSION")).to_owned()),
            ("obclip:steps".to_owned(), format!("{cloud_steps} of {steps}")),
            ("obclip:guidance".to_owned(), guidance.scale().to_string()),
            ("obclip:sampler".to_owned(), sampler.clone()),
            ("obclip:plan".to_owned(), plan.clone()),
            ("obclip:tail".to_owned(), self.settings.tail.to_string()),
        ];
        if self.args.metadata == Metadata::Full {
            let hex: String = seed.0.iter().map(|byte| format!("{byte:02x}")).collect();
            metadata.push(("obclip:seed".to_owned(), hex));
            metadata.push(("obclip:prompt".to_owned(), self.args.prompt.clone()));
            metadata.push(("obclip:negative".to_owned(), self.args.job.negative.clone()));
        }
        encode_png(&picture.image, &metadata)
    }
}

/// Follows one job: bars, the request on the screen, figures for the report.
struct Watch<'a> {
    args: &'a Generate,
    cancelled: &'a AtomicBool,
    progress: screen::Progress,
    phase_start: Instant,
    report: Report,
    options: &'a Options,
    catalogues: &'a Catalogues,
    seed: Seed,
}

impl<'a> Watch<'a> {
    fn new<B: Backend>(session: &'a Session<'_, B>, destination: &Destination, seed: Seed) -> Self {
        let report = Report {
            file: destination.path().display().to_string(),
            n: 0,
            open_axes: Vec::new(),
            bytes_up: 0,
            bytes_down: 0,
            seconds: Seconds { load: session.load_seconds, ..Seconds::default() },
            cloud_rows: 0,
            cloud_cost_of_plain: 0.0,
            warnings: Vec::new(),
        };
        Self {
            args: session.args,
            cancelled: &session.cancelled,
            progress: screen::Progress::new(),
            phase_start: Instant::now(),
            report,
            options: &session.settings.options,
            catalogues: &session.catalogues,
            seed,
        }
    }

    fn see(&mut self, event: Event<'_>) -> ControlFlow<()> {
        match event {
            Event::Sealed { class, request } => self.sealed(class, request),
            Event::CloudStep { done, steps } => self.progress.step("cloud", done, steps),
            Event::Received { n_bytes } => {
                self.report.bytes_down = n_bytes;
                self.report.seconds.cloud = seconds(self.phase_start.elapsed());
                self.phase_start = Instant::now();
            }
            Event::DeviceStep { done, steps } => self.progress.step("device", done, steps),
        }
        match self.cancelled.load(Ordering::Relaxed) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }

    fn sealed(&mut self, class: &obclip_device::Class, request: &obclip_device::RequestBytes) {
        self.report.n = class.n_members;
        self.report.bytes_up = request.as_ref().len();
        self.report.warnings = class.warnings.iter().map(ToString::to_string).collect();
        let limits = Limits::default();
        if let Ok(decoded) = decode_request_with(request.as_ref(), &limits, self.catalogues) {
            let open = decoded.open_axes().unwrap_or_default().into_iter();
            let open = open.map(|(axis, n_values)| OpenAxis { axis, n_values }).collect();
            (self.report.cloud_rows, self.report.cloud_cost_of_plain) =
                cloud_cost(open, self.options);
            self.report.open_axes = screen::open_axes(class, &decoded);
            if self.args.show_request {
                screen::show_request(class, &decoded, request, self.args.json);
            }
        }
        self.phase_start = Instant::now();
    }

    fn finish(mut self) -> Report {
        self.progress.finish();
        self.report.seconds.device = seconds(self.phase_start.elapsed());
        self.report
    }
}

fn destinations(args: &Generate) -> anyhow::Result<Vec<Destination>> {
    let count = args.count as usize;
    (0..count).map(|idx| Destination::check(&numbered(&args.out, idx, count))).collect()
}

fn warn_about(args: &Generate) {
    if args.job.seed.is_some() {
        screen::warn(
            "--seed: equal seeds let the cloud link jobs; leave it out for private pictures",
        );
    }
    if args.metadata == Metadata::Full {
        screen::warn(
            "--metadata full: the file tells its prompt and seed to everybody who gets it",
        );
    }
}

/// Ctrl-C and termination set a flag; the job stops at its next step and no file is half-written.
fn cancel_on_signal() -> anyhow::Result<Arc<AtomicBool>> {
    let cancelled = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&cancelled);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))?;
    Ok(cancelled)
}

#[cfg(test)]
mod tests;
