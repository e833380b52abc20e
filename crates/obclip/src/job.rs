//! What `generate` and `explain` share: settings, the wish and the coins of one job.

use anyhow::Context;
use obclip_device::{Coins, Cover, JobCoins, Prompt, Settings, Tail, Wish, lint};
use obclip_engine::ModelSpec;
use obclip_protocol::{Catalogue, Catalogues, Guidance, Limits, Options, Policy, Seed};

use crate::cli::{CoverArg, JobArgs, Size};
use crate::config::{Config, MOST_CAP};

/// Everything that is fixed before the prompt is read.
pub(crate) fn settings(
    args: &JobArgs,
    config: &Config,
    spec: &ModelSpec,
) -> anyhow::Result<Settings> {
    let side = spec.default_side() as u32;
    let Size { width, height } = args.size.unwrap_or(Size { width: side, height: side });
    let options = Options {
        steps: args.steps,
        cloud_steps: args.cloud_steps,
        guidance: Guidance::new(args.guidance)?,
        width,
        height,
        sampler: args.sampler.wire_name().to_owned(),
        plan: plan(args),
    };
    let limits = Limits {
        members: args.cap.or(config.cap).unwrap_or(MOST_CAP) as usize,
        ..Limits::default()
    };
    options.check(&limits)?;
    let cover = match args.cover.or(config.cover).unwrap_or(CoverArg::Mentioned) {
        CoverArg::Mentioned => Cover::Mentioned,
        CoverArg::Person => Cover::Person,
    };
    let catalogue = waiting(config.catalogue(catalogue(args)?)?, args);
    let (tail, own) = (Tail::default(), config.own.clone());
    Ok(Settings { options, cover, catalogue, limits, tail, own })
}

/// What was measured for a pair and its axes holds for those alone: own models and catalogues start with every row.
fn plan(args: &JobArgs) -> String {
    let embedded = args.model_dir.is_none() && args.catalogue.is_none();
    let measured = if embedded { obclip_pair::PLAN } else { "plain" };
    args.plan.clone().unwrap_or_else(|| measured.to_owned())
}

/// With `--wait`, the axes that were measured to need no cloud step stay on the device. The same for every prompt.
fn waiting(mut catalogue: Catalogue, args: &JobArgs) -> Catalogue {
    let waits = obclip_pair::WAITS.iter().filter(|wait| args.cloud_steps <= wait.cloud_steps);
    for wait in waits.filter(|_| args.wait) {
        let expanded = |idx: &usize| catalogue.axes()[*idx].policy == Policy::Expand;
        if let Some(axis_idx) = catalogue.axis_idx(wait.axis).filter(expanded) {
            catalogue = catalogue.with_policy(axis_idx, Policy::Neutralise);
        }
    }
    catalogue
}

/// The embedded catalogue, or the user's file.
fn catalogue(args: &JobArgs) -> anyhow::Result<Catalogue> {
    let Some(path) = &args.catalogue else { return Ok(Catalogue::v1()) };
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("--catalogue: cannot read {}", path.display()))?;
    let catalogue =
        Catalogue::parse(&text).with_context(|| format!("--catalogue {}", path.display()))?;
    for name in ["age", "ethnicity", "gender"] {
        catalogue.axis(name).with_context(|| {
            format!("--catalogue {}: expected an axis {name}, found none", path.display())
        })?;
    }
    if let Some(problem) = lint(catalogue.axes()).first() {
        anyhow::bail!("--catalogue {}: {problem}", path.display());
    }
    Ok(catalogue)
}

/// The catalogues of a cloud inside this program: the embedded ones and the user's.
pub(crate) fn catalogues(settings: &Settings, args: &JobArgs) -> anyhow::Result<Catalogues> {
    match &args.catalogue {
        None => Ok(Catalogues::default()),
        Some(_) => Ok(Catalogues::default().with(settings.catalogue.clone())?),
    }
}

/// The prompt and the negative prompt.
pub(crate) fn wish(prompt: &str, args: &JobArgs) -> anyhow::Result<Wish> {
    Ok(Wish { prompt: Prompt::new(prompt)?, negative: negative(args)? })
}

/// The negative prompt, if there is one.
pub(crate) fn negative(args: &JobArgs) -> anyhow::Result<Option<Prompt>> {
    match args.negative.trim().is_empty() {
        true => Ok(None),
        false => Ok(Some(Prompt::new(&args.negative).context("--negative")?)),
    }
}

/// Fresh coins of the operating system, or those that follow from `--seed` and the number of the job.
pub(crate) fn coins(seed: Option<u64>, job_idx: usize) -> anyhow::Result<JobCoins> {
    let Some(seed) = seed else {
        return Ok(JobCoins {
            seed: Seed(obclip_device::fresh_bytes()?),
            draws: Coins::from_os()?,
        });
    };
    // The two streams are apart by one byte, so the public seed is never the key of the secret draws.
    let key = |stream: u8| {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        key[8..16].copy_from_slice(&(job_idx as u64).to_le_bytes());
        key[16] = stream;
        key
    };
    Ok(JobCoins { seed: Seed(key(0)), draws: Coins::from_key(key(1)) })
}
