//! A whole generation with one model folder, no cloud: `generate FOLDER PROMPT OUT.ppm [STEPS]
//! [THREADS]`.
#![allow(clippy::print_stderr, reason = "a program for the terminal")]

use std::ops::ControlFlow;
use std::time::Instant;

use obclip_engine::{Cpu, DenoiseJob, LoadParts, Model, ModelFiles, SamplerKind, initial_noise};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, prompt, out, rest @ ..] = args.as_slice() else {
        return Err("usage: generate FOLDER PROMPT OUT.ppm [STEPS] [THREADS]".into());
    };
    let steps = rest.first().map_or(Ok(25), |steps| steps.parse())?;
    let threads = rest.get(1).map_or(Ok(1), |threads| threads.parse())?;

    let start = Instant::now();
    let model =
        Model::load(&ModelFiles::open(folder)?, Cpu::new(threads), LoadParts { vae: true })?;
    eprintln!("load {:.2} s, {} f32 lanes", start.elapsed().as_secs_f64(), model.backend().lanes());
    let spec = model.spec();

    let start = Instant::now();
    let cond = model.encode_text(&[prompt.as_str()])?;
    let uncond = model.encode_text(&[""])?;
    eprintln!("text {:.3} s, {} tokens", start.elapsed().as_secs_f64(), cond.n_tokens[0]);

    let start = Instant::now();
    let sampler = SamplerKind::default();
    let levels = model.plan_steps(sampler, steps)?;
    let job = DenoiseJob {
        levels: &levels,
        range: 0..steps,
        guidance: 4.0,
        sampler,
        max_rows: 2,
        previous_x0: None,
    };
    let size = spec.default_latent_size;
    let noise = initial_noise(&[0; 32], [1, spec.latent_channels, size, size]);
    let done = model.denoise(noise, &cond, &uncond, &job, &mut |_| ControlFlow::Continue(()))?;
    eprintln!("{steps} steps {:.3} s", start.elapsed().as_secs_f64());

    let start = Instant::now();
    let image = &model.decode(&done.latents)?[0];
    eprintln!("decode {:.3} s", start.elapsed().as_secs_f64());
    let mut ppm = format!("P6\n{} {}\n255\n", image.width, image.height).into_bytes();
    ppm.extend_from_slice(&image.pixels);
    std::fs::write(out, ppm)?;
    Ok(())
}
