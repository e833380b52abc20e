//! Seconds of U-Net forward passes: `forward_time FOLDER [ROWS] [THREADS] [TURNS] [LATENT_SIZE]`.
//! Prints the best and the median turn, and the rate by the configuration's own count.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::time::Instant;

use obclip_engine::{Cpu, LoadParts, Model, ModelFiles, initial_noise};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let folder =
        args.first().ok_or("usage: forward_time FOLDER [ROWS] [THREADS] [TURNS] [SIZE]")?;
    let number = |idx: usize, default: usize| args.get(idx).map_or(Ok(default), |arg| arg.parse());
    let (rows, threads, turns) = (number(1, 1)?, number(2, 1)?, number(3, 10)?);

    let model =
        Model::load(&ModelFiles::open(folder)?, Cpu::new(threads), LoadParts { vae: false })?;
    let spec = model.spec();
    let size = number(4, spec.default_latent_size)?;
    let row = initial_noise(&[1; 32], [1, spec.latent_channels, size, size]);
    let latents = row.rows(std::iter::repeat_n(0, rows));
    let text = model.encode_text(&["a portrait of a person"])?;
    let context = model.unet().context(model.backend(), &text.embeddings)?;
    let before = cpu_seconds();
    let mut seconds: Vec<f64> = (0..turns.max(1))
        .map(|_| {
            let start = Instant::now();
            let out =
                model.unet().forward(model.backend(), &latents, 500.0, &context, &vec![0; rows]);
            out.map(|_| start.elapsed().as_secs_f64())
        })
        .collect::<Result<_, _>>()?;
    // With one thread: time on a processor, which other programs on the machine do not stretch.
    let on_cpu = (cpu_seconds() - before) / turns.max(1) as f64;
    seconds.sort_by(f64::total_cmp);

    let macs = model.unet().macs(size, size, spec.max_tokens);
    let gmacs = (macs.per_step() * rows as u64) as f64 / 1e9;
    let (best, median) = (seconds[0], seconds[seconds.len() / 2]);
    println!("{rows} rows of {size}x{size}, {threads} threads: {gmacs:.3} GMAC ({macs:?} a row)");
    println!(
        "best {best:.4} s, median {median:.4} s of {turns}; best {:.1} GFLOP/s",
        2.0 * gmacs / best
    );
    println!("mean on a processor {on_cpu:.4} s; {:.1} GFLOP/s", 2.0 * gmacs / on_cpu);
    Ok(())
}

/// Of the main thread, from Linux; elsewhere 0.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    let nanoseconds: u64 = stat.split(' ').next().and_then(|part| part.parse().ok()).unwrap_or(0);
    nanoseconds as f64 * 1e-9
}
