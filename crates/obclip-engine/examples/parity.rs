//! The table of distances to diffusers for a folder that `make_vectors.py` or `parity_full_size.py`
//! wrote: `parity FOLDER [THREADS | reference | bf16 | bf16-tiles | bf16-weights]`; `bf16-tiles` is what AMX makes, on any processor. Relative errors: `max |a − b| / max |b|` and `rms(a − b) /
//! rms(b)`.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use obclip_engine::{
    AttentionKind, Backend, Block, Cpu, DenoiseJob, LoadParts, Model, ModelFiles, Precision,
    Reference, SamplerKind, Site, Tap, Tensor,
};
use safetensors::SafeTensors;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let folder =
        Path::new(args.first().ok_or(
            "usage: parity FOLDER [THREADS | reference | bf16 | bf16-tiles | bf16-weights]",
        )?);
    match args.get(1).map(String::as_str) {
        Some("reference") => Parity::run(folder, Reference),
        Some("bf16") => Parity::run(folder, Cpu::new(1).with_precision(Precision::Bf16)),
        Some("bf16-tiles") => Parity::run(folder, Cpu::new(1).with_bf16_vectors()),
        Some("bf16-weights") => Parity::run(folder, Cpu::new(1).with_bf16_weights()),
        threads => Parity::run(folder, Cpu::new(threads.map_or(Ok(1), str::parse)?)),
    }
}

struct Parity<B: Backend> {
    model: Model<B>,
    expected: BTreeMap<String, Tensor>,
    settings: serde_json::Value,
}

impl<B: Backend> Parity<B> {
    fn run(folder: &Path, backend: B) -> Result<(), Box<dyn std::error::Error>> {
        let start = Instant::now();
        let has_vae = folder.join("vae").is_dir();
        let model = Model::load(&ModelFiles::open(folder)?, backend, LoadParts { vae: has_vae })?;
        println!("load {:.2} s", start.elapsed().as_secs_f64());
        let expected = read_tensors(&std::fs::read(folder.join("expected.safetensors"))?)?;
        let settings = serde_json::from_slice(&std::fs::read(folder.join("generate.json"))?)?;
        let parity = Self { model, expected, settings };
        println!("| module | max error | rms error |\n|---|---|---|");
        parity.text()?;
        parity.unet()?;
        if has_vae {
            let images = parity.model.decode_signed(&parity.expected["vae.latents"])?;
            parity.report("vae", &images, "vae.out");
            parity.generate()?;
        }
        Ok(())
    }

    fn report(&self, what: &str, found: &Tensor, name: &str) {
        let expected = &self.expected[name];
        assert_eq!(found.shape(), expected.shape(), "{name}");
        let (mut max, mut most, mut squares, mut total) = (0.0_f64, 0.0_f64, 0.0, 0.0);
        for (&a, &b) in found.data().iter().zip(expected.data()) {
            let (difference, b) = (f64::from(a) - f64::from(b), f64::from(b));
            max = max.max(difference.abs());
            most = most.max(b.abs());
            squares += difference * difference;
            total += b * b;
        }
        println!("| {what} | {:.1e} | {:.1e} |", max / most, (squares / total).sqrt());
    }

    fn text(&self) -> Result<(), obclip_engine::Error> {
        let prompts: Vec<&str> = self.settings["prompts"]
            .as_array()
            .map_or(Vec::new(), |list| list.iter().filter_map(serde_json::Value::as_str).collect());
        self.report("text encoder", &self.model.encode_text(&prompts)?.embeddings, "text.out");
        Ok(())
    }

    fn unet(&self) -> Result<(), obclip_engine::Error> {
        let latents = &self.expected["unet.latents"];
        let text = self.expected["text.out"].rows(0..latents.n_rows());
        let backend = self.model.backend();
        let context = self.model.unet().context(backend, &text)?;
        let rows: Vec<usize> = (0..latents.n_rows()).collect();
        let recorded = |timestep: &u32| self.expected.contains_key(&format!("unet.{timestep}.out"));
        for timestep in [999, 21].into_iter().filter(recorded) {
            let mut recorder = Recorder { backend, outputs: BTreeMap::new() };
            let start = Instant::now();
            let out = self.model.unet().forward_tapped(
                backend,
                latents,
                f64::from(timestep),
                &context,
                &rows,
                &mut recorder,
            )?;
            let seconds = start.elapsed().as_secs_f64();
            recorder.outputs.insert("out".to_owned(), out);
            for (name, found) in &recorder.outputs {
                let full = format!("unet.{timestep}.{name}");
                if self.expected.contains_key(&full) {
                    self.report(&format!("unet at {timestep}: {name}"), found, &full);
                }
            }
            println!("| (unet forward at {timestep}: {seconds:.2} s) | | |");
        }
        Ok(())
    }

    fn generate(&self) -> Result<(), Box<dyn std::error::Error>> {
        let Some(noise) = self.expected.get("generate.noise") else { return Ok(()) };
        let prompt = self.settings["prompts"][0].as_str().ok_or("no prompt")?;
        let guidance = self.settings["guidance"].as_f64().ok_or("no guidance")? as f32;
        let cond = self.model.encode_text(&[prompt])?;
        let uncond = self.model.encode_text(&[""])?;
        let sampler = SamplerKind::DpmSolver;
        let levels = &self.model.plan_steps(sampler, 25)?;
        let job =
            DenoiseJob { levels, range: 0..25, guidance, sampler, max_rows: 2, previous_x0: None };
        let on_step = &mut |_| ControlFlow::Continue(());
        let done = self.model.denoise(noise.clone(), &cond, &uncond, &job, on_step)?;
        self.report("25 steps: latents", &done.latents, "generate.latents");
        let image = self.model.decode_signed(&done.latents)?;
        let expected = &self.expected["generate.image"];
        let square = |(a, b): (&f32, &f32)| f64::from((a / 2.0 + 0.5).clamp(0.0, 1.0) - b).powi(2);
        let sum: f64 = image.data().iter().zip(expected.data()).map(square).sum();
        let psnr = 10.0 * (expected.data().len() as f64 / sum).log10();
        println!("| 25 steps: image | PSNR {psnr:.1} dB | |");
        Ok(())
    }
}

struct Recorder<'a, B: Backend> {
    backend: &'a B,
    outputs: BTreeMap<String, Tensor>,
}

impl<B: Backend> Tap<B> for Recorder<'_, B> {
    fn attention(&mut self, site: Site, compute: &mut dyn FnMut() -> B::Tensor) -> B::Tensor {
        let output = compute();
        let kind = match site.kind {
            AttentionKind::OwnPositions => "own",
            AttentionKind::Text => "text",
        };
        let name = format!("site.{}.{kind}", site.layer);
        self.outputs.insert(name, self.backend.download_tokens(&output));
        output
    }

    fn computed(&mut self, block: Block, output: &B::Tensor, _skips: &[B::Tensor]) {
        if block != Block::Input {
            self.outputs.insert(block.to_string(), self.backend.download_image(output));
        }
    }
}

fn read_tensors(bytes: &[u8]) -> Result<BTreeMap<String, Tensor>, Box<dyn std::error::Error>> {
    let file = SafeTensors::deserialize(bytes)?;
    file.tensors()
        .into_iter()
        .map(|(name, view)| {
            let values = view.data().as_chunks().0.iter().map(|&bytes| f32::from_le_bytes(bytes));
            Ok((name, Tensor::new(view.shape(), values.collect())?))
        })
        .collect()
}
