//! The engine from outside: parity with diffusers, backends against each other, damaged files.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests are tests")]

mod backends;
mod bad_files;
mod bf16;
mod causal_lm;
mod compare;
#[cfg(feature = "cuda")]
mod cuda;
mod dots;
mod epilogues;
mod generate;
mod invariance;
#[path = "../layers/mod.rs"]
mod layers;
mod mutations;
mod parity;
mod planned;
mod vectors;
