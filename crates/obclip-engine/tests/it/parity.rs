//! Every module against diffusers, on both backends.

use std::collections::BTreeMap;

use obclip_engine::{AttentionKind, Backend, Block, Cpu, Model, Reference, Site, Tap, Tensor};

use crate::compare::{MODULE_TOLERANCE, assert_close};
use crate::vectors::{Golden, VARIANTS};

#[test]
fn modules_match_diffusers_on_the_reference() {
    for name in VARIANTS {
        check(&Golden::open(name), Reference);
    }
}

#[test]
fn modules_match_diffusers_on_the_cpu() {
    for name in VARIANTS {
        check(&Golden::open(name), Cpu::new(2));
    }
}

pub(crate) fn check<B: Backend>(golden: &Golden, backend: B) {
    let model = golden.model(backend);
    check_tokens(golden, &model);
    check_text(golden, &model);
    check_unet(golden, &model);
    let images = model.decode_signed(&golden.expected("vae.latents")).unwrap();
    assert_close(
        &format!("{}: vae", golden.name),
        &images,
        &golden.expected("vae.out"),
        MODULE_TOLERANCE,
    );
}

fn check_tokens<B: Backend>(golden: &Golden, model: &Model<B>) {
    let expected = golden.expected("text.ids");
    for (row, prompt) in golden.prompts.iter().enumerate() {
        let found: Vec<f32> =
            model.tokenizer().encode(prompt).unwrap().ids.iter().map(|&id| id as f32).collect();
        assert_eq!(found, expected.row(row), "{}: tokens of prompt {row}", golden.name);
    }
}

fn check_text<B: Backend>(golden: &Golden, model: &Model<B>) {
    let prompts: Vec<&str> = golden.prompts.iter().map(String::as_str).collect();
    let found = model.encode_text(&prompts).unwrap();
    let what = format!("{}: text", golden.name);
    assert_close(&what, &found.embeddings, &golden.expected("text.out"), MODULE_TOLERANCE);
    assert!(
        found.n_truncated[3] > 0 && found.n_truncated[..3] == [0; 3],
        "{:?}",
        found.n_truncated
    );

    let mut skipping = golden.files.clone();
    skipping.insert("model_index.json".to_owned(), br#"{"clip_skip": 1}"#.to_vec());
    let files = obclip_engine::ModelFiles::from_memory(skipping);
    let parts = obclip_engine::LoadParts { vae: false };
    let skipping = Model::load(&files, Reference, parts).unwrap().encode_text(&prompts).unwrap();
    let what = format!("{}: text with clip_skip", golden.name);
    let expected = golden.expected("text.clip_skip_1");
    assert_close(&what, &skipping.embeddings, &expected, MODULE_TOLERANCE);
}

fn check_unet<B: Backend>(golden: &Golden, model: &Model<B>) {
    for timestep in [999, 21] {
        let found = run_unet(golden, model, f64::from(timestep));
        let names = golden.expected_under(&format!("unet.{timestep}."));
        assert!(names.len() >= 5, "recorded: {names:?}");
        for name in names {
            let recorded = golden.expected(&format!("unet.{timestep}.{name}"));
            let what = format!("{}: unet at {timestep}: {name}", golden.name);
            assert_close(&what, &found[&name], &recorded, MODULE_TOLERANCE);
        }
    }
}

/// Outputs of every stage and attention, by the names that `make_vectors.py` gives them.
pub(crate) fn run_unet<B: Backend>(
    golden: &Golden,
    model: &Model<B>,
    timestep: f64,
) -> BTreeMap<String, Tensor> {
    let text = golden.expected("text.out").rows([0, 1]);
    let context = model.unet().context(model.backend(), &text).unwrap();
    let mut recorder = Recorder { backend: model.backend(), outputs: BTreeMap::new() };
    let latents = golden.expected("unet.latents");
    let out = model
        .unet()
        .forward_tapped(model.backend(), &latents, timestep, &context, &[0, 1], &mut recorder)
        .unwrap();
    let mut outputs = recorder.outputs;
    outputs.insert("out".to_owned(), out);
    outputs
}

struct Recorder<'a, B: Backend> {
    backend: &'a B,
    outputs: BTreeMap<String, Tensor>,
}

impl<B: Backend> Tap<B> for Recorder<'_, B> {
    fn attention(&mut self, site: Site, compute: &mut dyn FnMut() -> B::Tensor) -> B::Tensor {
        let output = compute();
        let kind = match site.kind {
            AttentionKind::OwnPositions => "own",
            AttentionKind::Text => "text",
        };
        let name = format!("site.{}.{kind}", site.layer);
        self.outputs.insert(name, self.backend.download_tokens(&output));
        output
    }

    fn computed(&mut self, block: Block, output: &B::Tensor, _skips: &[B::Tensor]) {
        if block != Block::Input {
            self.outputs.insert(block.to_string(), self.backend.download_image(output));
        }
    }
}
