//! Text → conditioning, latent → latent, latent → pixels: Stable Diffusion's family on a small set
//! of operations.
//!
//! No async, no network, no clock, no environment, no global random generator, and no idea of a
//! secret: everything is a function of its arguments, and the same arguments give the same bits.
//!
//! ```no_run
//! # use std::ops::ControlFlow;
//! use obclip_engine::{Cpu, DenoiseJob, LoadParts, Model, ModelFiles, SamplerKind, initial_noise};
//!
//! # fn main() -> Result<(), obclip_engine::Error> {
//! let files = ModelFiles::open("stable-diffusion-v1-5")?;
//! let model = Model::load(&files, Cpu::new(2), LoadParts { vae: true })?;
//! let cond = model.encode_text(&["a portrait of a person"])?;
//! let uncond = model.encode_text(&[""])?;
//! let levels = model.plan_steps(SamplerKind::DpmSolver, 25)?;
//! let job = DenoiseJob {
//!     levels: &levels,
//!     range: 0..25,
//!     guidance: 7.5,
//!     sampler: SamplerKind::DpmSolver,
//!     max_rows: 2,
//!     previous_x0: None,
//! };
//! let noise = initial_noise(&[0; 32], [1, 4, 64, 64]);
//! let done = model.denoise(noise, &cond, &uncond, &job, &mut |_| ControlFlow::Continue(()))?;
//! let image = &model.decode(&done.latents)?[0];
//! # Ok(()) }
//! ```

// In suggested reading order.
mod model;
mod model_spec;

mod text_encoder;
mod tokenizer;

mod guidance;
mod noise;
mod sampler;
mod schedule;

mod causal_lm;

mod image;
mod planned;
mod time_embedding;
mod unet;
mod vae;
mod vae_kl;
mod vae_tiny;

pub mod backend;
mod layers;
mod tensor;

mod config;
mod error;
mod model_files;
mod weights;

pub use backend::cpu::{Cpu, Precision};
#[cfg(feature = "cuda")]
pub use backend::cuda::{Cuda, CudaError};
pub use backend::reference::Reference;
pub use backend::{Backend, GpuChoice, Storage};
pub use causal_lm::CausalLm;
pub use config::PredictionType;
pub use error::Error;
pub use image::Rgb8Image;
pub use model::{Conditioning, DenoiseJob, Denoised, JobMemory, LoadParts, Model, Step};
pub use model_files::{Loading, ModelFiles};
pub use model_spec::ModelSpec;
pub use noise::initial_noise;
pub use obclip_plan::Block;
pub use sampler::SamplerKind;
pub use schedule::{NoiseLevels, NoiseStep};
pub use tensor::Tensor;
pub use tokenizer::{Tokenizer, Tokens};
pub use unet::{AttentionKind, Context, Features, Macs, Moment, Rows, Site, Tap, UNet, Untapped};
