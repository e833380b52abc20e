//! Tests across crates, one binary.

mod counterfactual;
mod flow;
mod oblivious;
mod secrets;
mod tidy;
mod world;
