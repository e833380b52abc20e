//! What fails becomes an error of its own kind, and leaves the backend working and no memory behind.

use std::ops::ControlFlow;

use obclip_engine::backend::Backend;
use obclip_engine::{
    Cuda, CudaError, DenoiseJob, Error, LoadParts, Model, SamplerKind, Storage, Tensor,
};

use super::{cuda, doubles};
use crate::vectors::Golden;

fn denoise(model: &Model<Cuda>, golden: &Golden) -> Result<Tensor, Error> {
    let (cond, uncond) = (model.encode_text(&["a man"])?, model.encode_text(&[""])?);
    let levels = model.plan_steps(SamplerKind::Ddim, 3)?;
    let job = DenoiseJob {
        levels: &levels,
        range: 0..3,
        guidance: 2.0,
        sampler: SamplerKind::Ddim,
        max_rows: 2,
        previous_x0: None,
    };
    let noise = golden.expected("generate.noise");
    let done = model.denoise(noise, &cond, &uncond, &job, &mut |_| ControlFlow::Continue(()))?;
    Ok(done.latents)
}

#[test]
fn a_job_without_room_is_refused_and_the_next_one_runs() {
    let golden = Golden::open("tiny");
    let model = golden.model(cuda(Storage::F16));
    let expected = denoise(&model, &golden).unwrap();
    let model_bytes = doubles::used_memory();
    let mut n_refused = 0;
    // From no room at all until it runs: it may break off anywhere.
    for room in (0..).map(|step| step * 48 * 1024) {
        doubles::limit_memory(model_bytes + room);
        match denoise(&model, &golden) {
            Ok(found) => {
                assert!(found == expected, "after {n_refused} refusals");
                break;
            }
            Err(Error::OutOfMemory { asked, free }) => {
                assert!(asked > free && free <= room as u64, "{asked} asked for, {free} free");
            }
            Err(other) => panic!("{other}"),
        }
        assert_eq!(doubles::used_memory(), model_bytes, "left behind by a refused job");
        n_refused += 1;
    }
    assert!(n_refused > 5, "refused {n_refused} times");
}

#[test]
fn a_model_without_room_is_refused() {
    let golden = Golden::open("tiny");
    let backend = cuda(Storage::F16);
    doubles::limit_memory(doubles::used_memory() + 10_000);
    let load = || Model::load(&golden.model_files(), backend.clone(), LoadParts { vae: true });
    assert!(matches!(load().err(), Some(Error::OutOfMemory { .. })));
    doubles::limit_memory(usize::MAX);
    let model = load().unwrap();
    assert!(denoise(&model, &golden).unwrap().is_finite());
}

#[test]
fn a_kernel_that_fails_fails_its_job() {
    let golden = Golden::open("tiny");
    let model = golden.model(cuda(Storage::F16));
    let expected = denoise(&model, &golden).unwrap();
    for after in [0, 1, 17, 60] {
        doubles::fail_launch_after(after);
        let failed = denoise(&model, &golden).unwrap_err();
        assert!(matches!(failed, Error::Gpu { .. }), "{failed}");
        assert_eq!(failed.to_string(), "cuLaunchKernel failed: CUDA_ERROR_LAUNCH_FAILED");
    }
    assert!(denoise(&model, &golden).unwrap() == expected);
}

#[test]
fn what_was_not_computed_is_not_downloaded() {
    let backend = cuda(Storage::F32);
    doubles::fail_launch_after(0);
    let x = backend.upload(&Tensor::zeros([1, 2, 3]));
    let y = backend.upload(&Tensor::zeros([1, 2, 3]));
    let sum = backend.add(y, &x);
    assert!(matches!(backend.fetch_tokens(&sum), Err(Error::Gpu { .. })));
}

#[test]
fn there_is_one_gpu() {
    doubles::open();
    assert_eq!(Cuda::n_gpus().unwrap(), 1);
    let none = Cuda::open(3, Storage::F16).err();
    assert_eq!(none, Some(CudaError::NoSuchGpu { asked: 3, found: 1 }));
    let backend = cuda(Storage::F16);
    assert_eq!((backend.name(), backend.storage()), ("Double of a GPU", Storage::F16));
    let (free, total) = backend.memory().unwrap();
    assert!(free <= total);
}
