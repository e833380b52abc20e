//! Tests across crates, one binary.

mod adversary;
mod annotated;
mod bad_vectors;
mod counterfactual;
mod faults;
mod flow;
mod groups;
mod oblivious;
mod properties;
mod secrets;
mod tidy;
mod world;
