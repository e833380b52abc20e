//! Tests across crates, one binary.

mod bad_input;
mod counterfactual;
mod flow;
mod oblivious;
mod secrets;
mod tidy;
mod world;
