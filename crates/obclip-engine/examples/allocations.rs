//! What one forward pass of a U-Net asks of the allocator, once warm:
//! `allocations FOLDER THREADS SIZE ROWS[,ROWS…] [PRECISION]`, SIZE of the latent, PRECISION f32, bf16 or bf16-vectors.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]
#![allow(unsafe_code, reason = "an allocator that counts")]

#[path = "../tests/counted/mod.rs"]
mod counted;

use obclip_engine::{Cpu, LoadParts, Model, ModelFiles, Precision, initial_noise};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, threads, size, rows, precision @ ..] = args.as_slice() else {
        return Err("usage: allocations FOLDER THREADS SIZE ROWS[,ROWS…] [PRECISION]".into());
    };
    let size = size.parse()?;
    let cpu = Cpu::new(threads.parse()?);
    let cpu = match precision.first().map(String::as_str) {
        Some("bf16-vectors") => cpu.with_bf16_vectors(),
        name => cpu.with_precision(name.unwrap_or("f32").parse::<Precision>()?),
    };
    let model = Model::load(&ModelFiles::open(folder)?, cpu, LoadParts { vae: false })?;
    let text = model.encode_text(&["a portrait of a person"])?;
    let context = model.unet().context(model.backend(), &text.embeddings)?;
    for n_rows in rows.split(',') {
        let n_rows = n_rows.parse()?;
        let row = initial_noise(&[1; 32], [1, model.spec().latent_channels, size, size]);
        let latents = row.rows(std::iter::repeat_n(0, n_rows));
        let texts = vec![0; n_rows];
        let forward = || {
            drop(model.unet().forward(model.backend(), &latents, 500.0, &context, &texts));
        };
        let cold = counted::during(forward);
        forward();
        println!("{n_rows:2} rows: first {cold:?}, third {:?}", counted::during(forward));
    }
    Ok(())
}
