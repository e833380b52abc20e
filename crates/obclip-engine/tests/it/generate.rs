//! Whole generations against diffusers, and handing a generation over in the middle.

use std::ops::{ControlFlow, Range};
use std::sync::{Arc, Mutex};

use obclip_engine::{
    Backend, Cpu, DenoiseJob, Denoised, Error, LoadParts, Model, Reference, SamplerKind, Step,
    Tensor,
};

use crate::compare::{IMAGE_PSNR_DB, psnr_db, relative_error};
use crate::vectors::{Golden, VARIANTS};

const STEPS: usize = 25;

#[test]
fn generations_match_diffusers_on_the_cpu() {
    for name in VARIANTS {
        check(&Golden::open(name), Cpu::new(2));
    }
}

#[test]
fn a_generation_matches_diffusers_on_the_reference() {
    check(&Golden::open("tiny"), Reference);
}

fn check<B: Backend>(golden: &Golden, backend: B) {
    let model = golden.model(backend);
    let noise = golden.expected("generate.noise");
    let done = run(golden, &model, noise, 0..STEPS, None);
    let found = model.decode_signed(&done.latents).unwrap();
    let found: Vec<f32> = found.data().iter().map(|v| (v / 2.0 + 0.5).clamp(0.0, 1.0)).collect();
    let expected = golden.expected("generate.image");
    let psnr = psnr_db(&found, expected.data());
    let error = relative_error(&done.latents, &golden.expected("generate.latents"));
    println!("{}: image {psnr:.1} dB, latents {error:.1e}", golden.name);
    assert!(psnr >= IMAGE_PSNR_DB, "{}: {psnr:.1} dB; latents {error:.1e}", golden.name);

    let bytes = &model.decode(&done.latents).unwrap()[0];
    let plane = bytes.width * bytes.height;
    let expected = |i: usize| expected.data()[i % 3 * plane + i / 3] * 255.0;
    let off = |(i, &byte): (usize, &u8)| (f32::from(byte) - expected(i)).abs() > 1.0;
    assert_eq!(bytes.pixels.iter().enumerate().filter(|&pair| off(pair)).count(), 0);
}

pub(crate) fn run<B: Backend>(
    golden: &Golden,
    model: &Model<B>,
    latents: Tensor,
    range: Range<usize>,
    previous_x0: Option<Tensor>,
) -> Denoised {
    let cond = model.encode_text(&[&golden.prompts[0]]).unwrap();
    let uncond = model.encode_text(&[""]).unwrap();
    let sampler = SamplerKind::DpmSolver;
    let levels = model.plan_steps(sampler, STEPS).unwrap();
    let guidance = golden.guidance;
    let job = DenoiseJob { levels: &levels, range, guidance, sampler, max_rows: 2, previous_x0 };
    model.denoise(latents, &cond, &uncond, &job, &mut |_| ControlFlow::Continue(())).unwrap()
}

#[test]
fn a_hand_over_with_the_last_prediction_changes_nothing() {
    let golden = Golden::open("tiny");
    let model = golden.model(Cpu::new(1));
    let noise = golden.expected("generate.noise");
    let whole = run(&golden, &model, noise.clone(), 0..STEPS, None);
    let first = run(&golden, &model, noise, 0..5, None);
    let error = relative_error(&first.latents, &golden.expected("generate.after_5"));
    assert!(error < 1e-4, "after 5 steps: {error:.1e}");
    let rest = run(&golden, &model, first.latents.clone(), 5..STEPS, first.last_x0);
    assert_eq!(rest.latents, whole.latents);
    // Without it the solver restarts at first order: close, and not the same.
    let restarted = run(&golden, &model, first.latents, 5..STEPS, None);
    assert_ne!(restarted.latents, whole.latents);
}

#[test]
fn guidance_of_one_is_the_conditional_prediction_alone() {
    let golden = Golden::open("tiny");
    let model = golden.model(Cpu::new(1));
    let texts = model.encode_text(&[&golden.prompts[0], ""]).unwrap();
    let (cond, other) = (texts.text(0), texts.text(1));
    let levels = model.plan_steps(SamplerKind::Ddim, 4).unwrap();
    let run = |guidance, uncond| {
        let job = DenoiseJob {
            levels: &levels,
            range: 0..4,
            guidance,
            sampler: SamplerKind::Ddim,
            max_rows: 8,
            previous_x0: None,
        };
        let noise = golden.expected("generate.noise");
        model
            .denoise(noise, &cond, uncond, &job, &mut |_| ControlFlow::Continue(()))
            .unwrap()
            .latents
    };
    assert_eq!(run(1.0, &other), run(1.0, &cond));
    assert_ne!(run(2.0, &other), run(2.0, &cond));
}

#[test]
fn steps_are_reported_in_order_and_a_run_can_be_stopped() {
    let golden = Golden::open("tiny");
    let model = golden.model(Cpu::new(1));
    let cond = model.encode_text(&["a man"]).unwrap();
    let levels = model.plan_steps(SamplerKind::DpmSolver, 9).unwrap();
    let job = DenoiseJob {
        levels: &levels,
        range: 2..9,
        guidance: 1.0,
        sampler: SamplerKind::DpmSolver,
        max_rows: 1,
        previous_x0: None,
    };
    let mut seen = Vec::new();
    let noise = golden.expected("generate.noise");
    let stopped = model.denoise(noise, &cond, &cond, &job, &mut |step| {
        seen.push(step);
        if step.index == 4 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert!(matches!(stopped, Err(Error::Cancelled)));
    let step = |index, n_done| Step { index, n_done, n_steps: 7 };
    assert_eq!(seen, [step(2, 1), step(3, 2), step(4, 3)]);
}

#[test]
fn impossible_jobs_are_refused() {
    let golden = Golden::open("tiny");
    let model = golden.model(Cpu::new(1));
    let cond = model.encode_text(&["a man"]).unwrap();
    let two = model.encode_text(&["a man", "a woman"]).unwrap();
    let levels = model.plan_steps(SamplerKind::DpmSolver, 9).unwrap();
    let job = DenoiseJob {
        levels: &levels,
        range: 0..9,
        guidance: 2.0,
        sampler: SamplerKind::DpmSolver,
        max_rows: 1,
        previous_x0: None,
    };
    let noise = golden.expected("generate.noise");
    let refused = |latents: &Tensor, cond, uncond, job: &DenoiseJob<'_>| {
        let result =
            model.denoise(latents.clone(), cond, uncond, job, &mut |_| ControlFlow::Continue(()));
        result.expect_err("refused").to_string()
    };
    let three_channels = Tensor::zeros([1, 3, 8, 8]);
    assert!(refused(&three_channels, &cond, &cond, &job).contains("expected shape [1, 6, 8, 8]"));
    assert!(refused(&noise, &two, &cond, &job).contains("expected shape [2, 6, 8, 8]"));
    assert!(refused(&noise, &cond, &two, &job).contains("unconditional texts"));
    let late = DenoiseJob { range: 3..10, ..job.clone() };
    assert!(refused(&noise, &cond, &cond, &late).contains("within 0..9"));
    let none = DenoiseJob { max_rows: 0, ..job.clone() };
    assert!(refused(&noise, &cond, &cond, &none).contains("at least 1"));
    let mut poisoned = noise.clone();
    poisoned.data_mut()[0] = f32::NAN;
    assert!(refused(&poisoned, &cond, &cond, &job).contains("not finite"));
    assert!(model.plan_steps(SamplerKind::Euler, 0).is_err());
    assert!(model.plan_steps(SamplerKind::Euler, 1000).is_err());
}

#[test]
fn loading_is_reported_part_by_part_to_the_last_byte() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&seen);
    let files = Golden::open("tiny").model_files().on_load(move |loading| {
        note.lock().unwrap().push((loading.part.to_owned(), loading.done, loading.of));
    });
    Model::load(&files, Cpu::new(1), LoadParts { vae: true }).unwrap();
    let seen = seen.lock().unwrap();
    for part in ["text_encoder", "unet", "vae"] {
        let of_part: Vec<_> = seen.iter().filter(|(name, ..)| name == part).collect();
        assert!(of_part.len() > 10 && of_part.is_sorted_by(|a, b| a.1 < b.1), "{part}");
        let (_, done, of) = of_part[of_part.len() - 1];
        assert!(done == of && *of > 0, "{part}: {done} of {of} bytes");
    }
}
