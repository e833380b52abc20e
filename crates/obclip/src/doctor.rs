//! `obclip doctor`: looks at everything a job needs and says how to mend what is not right. Sends no prompt.

mod gpu;

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use clap::Args;
use obclip_client::{InquiryError, Target};
use obclip_engine::{Cpu, LoadParts, Model, ModelFiles, ModelSpec};
use obclip_protocol::{Capabilities, Catalogue, Limits, PROTOCOL_VERSION, RENDERING_VERSION};
use serde::Serialize;

use crate::cloud_args::CloudArgs;
use crate::compute::ComputeArgs;
use crate::screen;

/// `obclip doctor`.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    cloud: CloudArgs,

    #[command(flatten)]
    compute: ComputeArgs,

    /// Folder with your own models: DIR/cloud and DIR/device [default: the embedded pair]
    #[arg(long, value_name = "DIR")]
    model_dir: Option<PathBuf>,

    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub(crate) struct Finding {
    /// What.
    pub(crate) check: &'static str,
    /// Whether it is right.
    pub(crate) ok: bool,
    /// What was found.
    pub(crate) found: String,
    /// How to mend it; empty if it is right.
    pub(crate) mend: String,
}

/// Runs the command; `false` if something is wrong.
pub(crate) fn run(args: &Doctor) -> anyhow::Result<bool> {
    let target = args.cloud.target()?;
    let mut findings = vec![
        versions(),
        right("processor", args.compute.describe()),
        gpu::finding(args.compute.gpu),
        randomness(),
        clock(SystemTime::now()),
    ];
    let device = model(&mut findings, "device model", args.model_dir.as_deref(), "device");
    match &target {
        None => {
            let cloud = model(&mut findings, "cloud model", args.model_dir.as_deref(), "cloud");
            if let (Some(device), Some(cloud)) = (&device, &cloud) {
                findings.push(pairing(cloud, device));
            }
        }
        Some(target) => findings.extend(cloud(target, device.as_ref())),
    }
    let is_well = findings.iter().all(|finding| finding.ok);
    screen::findings(&findings, args.json)?;
    Ok(is_well)
}

fn right(check: &'static str, found: impl Into<String>) -> Finding {
    Finding { check, ok: true, found: found.into(), mend: String::new() }
}

fn wrong(check: &'static str, found: impl Into<String>, mend: &str) -> Finding {
    Finding { check, ok: false, found: found.into(), mend: mend.to_owned() }
}

fn versions() -> Finding {
    let catalogue = Catalogue::v1();
    let hash: String = catalogue.sha256()[..4].iter().map(|byte| format!("{byte:02x}")).collect();
    let program = env!("CARGO_PKG_VERSION");
    right(
        "versions",
        format!(
            "obclip {program}, protocol {PROTOCOL_VERSION}, rendering {RENDERING_VERSION}, catalogue {} {hash}",
            catalogue.id()
        ),
    )
}

fn randomness() -> Finding {
    match obclip_device::fresh_bytes() {
        Ok(_) => right("random bytes", "the operating system gives some"),
        Err(error) => wrong(
            "random bytes",
            error.to_string(),
            "every job needs fresh coins; check /dev/urandom and the sandbox's rules",
        ),
    }
}

fn clock(now: SystemTime) -> Finding {
    let earliest = SystemTime::UNIX_EPOCH + EARLIEST;
    match now >= earliest {
        true => right("clock", "after this program was made"),
        false => wrong("clock", "before this program was made", SET_THE_CLOCK),
    }
}

fn model(
    findings: &mut Vec<Finding>,
    check: &'static str,
    folder: Option<&Path>,
    side: &str,
) -> Option<ModelSpec> {
    let files = match folder {
        Some(folder) => ModelFiles::open(folder.join(side)),
        None if side == "cloud" => Ok(ModelFiles::from_table(obclip_pair::cloud())),
        None => Ok(ModelFiles::from_table(obclip_pair::device())),
    };
    let parts = LoadParts { vae: side == "device" };
    match files.and_then(|files| Model::load(&files, Cpu::new(1), parts)) {
        Ok(model) => {
            let spec = model.spec().clone();
            findings.push(right(check, format!("loads; pictures of {0}x{0}", spec.default_side())));
            Some(spec)
        }
        Err(error) => {
            let mend = "--model-dir must hold diffusers folders cloud/ and device/ with safetensors; download them again";
            findings.push(wrong(check, error.to_string(), mend));
            None
        }
    }
}

fn pairing(cloud: &ModelSpec, device: &ModelSpec) -> Finding {
    match ModelSpec::check_pair(cloud, device) {
        Ok(()) => right("pairing", "the two models share latent space, schedule and text tower"),
        Err(error) => wrong(
            "pairing",
            error.to_string(),
            "take a device model that was distilled from this cloud model",
        ),
    }
}

fn cloud(target: &Target, device: Option<&ModelSpec>) -> Vec<Finding> {
    let answer = match obclip_client::capabilities(target, PATIENCE) {
        Ok(answer) => answer,
        Err(error) => return vec![wrong("cloud", error.to_string(), mend_inquiry(&error))],
    };
    let says = answer.capabilities;
    let mut findings = vec![right("cloud", format!("{} answers", target.address))];
    let ours = Catalogue::v1();
    let has_catalogue =
        says.catalogues.iter().any(|c| c.id == ours.id() && c.sha256 == *ours.sha256());
    findings.push(match has_catalogue {
        true => right("catalogue", "the cloud has the one pinned here"),
        false => wrong("catalogue", "the cloud has another", UPDATE),
    });
    findings.push(right("cloud limits", limits(&says)));
    if let Some(device) = device {
        let has_pair = says.pairs.iter().any(|pair| pair.id.0 == device.pairing());
        findings.push(match has_pair {
            true => right("pairing", "the cloud serves the other half of this device's model"),
            false => wrong(
                "pairing",
                "the cloud serves no model that fits this device's",
                "ask the provider which pair it serves and point --model-dir at its device half",
            ),
        });
    }
    if let Some(there) = answer.clock {
        findings.push(cloud_clock(SystemTime::now(), there));
    }
    findings
}

/// What one job may ask for there. The device never adapts to it: a job that asks for more is refused.
fn limits(says: &Capabilities) -> String {
    let Limits { members, steps, pixels } = says.limits;
    // Its own words: only those that look like a plan's name are shown.
    let known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_name = |plan: &&str| plan.len() <= 32 && plan.chars().all(known);
    let plans: Vec<&str> =
        says.plans.iter().map(String::as_str).filter(is_name).take(MOST_PLANS).collect();
    format!(
        "{members} members, {steps} steps, {pixels} pixels, {} cost units a job; plans {}",
        says.cost_units,
        plans.join(", ")
    )
}

fn cloud_clock(here: SystemTime, there: SystemTime) -> Finding {
    let apart = here.duration_since(there).unwrap_or_else(|error| error.duration());
    match apart <= CLOCKS_APART {
        true => right("cloud clock", "within five minutes of ours"),
        false => {
            wrong("cloud clock", format!("{} s apart from ours", apart.as_secs()), SET_THE_CLOCK)
        }
    }
}

fn mend_inquiry(error: &InquiryError) -> &'static str {
    match error {
        InquiryError::Connect(obclip_client::ConnectError::PinMismatch) => {
            "somebody may be in between; if the provider did change its certificate, remove its line from known-clouds"
        }
        InquiryError::Connect(_) | InquiryError::Timeout(_) => {
            "check address, port, proxy and firewall; does the provider's /readyz say ready?"
        }
        InquiryError::Refused(_) => "check --cloud-token",
        InquiryError::Malformed => UPDATE,
    }
}

/// 2026-01-01: nothing this program is used with is older.
const EARLIEST: Duration = Duration::from_secs(1_767_225_600);
const CLOCKS_APART: Duration = Duration::from_secs(300);
/// So that a cloud cannot fill the screen.
const MOST_PLANS: usize = 20;
const PATIENCE: Duration = Duration::from_secs(20);
const SET_THE_CLOCK: &str = "set the clock (timedatectl set-ntp true)";
const UPDATE: &str = "device and cloud are of different versions: update the older one";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_judged() {
        assert!(!clock(SystemTime::UNIX_EPOCH).ok);
        let now = SystemTime::UNIX_EPOCH + EARLIEST;
        assert!(clock(now).ok);
        assert!(cloud_clock(now, now + Duration::from_secs(299)).ok);
        let far = cloud_clock(now, now + Duration::from_secs(301));
        assert!(!far.ok && far.found.contains("301 s") && !far.mend.is_empty());
    }
    #[test]
    fn a_clouds_limits_are_shown_without_its_prose() {
        let says = Capabilities {
            pairs: Vec::new(),
            catalogues: Vec::new(),
            limits: Limits { members: 6, steps: 50, pixels: 65_536 },
            cost_units: 1000,
            samplers: Vec::new(),
            plans: vec!["plain".to_owned(), "buy our \u{1b}[31m".to_owned()],
            software: String::new(),
        };
        assert_eq!(
            limits(&says),
            "6 members, 50 steps, 65536 pixels, 1000 cost units a job; plans plain"
        );
    }
}
