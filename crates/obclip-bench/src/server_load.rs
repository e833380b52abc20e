//! `obclip-bench server-load`: a running cloud under more work than it can do, and under clients that give up.
//!
//! Traffic goes to loopback only: a load generator has no business on other machines.

mod job;
mod memory;
mod phases;
mod report;

use std::io::Write;
use std::rc::Rc;
use std::time::Duration;

use anyhow::bail;
use clap::Args;
use obclip_client::Address;

use job::Jobs;
use report::Report;

/// `obclip-bench server-load`.
#[derive(Debug, Args)]
pub(crate) struct ServerLoad {
    /// The cloud: http://127.0.0.1:port, or https:// with --cloud-fingerprint
    #[arg(long, value_name = "URL")]
    cloud: Address,

    /// Its certificate's fingerprint (sha256:…)
    #[arg(long, value_name = "SHA256")]
    cloud_fingerprint: Option<obclip_client::Fingerprint>,

    /// Its process, to follow its memory
    #[arg(long, value_name = "PID")]
    pid: u32,

    /// Members of a job: 1, 2, 6 or 30
    #[arg(long, value_name = "N", default_value_t = 1)]
    members: usize,

    /// Cloud steps of a job
    #[arg(long, value_name = "K", default_value_t = 2)]
    cloud_steps: u32,

    /// Channels of a latent: 8 for the embedded pair, 4 for SD-1.x
    #[arg(long, default_value_t = 8)]
    latent_channels: u32,

    /// Seconds to measure the peak: four clients that ask again as soon as they are answered
    #[arg(long, default_value_t = 20)]
    peak_seconds: u64,

    /// Seconds of overload: jobs arrive evenly, whatever happens to those before
    #[arg(long, default_value_t = 60)]
    overload_seconds: u64,

    /// Jobs that arrive for each that the peak could do
    #[arg(long, default_value_t = 2.0)]
    overload: f64,

    /// Seconds of clients that cancel, leave and send nonsense
    #[arg(long, default_value_t = 600)]
    churn_seconds: u64,

    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(crate) fn run(args: &ServerLoad, out: &mut dyn Write) -> anyhow::Result<()> {
    if !["127.0.0.1", "::1", "localhost"].contains(&args.cloud.host.as_str()) {
        bail!("--cloud: expected a cloud on this machine, found another");
    }
    let jobs = Rc::new(Jobs::new(args)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let report = tokio::task::LocalSet::new().block_on(&runtime, measure(args, &jobs))?;
    match args.json {
        true => writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?,
        false => write!(out, "{report}")?,
    }
    Ok(())
}

async fn measure(args: &ServerLoad, jobs: &Rc<Jobs>) -> anyhow::Result<Report> {
    let rss_start = memory::rss_kib(args.pid)?;
    let peak = phases::closed_loop(jobs, Duration::from_secs(args.peak_seconds), CLIENTS).await;
    if peak.n_done == 0 {
        bail!(
            "expected at least one answered job to measure the peak, found none: {:?}",
            peak.codes
        );
    }
    let rate = peak.per_second() * args.overload;
    let overload = phases::open_loop(jobs, Duration::from_secs(args.overload_seconds), rate).await;
    let churn = phases::churn(jobs, Duration::from_secs(args.churn_seconds), args.pid).await?;
    Ok(Report::new(rss_start, &peak, rate, &overload, &churn))
}

/// Enough to keep one worker busy.
const CLIENTS: usize = 4;
