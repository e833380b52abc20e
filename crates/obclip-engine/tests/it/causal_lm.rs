//! The language model against transformers, and folders it must refuse.

use std::collections::BTreeMap;
use std::path::Path;

use obclip_engine::{Backend, CausalLm, Cpu, Error, ModelFiles, Reference, Tensor};
use safetensors::SafeTensors;

use crate::compare::{MODULE_TOLERANCE, assert_close};

fn folder() -> BTreeMap<String, Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/lm/gpt2");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let named = |path: std::path::PathBuf| {
        (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&path).unwrap())
    };
    files.map(named).collect()
}

fn load<B: Backend>(files: &BTreeMap<String, Vec<u8>>, backend: B) -> Result<CausalLm<B>, Error> {
    CausalLm::load(&ModelFiles::from_memory(files.clone()), backend)
}

fn check<B: Backend>(backend: B) {
    let files = folder();
    let model = load(&files, backend).unwrap();
    let golden = SafeTensors::deserialize(&files["expected.safetensors"]).unwrap();
    let expected = |name: &str| -> Tensor {
        let view = golden.tensor(name).unwrap();
        let (words, _) = view.data().as_chunks();
        let values = words.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect();
        Tensor::new(view.shape(), values).unwrap()
    };
    let recorded: serde_json::Value = serde_json::from_slice(&files["expected.json"]).unwrap();
    let texts: Vec<String> = serde_json::from_value(recorded["texts"].clone()).unwrap();
    let scores: Vec<f64> = serde_json::from_value(recorded["log_probabilities"].clone()).unwrap();
    for (row, text) in texts.iter().enumerate() {
        let ids = model.ids(text).unwrap();
        let found: Vec<f32> = ids.iter().map(|&id| id as f32).collect();
        assert_eq!(found, expected(&format!("{row}.ids")).data(), "tokens of {text:?}");
        let logits = model.logits(&ids).unwrap();
        assert_close(text, &logits, &expected(&format!("{row}.logits")), MODULE_TOLERANCE);
    }
    for (found, expected) in model.log_probabilities(&texts).unwrap().iter().zip(&scores) {
        assert!((found - expected).abs() < 1e-3, "{found} {expected}");
    }
}

#[test]
fn logits_match_transformers_on_both_backends() {
    check(Reference);
    check(Cpu::new(2));
}

#[test]
fn texts_beyond_the_positions_are_refused() {
    let model = load(&folder(), Cpu::new(1)).unwrap();
    assert!(model.log_probabilities(&["x".repeat(400)]).is_err());
    assert!(model.logits(&[]).is_err());
    assert!(model.logits(&[9_999]).is_err());
}

#[test]
fn folders_that_are_no_gpt2_are_refused_by_name() {
    let change = |name: &str, from: &str, to: &str| {
        let mut files = folder();
        let text = String::from_utf8(files[name].clone()).unwrap();
        assert!(text.contains(from), "{from} is in {name}");
        files.insert(name.to_owned(), text.replace(from, to).into_bytes());
        files
    };
    let without = |name: &str| {
        let mut files = folder();
        files.remove(name).unwrap();
        files
    };
    let cases = [
        (change("config.json", "\"gpt2\"", "\"llama\""), "model_type"),
        (change("config.json", "\"n_head\": 3", "\"n_head\": 5"), "n_head"),
        (change("config.json", "\"n_head\": 3", "\"n_head\": 0"), "n_head"),
        (change("config.json", "\"vocab_size\": 290", "\"vocab_size\": 291"), "wte.weight"),
        (change("config.json", "\"n_layer\": 2", "\"n_layer\": 3"), "h.2."),
        (change("config.json", "\"n_layer\": 2", "\"n_layer\": 1"), "h.1."),
        (
            change("config.json", "inverse_layer_idx\": false", "inverse_layer_idx\": true"),
            "scale_",
        ),
        (change("config.json", "gelu_new", "mish"), "activation_function"),
        (change("config.json", "\"bos_token_id\": 0", "\"bos_token_id\": 290"), "bos_token_id"),
        (change("config.json", "{", ""), "config.json"),
        (change("vocab.json", "{", ""), "vocab.json"),
        (without("config.json"), "config.json"),
        (without("model.safetensors"), "model.safetensors"),
        (without("merges.txt"), "merges.txt"),
    ];
    for (files, expected) in cases {
        let error = load(&files, Reference).err().expect("a refusal").to_string();
        assert!(error.contains(expected), "expected {expected:?} in {error:?}");
    }
}
