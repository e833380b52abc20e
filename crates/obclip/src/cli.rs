//! The command line: what can be said to `obclip`, and nothing about how it is done.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::Deserialize;

use crate::allow::Allow;
use crate::catalogue::CatalogueCommand;
use crate::cloud_args::CloudArgs;
use crate::compute::ComputeArgs;
use crate::config::MOST_CAP;
use crate::doctor::Doctor;

/// Private pictures from a cloud model: it starts every candidate, your device finishes the one you meant.
#[derive(Debug, Parser)]
#[command(name = "obclip", version, about, max_term_width = 100)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Paint a picture.
    Generate(Box<Generate>),
    /// Look at models, clock and cloud, and say how to mend what is not right.
    Doctor(Doctor),
    /// Show what would leave the device, byte for byte, and what would stay. Nothing is sent.
    Explain(Explain),
    /// Let words travel that the published vocabulary lacks.
    Allow(Allow),
    /// Look at catalogues of axes.
    #[command(subcommand)]
    Catalogue(CatalogueCommand),
}

/// What is fixed before a prompt is read, whatever is done with it.
#[derive(Args)]
pub(crate) struct JobArgs {
    /// What the picture should not show; person words in it stay on the device
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) negative: String,

    /// Denoising steps in all (T)
    #[arg(long, value_name = "T", default_value_t = 25)]
    pub(crate) steps: u32,

    /// Steps the cloud does for every candidate (k)
    #[arg(long, value_name = "K", default_value_t = 5)]
    pub(crate) cloud_steps: u32,

    /// Classifier-free guidance; 1 switches it off
    #[arg(long, value_name = "SCALE", default_value_t = DEFAULT_GUIDANCE, allow_negative_numbers = true)]
    pub(crate) guidance: f64,

    /// Picture size, for example 128x128 [default: the model's]
    #[arg(long, value_name = "WxH")]
    pub(crate) size: Option<Size>,

    /// The sampler
    #[arg(long, value_enum, default_value_t = Sampler::Dpmpp2m)]
    pub(crate) sampler: Sampler,

    /// The cloud's step plan: which rows it computes and what it reuses; names are in PROTOCOL.md [default:
    /// balanced, as measured for the embedded pair; plain with your own models]
    #[arg(long, value_name = "NAME")]
    pub(crate) plan: Option<String>,

    /// Leave to the device what it was measured to decide as well: with the embedded pair and up to five cloud steps,
    /// ethnicity and gender. They never reach the wire, N and the cost fall
    #[arg(long, conflicts_with = "model_dir")]
    pub(crate) wait: bool,

    /// Which attributes of a person the cloud expands: those the prompt mentions, or all three [default: mentioned]
    #[arg(long, value_enum)]
    pub(crate) cover: Option<CoverArg>,

    /// The most members a class may have; attributes beyond it stay on the device [default: 32]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_CAP)))]
    pub(crate) cap: Option<u32>,

    /// A catalogue of your own, published: its cloud must be given the same file [default: the embedded v1]
    #[arg(long, value_name = "FILE")]
    pub(crate) catalogue: Option<PathBuf>,

    /// A fixed seed, for experiments: equal seeds let the cloud link jobs
    #[arg(long, value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,

    /// Folder with your own models in diffusers layout: DIR/cloud and DIR/device [default: the embedded pair]
    #[arg(long, value_name = "DIR")]
    pub(crate) model_dir: Option<PathBuf>,
}

/// `obclip explain`: see the help text of each field.
#[derive(Args)]
pub(crate) struct Explain {
    /// The prompt. Words in {{double braces}} stay on the device
    #[arg(required_unless_present = "stdin")]
    pub(crate) prompt: Option<String>,

    /// Read prompts from standard input, one a line; print one JSON object a line
    #[arg(long, conflicts_with = "prompt")]
    pub(crate) stdin: bool,

    /// Print one JSON object instead of the page
    #[arg(long)]
    pub(crate) json: bool,

    /// Ask a language model how likely each member is: a GPT-2 in Hugging Face layout (config.json,
    /// model.safetensors, tokenizer.json or vocab.json and merges.txt) [default: the built-in attacker]
    #[arg(long, value_name = "DIR")]
    pub(crate) lm: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) job: JobArgs,
}

/// `obclip generate`: see the help text of each field.
#[derive(Args)]
pub(crate) struct Generate {
    /// What to paint. Words in {{double braces}} stay on the device
    pub(crate) prompt: String,

    /// The picture's file; several pictures get numbers before the extension
    #[arg(long, short, value_name = "FILE", default_value = "obclip.png")]
    pub(crate) out: PathBuf,

    /// How many pictures; each is a job of its own with fresh coins
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=64))]
    pub(crate) count: u32,

    /// What the PNG says about itself: settings only, or also prompt and seed
    #[arg(long, value_enum, default_value_t = Metadata::Settings)]
    pub(crate) metadata: Metadata,

    /// Show the request that leaves the device, decoded and as bytes
    #[arg(long)]
    pub(crate) show_request: bool,

    /// Print one JSON object on standard output instead of the summary
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) compute: ComputeArgs,

    /// The device's own step plan; nothing of it is sent [default: cache1x2, as measured for the embedded pair;
    /// plain with your own models]
    #[arg(long, value_name = "NAME")]
    pub(crate) tail: Option<String>,

    /// Fewer steps on the device, on a coarser grid of its own [default: half of what the cloud leaves of --steps, as
    /// measured for the embedded pair; all of it with your own models]
    #[arg(long, value_name = "N")]
    pub(crate) tail_steps: Option<u32>,

    #[command(flatten)]
    pub(crate) job: JobArgs,

    #[command(flatten)]
    pub(crate) cloud: CloudArgs,
}

/// Which axes are opened, as said on the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum CoverArg {
    /// The attributes the prompt mentions: cheaper, and tells the cloud which they are
    Mentioned,
    /// Age, ethnicity and gender of every person, mentioned or not
    Person,
}

/// The samplers by the names users know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sampler {
    /// DPM-Solver++(2M)
    #[value(name = "dpmpp-2m")]
    Dpmpp2m,
    /// DDIM
    Ddim,
    /// Euler
    Euler,
}

impl Sampler {
    /// The name that travels in the request.
    pub(crate) fn wire_name(self) -> &'static str {
        match self {
            Self::Dpmpp2m => "dpmpp-2m",
            Self::Ddim => "ddim",
            Self::Euler => "euler",
        }
    }
}

/// What the PNG's metadata holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Metadata {
    /// Steps, guidance, sampler, sizes
    Settings,
    /// Also the prompt and the seed: anybody who gets the file can read both
    Full,
}

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    /// Pixels across.
    pub(crate) width: u32,
    /// Pixels down.
    pub(crate) height: u32,
}

impl std::str::FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "expected WIDTHxHEIGHT in pixels, for example 128x128".to_owned();
        let (width, height) = text.split_once('x').ok_or_else(wrong)?;
        let side = |text: &str| text.parse().map_err(|_| wrong());
        Ok(Self { width: side(width)?, height: side(height)? })
    }
}

/// The guidance the embedded pair was judged at.
const DEFAULT_GUIDANCE: f64 = 3.0;

impl std::fmt::Debug for Explain {
    /// The prompt never reaches a debug print.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Explain").field("prompt", &"[redacted]").finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Generate {
    /// The prompt and the negative prompt never reach a debug print.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Generate").field("prompt", &"[redacted]").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }

    #[test]
    fn sizes_parse_or_say_what_was_expected() {
        assert_eq!("128x64".parse(), Ok(Size { width: 128, height: 64 }));
        for wrong in ["", "128", "x", "128x", "-1x4", "1x2x3", "99999999999x1"] {
            assert!(wrong.parse::<Size>().unwrap_err().contains("WIDTHxHEIGHT"), "{wrong}");
        }
    }
}
