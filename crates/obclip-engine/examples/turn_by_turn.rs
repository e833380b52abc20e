//! One pass for every line on standard input, so that others can run between:
//! `turn_by_turn FOLDER forward|decode ROWS THREADS SIZE [PRECISION]`, SIZE of the latent, PRECISION f32, bf16 or bf16-vectors.
//! Answers each line with the seconds on the clock and, for one thread, on a processor; at the end of input with the largest
//! resident size in MiB.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::io::{BufRead, Write};
use std::time::Instant;

use obclip_engine::{Context, Cpu, LoadParts, Model, ModelFiles, Precision, Tensor, initial_noise};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, what, rows, threads, size, precision @ ..] = args.as_slice() else {
        return Err(
            "usage: turn_by_turn FOLDER forward|decode ROWS THREADS SIZE [PRECISION]".into()
        );
    };
    let (rows, size) = (rows.parse()?, size.parse()?);
    let cpu = Cpu::new(threads.parse()?);
    let cpu = match precision.first().map(String::as_str) {
        Some("bf16-vectors") => cpu.with_bf16_vectors(),
        name => cpu.with_precision(name.unwrap_or("f32").parse::<Precision>()?),
    };
    let parts = LoadParts { vae: what == "decode" };
    let model = Model::load(&ModelFiles::open(folder)?, cpu, parts)?;
    let row = initial_noise(&[1; 32], [1, model.spec().latent_channels, size, size]);
    let latents = row.rows(std::iter::repeat_n(0, rows));
    let text = model.encode_text(&["a portrait of a person"])?;
    let context = model.unet().context(model.backend(), &text.embeddings)?;
    let run = || -> Result<(), obclip_engine::Error> {
        match what.as_str() {
            "decode" => model.decode(&latents).map(drop),
            _ => forward(&model, &latents, &context, rows),
        }
    };
    for line in std::io::stdin().lock().lines() {
        line?;
        let (start, before) = (Instant::now(), cpu_seconds());
        run()?;
        println!("{:.5} {:.5}", start.elapsed().as_secs_f64(), cpu_seconds() - before);
        std::io::stdout().flush()?;
    }
    println!("{}", peak_mib());
    Ok(())
}

fn forward(
    model: &Model<Cpu>,
    latents: &Tensor,
    context: &Context<Cpu>,
    rows: usize,
) -> Result<(), obclip_engine::Error> {
    model.unet().forward(model.backend(), latents, 500.0, context, &vec![0; rows]).map(drop)
}

/// Of the main thread, from Linux; elsewhere 0.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds: u64 = stat.split(' ').next().and_then(|part| part.parse().ok()).unwrap_or(0);
    nanoseconds as f64 * 1e-9
}

/// `VmHWM` of Linux; elsewhere 0.
fn peak_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse().unwrap_or(0) / 1024
}
