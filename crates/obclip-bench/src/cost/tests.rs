//! The ledger against published totals, against itself, and against a run that counts.

mod command;
mod config;
mod instrumented;
mod totals;

use super::architecture::Architecture;
use super::ledger::Network;
use super::models::NamedModel;
use super::walk::Input;

fn architecture(model: NamedModel) -> Architecture {
    Architecture::parse(model.config()).unwrap()
}

/// At the model's own size and with Stable Diffusion's 77 tokens.
fn network(model: NamedModel) -> Network {
    let architecture = architecture(model);
    let latent = architecture.sample_size.unwrap();
    Network::new(&architecture, Input { latent, n_tokens: 77 })
}
