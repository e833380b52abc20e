//! Once a pass has run, the next ones ask the system for next to nothing: tensors, scratch and work for other threads come from
//! the engine's arena. What is left is the result and some lists of rows.
//!
//! A program of its own, so that nothing else allocates meanwhile.
#![allow(unsafe_code, reason = "an allocator that counts")]

mod counted;

use std::path::Path;

use obclip_engine::backend::Backend;
use obclip_engine::{Cpu, LoadParts, Model, ModelFiles, Precision, initial_noise};

/// Lists of rows for each attention to the text, and once per pass; about twenty such attentions are the most of any variant.
const MOST_CALLS: u64 = 64;

/// The result, and memory that is swapped for some of another size rather than held beside it. What several threads work in meets
/// differently in every pass, so that a few more may be swapped then.
fn most_large(threads: usize) -> u64 {
    if threads == 1 { 6 } else { 24 }
}

#[test]
fn a_warm_pass_asks_the_system_for_next_to_nothing() {
    for (name, tier) in [
        ("sd1", (|cpu| cpu) as fn(Cpu) -> Cpu),
        ("wide", |cpu| cpu.with_precision(Precision::Bf16)),
        ("wide", Cpu::with_bf16_weights),
        ("wide", Cpu::with_bf16_vectors),
    ] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/engine").join(name);
        let files = ModelFiles::open(folder).expect("a golden folder");
        for (threads, n_rows) in [(1, 1), (1, 7), (2, 2)] {
            let cpu = tier(Cpu::new(threads));
            let model = Model::load(&files, cpu, LoadParts { vae: false }).expect("a golden model");
            let text = model.encode_text(&["a portrait"]).expect("a short text");
            let context =
                model.unet().context(model.backend(), &text.embeddings).expect("its width");
            let row = initial_noise(&[1; 32], [1, model.spec().latent_channels, 16, 12]);
            let latents = row.rows(std::iter::repeat_n(0, n_rows));
            let texts = vec![0; n_rows];
            let forward = || {
                let backend = model.backend();
                drop(model.unet().forward(backend, &latents, 500.0, &context, &texts));
            };
            let cold = counted::during(forward);
            forward();
            let warm = counted::during(forward);
            let what = format!("{name}, {threads} threads, {n_rows} rows: {cold:?}, then {warm:?}");
            assert!(warm.calls <= MOST_CALLS + most_large(threads), "{what}");
            assert!(warm.large <= most_large(threads), "{what}");
            assert!(threads > 1 || warm.bytes < cold.bytes / 2, "{what}");
            // Given back, a pass is cold again.
            model.backend().release_memory();
            assert!(counted::during(forward).bytes > cold.bytes / 4, "{what}");
        }
    }
}
