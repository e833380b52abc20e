//! `obclip-bench engine`: seconds of forward passes, of decoding and of single operations, beside what the processor can do
//! at best. Peers (PyTorch, ONNX Runtime, OpenVINO) stand beside it turn by turn in `scripts/forward_turns.py`.

mod operations;

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use anyhow::Context;
use clap::Args;
use obclip_engine::{Cpu, LoadParts, Model, ModelFiles, Tensor, initial_noise};
use serde::Serialize;

use crate::compute::ComputeArgs;
use crate::table::Table;

#[derive(Debug, Args)]
pub(crate) struct EngineOptions {
    /// A folder with a model in diffusers' layout [default: the embedded cloud model]
    #[arg(long, value_name = "DIR")]
    model: Option<PathBuf>,
    /// Rows of a forward pass.
    #[arg(long, value_delimiter = ',', default_value = "1,2,7,12")]
    rows: Vec<usize>,
    /// Height and width of the latents [default: the model's]
    #[arg(long)]
    latent: Option<usize>,
    /// Turns: in each, everything runs once.
    #[arg(long, default_value_t = 10)]
    turns: usize,
    #[command(flatten)]
    compute: ComputeArgs,
    /// Time decoding too, if the model has an autoencoder.
    #[arg(long)]
    decode: bool,
    /// Time the operations a U-Net of Stable Diffusion's size is made of; no model is loaded.
    #[arg(long, conflicts_with_all = ["model", "rows", "latent", "decode"])]
    operations: bool,
    /// Only what has this in its name.
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,
    #[arg(long)]
    json: bool,
}

/// Everything that was measured.
#[derive(Debug, Serialize)]
struct Report {
    threads: usize,
    /// How numbers are multiplied.
    precision: &'static str,
    /// f32 values in a vector register.
    lanes: usize,
    /// GFLOP/s of one core, all values in registers, before and after everything else.
    peak_gflops: [f64; 2],
    /// From opening the folder to being ready, all parts.
    load_seconds: Option<f64>,
    timed: Vec<Timed>,
    /// The process's largest resident size, from Linux.
    peak_mib: Option<u64>,
}

/// One thing, all its turns.
#[derive(Debug, Serialize)]
struct Timed {
    what: String,
    /// Multiply-accumulates by the definition of the operation, whatever algorithm runs; unknown for decoding.
    macs: Option<u64>,
    seconds: Vec<f64>,
}

/// Something to time: a name, its count, and one run of it.
type Runs<'a> = (String, Option<u64>, Box<dyn Fn() -> anyhow::Result<()> + 'a>);

pub(crate) fn run(options: &EngineOptions, out: &mut dyn Write) -> anyhow::Result<()> {
    let cpu = options.compute.cpu();
    let before = peak_gflops(&cpu);
    let (load_seconds, timed) = match options.operations {
        true => (None, timed(&wanted(operations::all(&cpu), options)?, options.turns)?),
        false => {
            let start = Instant::now();
            let model = load(options, cpu.clone())?;
            let seconds = start.elapsed().as_secs_f64();
            (Some(seconds), timed(&wanted(passes(options, &model)?, options)?, options.turns)?)
        }
    };
    let report = Report {
        threads: cpu.n_threads(),
        precision: options.compute.describe(),
        lanes: cpu.lanes(),
        peak_gflops: [before, peak_gflops(&cpu)],
        load_seconds,
        timed,
        peak_mib: peak_mib(),
    };
    match options.json {
        true => Ok(writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?),
        false => print(&report, out),
    }
}

/// Of one core, all values in registers: the best of some turns.
fn peak_gflops(cpu: &Cpu) -> f64 {
    let turn = |_| {
        let start = Instant::now();
        let macs = cpu.multiply_in_registers(PEAK_ROUNDS);
        2e-9 * macs as f64 / start.elapsed().as_secs_f64()
    };
    (0..PEAK_TURNS).map(turn).fold(0.0, f64::max)
}

fn load(options: &EngineOptions, cpu: Cpu) -> anyhow::Result<Model<Cpu>> {
    let files = match &options.model {
        Some(folder) => ModelFiles::open(folder).with_context(|| folder.display().to_string())?,
        None if options.decode => ModelFiles::from_table(obclip_pair::device()),
        None => ModelFiles::from_table(obclip_pair::cloud()),
    };
    Ok(Model::load(&files, cpu, LoadParts { vae: options.decode })?)
}

fn passes<'a>(options: &EngineOptions, model: &'a Model<Cpu>) -> anyhow::Result<Vec<Runs<'a>>> {
    let spec = model.spec();
    let side = options.latent.unwrap_or(spec.default_latent_size);
    let row = initial_noise(&[1; 32], [1, spec.latent_channels, side, side]);
    let text = model.encode_text(&["a portrait of a person"])?;
    let macs = model.unet().macs(side, side, spec.max_tokens).per_step();
    let mut passes: Vec<Runs<'a>> = Vec::new();
    for &n_rows in &options.rows {
        let latents: Tensor = row.rows(std::iter::repeat_n(0, n_rows));
        let context = model.unet().context(model.backend(), &text.embeddings)?;
        let run = move || {
            let of_row = vec![0; n_rows];
            model.unet().forward(model.backend(), &latents, TIMESTEP, &context, &of_row)?;
            Ok(())
        };
        let what = format!("U-Net, {n_rows} x {side}x{side}");
        passes.push((what, Some(macs * n_rows as u64), Box::new(run)));
    }
    if options.decode {
        let run = move || {
            model.decode(&row)?;
            Ok(())
        };
        passes.push((format!("decode {side}x{side}"), None, Box::new(run)));
    }
    Ok(passes)
}

fn wanted<'a>(mut runs: Vec<Runs<'a>>, options: &EngineOptions) -> anyhow::Result<Vec<Runs<'a>>> {
    runs.retain(|(what, ..)| what.contains(&options.only));
    anyhow::ensure!(!runs.is_empty(), "--only: nothing has {:?} in its name", options.only);
    Ok(runs)
}

/// One run of each that is not counted, then turn by turn.
fn timed(runs: &[Runs<'_>], turns: usize) -> anyhow::Result<Vec<Timed>> {
    let mut timed: Vec<Timed> = Vec::new();
    for (what, macs, run) in runs {
        run()?;
        timed.push(Timed { what: what.clone(), macs: *macs, seconds: Vec::new() });
    }
    for _ in 0..turns.max(1) {
        for ((_, _, run), timed) in runs.iter().zip(&mut timed) {
            let start = Instant::now();
            run()?;
            timed.seconds.push(start.elapsed().as_secs_f64());
        }
    }
    Ok(timed)
}

fn print(report: &Report, out: &mut dyn Write) -> anyhow::Result<()> {
    let [before, after] = report.peak_gflops;
    writeln!(
        out,
        "{}, {} threads, {} values a vector; one core in registers: {before:.0} GFLOP/s before, {after:.0} after",
        report.precision, report.threads, report.lanes
    )?;
    if let Some(seconds) = report.load_seconds {
        writeln!(out, "loaded in {seconds:.2} s")?;
    }
    let peak = before.max(after) * report.threads as f64;
    let mut table = Table::new(&["", "GMAC", "best s", "median s", "GFLOP/s", "of peak"]);
    for Timed { what, macs, seconds } in &report.timed {
        let mut seconds = seconds.clone();
        seconds.sort_by(f64::total_cmp);
        let median = seconds[seconds.len() / 2];
        let gmacs = macs.map(|macs| macs as f64 * 1e-9);
        let rate = gmacs.map(|gmacs| 2.0 * gmacs / median);
        let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        table.row(vec![
            what.clone(),
            or_dash(gmacs.map(|gmacs| format!("{gmacs:.3}"))),
            format!("{:.5}", seconds[0]),
            format!("{median:.5}"),
            or_dash(rate.map(|rate| format!("{rate:.1}"))),
            or_dash(rate.map(|rate| format!("{:.2}", rate / peak))),
        ]);
    }
    table.write(out)?;
    if let Some(mib) = report.peak_mib {
        writeln!(out, "largest resident size {mib} MiB")?;
    }
    writeln!(
        out,
        "GFLOP/s are of the median, by the operation's definition: 3x3 convolutions do a quarter of it and can be beyond the peak."
    )?;
    Ok(())
}

/// `VmHWM` of Linux, in MiB; none elsewhere.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib / 1024)
}

const TIMESTEP: f64 = 500.0;
/// A few milliseconds: some turns are not interrupted.
const PEAK_ROUNDS: usize = 1 << 21;
const PEAK_TURNS: usize = 15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_peak_is_one_that_a_processor_can_have() {
        // One multiply-accumulate in 100 cycles, and sixty-four in each, at any clock there is.
        let peak = peak_gflops(&Cpu::new(1));
        assert!((0.01..1000.0).contains(&peak), "{peak} GFLOP/s");
    }

    #[test]
    fn every_turn_of_everything_is_counted() {
        let cpu = Cpu::new(1);
        let runs: Vec<Runs<'_>> = vec![
            ("a".to_owned(), Some(5), Box::new(|| Ok(()))),
            ("b".to_owned(), None, Box::new(|| Ok(()))),
        ];
        let timed = timed(&runs, 3).expect("nothing fails");
        assert!(timed.iter().all(|timed| timed.seconds.len() == 3));
        let peak_gflops = [peak_gflops(&cpu); 2];
        let report = Report {
            threads: 1,
            precision: "f32",
            lanes: 8,
            peak_gflops,
            load_seconds: None,
            timed,
            peak_mib: None,
        };
        let mut out = Vec::new();
        print(&report, &mut out).expect("written");
        let said = String::from_utf8(out).expect("text");
        assert!(said.lines().any(|line| line.starts_with("b ") && line.contains('-')), "{said}");
    }
}
