//! A checked job → one latent per member: the same initial noise for all, the first k steps each.

use std::ops::ControlFlow;

use obclip_engine::{Backend, DenoiseJob, Error, Model, Step, Tensor, initial_noise};
use obclip_protocol::Refusal;

use crate::admit::Admitted;
use crate::{Progress, refuse};

/// The latents of all members after the cloud's steps: (N, C, h, w) in canonical order.
#[derive(Debug)]
pub struct Denoised {
    pub(crate) latents: Tensor,
}

/// Runs the cloud's steps. The job is consumed: its texts and seed end here.
pub(crate) fn denoise<B: Backend>(
    job: Admitted,
    model: &Model<B>,
    max_rows: usize,
    on_step: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Denoised, Refusal> {
    run(job, model, max_rows, on_step).map_err(|error| refusal(&error))
}

fn refusal(error: &Error) -> Refusal {
    match error {
        Error::Cancelled => refuse::cancelled(),
        Error::OutOfMemory { .. } => refuse::out_of_memory(),
        other => refuse::failed(other),
    }
}

fn run<B: Backend>(
    job: Admitted,
    model: &Model<B>,
    max_rows: usize,
    on_step: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<Denoised, Error> {
    let options = &job.request.options;
    let texts: Vec<&str> = job.texts.iter().map(String::as_str).collect();
    let cond = model.encode_text(&texts)?;
    let uncond = model.encode_text(&[&job.request.negative.text()])?;
    let shape = model.spec().latent_shape(options.width as usize, options.height as usize);
    let noise = initial_noise(&job.request.seed.0, shape);
    let levels = model.plan_steps(job.sampler, options.steps as usize)?;
    let denoise = DenoiseJob {
        levels: &levels,
        range: 0..options.cloud_steps as usize,
        guidance: options.guidance.scale() as f32,
        sampler: job.sampler,
        max_rows,
        previous_x0: None,
    };
    let mut report = |step: Step| on_step(Progress { step: step.n_done, steps: step.n_steps });
    // Every member starts from the same noise.
    let start = noise.rows(vec![0; texts.len()]);
    let done = model.denoise_planned(start, &cond, &uncond, &denoise, &job.plan, &mut report)?;
    Ok(Denoised { latents: done.latents })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stops_a_job_has_a_code() {
        let code = |error| refusal(&error).code;
        assert_eq!(code(Error::Cancelled), "cancelled");
        assert_eq!(code(Error::OutOfMemory { asked: 2, free: 1 }), "memory-exceeded");
        assert_eq!(code(Error::Gpu { reason: "it fell over".to_owned() }), "model-failed");
        // How much a GPU has free is nobody's business outside.
        let said = refusal(&Error::OutOfMemory { asked: 4321, free: 1234 }).detail;
        assert!(!said.contains("4321") && !said.contains("1234"), "{said}");
    }
}
