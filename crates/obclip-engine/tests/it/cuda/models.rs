//! Whole models through the trait: parity, generations, step plans, several threads.

use obclip_engine::backend::Backend;
use obclip_engine::{Cpu, Model, Storage};
use obclip_plan::StepPlan;

use super::cuda;
use crate::compare::{assert_close, psnr_db, relative_error};
use crate::planned::{run, shape};
use crate::vectors::{Golden, VARIANTS};
use crate::{generate, parity};

/// Of a whole picture in half precision against the CPU's, in dB: the bar of the first run on a GPU.
const HALF_PSNR_DB: f64 = 40.0;
/// Of a module in half precision: likewise.
const HALF_TOLERANCE: f64 = 5e-3;
/// How much more the outputs of single attentions inside a level may be off, whose inputs have come all the way in half
/// precision; the worst of the golden models is off by 5.6e-3.
const INSIDE: f64 = 2.0;
/// One for each kind of reuse: maps, rows, blocks, corrections, attention outputs.
const PLANS: [&str; 5] = ["paper-k5", "trunk1-one", "deep1", "trunk1-delta-cache1x2", "hold2"];

#[test]
fn modules_match_diffusers_in_f32() {
    for name in VARIANTS {
        parity::check(&Golden::open(name), cuda(Storage::F32));
    }
}

#[test]
fn half_precision_stays_within_its_bars() {
    for name in VARIANTS {
        let golden = Golden::open(name);
        let (half, full) = (golden.model(cuda(Storage::F16)), golden.model(Cpu::new(1)));
        let latents = golden.expected("vae.latents");
        let [found, expected] =
            [half.decode_signed(&latents).unwrap(), full.decode_signed(&latents).unwrap()];
        assert_close(&format!("{name}: decoder"), &found, &expected, HALF_TOLERANCE);
        let [found, expected] =
            [parity::run_unet(&golden, &half, 999.0), parity::run_unet(&golden, &full, 999.0)];
        assert!(found.len() > 5 && found.len() == expected.len());
        for (stage, expected) in &expected {
            let inside = if stage.starts_with("site.") { INSIDE } else { 1.0 };
            let tolerance = HALF_TOLERANCE * inside;
            assert_close(&format!("{name}: {stage}"), &found[stage], expected, tolerance);
        }
        let texts = ["a man", "an old woman"];
        let [found, expected] =
            [half.encode_text(&texts).unwrap(), full.encode_text(&texts).unwrap()];
        let what = format!("{name}: text");
        assert_close(&what, &found.embeddings, &expected.embeddings, HALF_TOLERANCE);
    }
}

#[test]
fn a_picture_in_half_precision_is_the_cpus() {
    let golden = Golden::open("tiny");
    let picture = |latents, decode: &dyn Fn(&_) -> obclip_engine::Tensor| -> Vec<f32> {
        let image = decode(&latents);
        image.data().iter().map(|value| (value / 2.0 + 0.5).clamp(0.0, 1.0)).collect()
    };
    let noise = golden.expected("generate.noise");
    let (half, full) = (golden.model(cuda(Storage::F16)), golden.model(Cpu::new(1)));
    let done = [
        generate::run(&golden, &half, noise.clone(), 0..8, None).latents,
        generate::run(&golden, &full, noise, 0..8, None).latents,
    ];
    let [found, expected] =
        done.map(|latents| picture(latents, &|latents| full.decode_signed(latents).unwrap()));
    let psnr = psnr_db(&found, &expected);
    println!("half precision against the CPU: {psnr:.1} dB");
    assert!(psnr >= HALF_PSNR_DB, "{psnr:.1} dB");
}

#[test]
fn plans_of_every_kind_run() {
    let golden = Golden::open("tiny");
    let (gpu, cpu) = (golden.model(cuda(Storage::F32)), golden.model(Cpu::new(1)));
    for name in PLANS {
        let whole = StepPlan::published(name, &shape(cpu.unet().n_levels())).unwrap();
        let plan = whole.only(3).unwrap();
        let [found, expected] =
            [run(&gpu, &plan.plan, &plan.streams, 64), run(&cpu, &plan.plan, &plan.streams, 64)];
        assert_close(name, &found, &expected, 1e-3);
    }
}

/// Each thread has a stream of its own; what one made another may read and free.
#[test]
fn threads_share_a_model() {
    let golden = Golden::open("tiny");
    let model = golden.model(cuda(Storage::F16));
    let work = |model: &Model<_>| {
        let plan = StepPlan::published("trunk2-delta", &shape(model.unet().n_levels())).unwrap();
        let plan = plan.only(1).unwrap();
        run(model, &plan.plan, &plan.streams, 64)
    };
    let alone = work(&model);
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(|| work(&model))).collect();
        for thread in threads {
            assert!(thread.join().unwrap() == alone);
        }
    });
    let backend = model.backend();
    let x = backend.upload(&golden.expected("generate.noise"));
    let elsewhere = std::thread::scope(|scope| {
        let sum = scope.spawn(|| backend.add(x.clone(), &x));
        backend.download_image(&sum.join().unwrap())
    });
    let here = backend.download_image(&backend.add(x.clone(), &x));
    assert_eq!(relative_error(&elsewhere, &here), 0.0);
}
