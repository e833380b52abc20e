//! The same bits, run to run, for every number of threads, alone or in a batch.

use std::ops::ControlFlow;

use obclip_engine::{Cpu, DenoiseJob, Precision, SamplerKind, Tensor, initial_noise};

use crate::vectors::Golden;

#[test]
fn a_latent_does_not_depend_on_threads_or_company() {
    for (name, precision) in [
        ("sd1", Precision::F32),
        ("tiny", Precision::F32),
        ("wide", Precision::F32),
        ("wide", Precision::Bf16),
    ] {
        let golden = Golden::open(name);
        let run = |threads, texts: &[&str], first_seed, max_rows| {
            run(&golden, precision, threads, texts, first_seed, max_rows)
        };
        let texts = ["a man", "an old woman", "a face wearing glasses", ""];
        let alone: Vec<Tensor> = (0..texts.len()).map(|i| run(1, &texts[i..=i], i, 1)).collect();
        assert_eq!(alone[2], run(1, &texts[2..=2], 2, 1), "run to run");
        for (threads, max_rows) in [(1, 8), (1, 3), (2, 8), (3, 5)] {
            let together = run(threads, &texts, 0, max_rows);
            for (i, alone) in alone.iter().enumerate() {
                let what = format!(
                    "{name} {precision}: row {i}, {threads} threads, {max_rows} rows at once"
                );
                assert!(together.row(i) == alone.row(0), "{what}");
            }
        }
    }
}

/// Two steps for rows whose noise is numbered from `first_seed`.
fn run(
    golden: &Golden,
    precision: Precision,
    threads: usize,
    texts: &[&str],
    first_seed: usize,
    max_rows: usize,
) -> Tensor {
    let model = golden.model(Cpu::new(threads).with_precision(precision));
    let channels = model.spec().latent_channels;
    let noise = (0..texts.len())
        .map(|i| initial_noise(&[(first_seed + i) as u8; 32], [1, channels, 12, 8]))
        .reduce(|above, below| above.stack(&below).unwrap())
        .unwrap();
    let cond = model.encode_text(texts).unwrap();
    let uncond = model.encode_text(&[""]).unwrap();
    let levels = model.plan_steps(SamplerKind::DpmSolver, 20).unwrap();
    let job = DenoiseJob {
        levels: &levels,
        range: 0..2,
        guidance: 3.0,
        sampler: SamplerKind::DpmSolver,
        max_rows,
        previous_x0: None,
    };
    let done = model.denoise(noise, &cond, &uncond, &job, &mut |_| ControlFlow::Continue(()));
    done.unwrap().latents
}

#[test]
fn pictures_do_not_depend_on_threads_or_company() {
    let golden = Golden::open("sd1");
    let one = golden.model(Cpu::new(1));
    let three = golden.model(Cpu::new(3));
    let latents = golden.expected("vae.latents");
    let together = three.decode(&latents).unwrap();
    for (row, image) in together.iter().enumerate() {
        assert_eq!(image, &one.decode(&latents.rows([row])).unwrap()[0], "row {row}");
    }
}
