//! The parity test must be able to fail: small faults in the weights, of the kinds that code has,
//! must each push some output beyond the tolerance.

use obclip_engine::{Cpu, LoadParts, Model, ModelFiles, Tensor};
use safetensors::SafeTensors;
use safetensors::tensor::{Dtype, TensorView};

use crate::compare::{MODULE_TOLERANCE, relative_error};
use crate::parity::run_unet;
use crate::vectors::Golden;

const UNET: &str = "unet/diffusion_pytorch_model.safetensors";
const TEXT: &str = "text_encoder/model.safetensors";

#[test]
fn the_unchanged_model_passes() {
    for name in ["sd1", "tiny"] {
        assert!(unet_error(&Golden::open(name)) < MODULE_TOLERANCE, "{name}");
    }
}

#[test]
fn swapped_heads_are_noticed() {
    // The first two heads of the queries change places; keys and values stay.
    let name = "up_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q.weight";
    assert_unet_fails("sd1", name, |shape, values| {
        let head = shape[0] / 4 * shape[1];
        let (first, rest) = values.split_at_mut(head);
        first.swap_with_slice(&mut rest[..head]);
    });
}

#[test]
fn swapped_heads_of_the_text_attention_are_noticed() {
    let name = "mid_block.attentions.0.transformer_blocks.0.attn2.to_v.weight";
    assert_unet_fails("sd1", name, |shape, values| {
        let head = shape[0] / 4 * shape[1];
        let (first, rest) = values.split_at_mut(head);
        first.swap_with_slice(&mut rest[..head]);
    });
}

#[test]
fn a_missing_bias_is_noticed() {
    let names = [
        "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_out.0.bias",
        "down_blocks.0.resnets.0.time_emb_proj.bias",
        "up_blocks.0.resnets.0.conv_shortcut.bias",
        "down_blocks.0.downsamplers.0.conv.bias",
        "mid_block.attentions.0.transformer_blocks.0.ff.net.0.proj.bias",
    ];
    for name in names {
        assert_unet_fails("sd1", name, |_, values| values.fill(0.0));
    }
}

#[test]
fn a_wrong_attention_scale_is_noticed() {
    // √(head dim) off by one channel: 6 for 5, about 10 %.
    let names = [
        "down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q.weight",
        "up_blocks.0.attentions.0.transformer_blocks.0.attn2.to_q.weight",
    ];
    for name in names {
        let scale = (6.0_f32 / 5.0).sqrt();
        assert_unet_fails("tiny", name, |_, values| values.iter_mut().for_each(|v| *v *= scale));
    }
}

#[test]
fn a_wrong_number_of_heads_is_noticed() {
    let mut golden = Golden::open("sd1");
    let config = String::from_utf8(golden.files["unet/config.json"].clone()).unwrap();
    let wrong = config.replace("\"attention_head_dim\": 4", "\"attention_head_dim\": 8");
    assert_ne!(config, wrong);
    golden.files.insert("unet/config.json".to_owned(), wrong.into_bytes());
    assert!(unet_error(&golden) > MODULE_TOLERANCE);
}

#[test]
fn faults_of_the_text_encoder_are_noticed() {
    for name in ["encoder.layers.1.self_attn.k_proj.weight", "encoder.layers.0.mlp.fc1.bias"] {
        let mut golden = Golden::open("tiny");
        let name = full_name(&golden, TEXT, name);
        mutate(&mut golden, TEXT, &name, |_, values| values.iter_mut().for_each(|v| *v *= 1.1));
        let files = ModelFiles::from_memory(golden.files.clone());
        let model = Model::load(&files, Cpu::new(1), LoadParts { vae: false }).unwrap();
        let prompts: Vec<&str> = golden.prompts.iter().map(String::as_str).collect();
        let found = model.encode_text(&prompts).unwrap().embeddings;
        let error = relative_error(&found, &golden.expected("text.out"));
        assert!(error > MODULE_TOLERANCE, "{name}: {error:.1e}");
    }
}

fn assert_unet_fails(variant: &'static str, name: &str, change: impl Fn(&[usize], &mut [f32])) {
    let mut golden = Golden::open(variant);
    mutate(&mut golden, UNET, name, change);
    let error = unet_error(&golden);
    assert!(error > MODULE_TOLERANCE, "{name}: {error:.1e}");
}

/// The largest distance of any recorded output of the U-Net's first forward pass.
fn unet_error(golden: &Golden) -> f64 {
    let model = golden.model(Cpu::new(1));
    let found = run_unet(golden, &model, 999.0);
    let recorded = golden.expected_under("unet.999.");
    let error =
        |name: &String| relative_error(&found[name], &golden.expected(&format!("unet.999.{name}")));
    recorded.iter().map(error).fold(0.0, f64::max)
}

/// Changes one tensor of a weights file. The file is written anew in f32, so the change is exact.
fn mutate(golden: &mut Golden, file: &str, name: &str, change: impl Fn(&[usize], &mut [f32])) {
    let bytes = golden.files[file].clone();
    let parsed = SafeTensors::deserialize(&bytes).unwrap();
    let mut tensors: Vec<(String, Vec<usize>, Vec<u8>)> = Vec::new();
    for (key, view) in parsed.tensors() {
        let mut tensor = from_half(&view);
        if key == name {
            let before = tensor.clone();
            change(view.shape(), tensor.data_mut());
            assert_ne!(tensor, before, "{name}: the change changes nothing");
        }
        let bytes = tensor.data().iter().flat_map(|value| value.to_le_bytes()).collect();
        tensors.push((key, view.shape().to_vec(), bytes));
    }
    assert!(tensors.iter().any(|(key, ..)| key == name), "no tensor {name}");
    let views = tensors.iter().map(|(key, shape, bytes)| {
        (key.as_str(), TensorView::new(Dtype::F32, shape.clone(), bytes).unwrap())
    });
    let written = safetensors::serialize(views, None).unwrap();
    golden.files.insert(file.to_owned(), written);
}

fn from_half(view: &TensorView<'_>) -> Tensor {
    assert_eq!(view.dtype(), Dtype::F16);
    let values = view.data().as_chunks().0.iter().map(|&b| half::f16::from_le_bytes(b).to_f32());
    Tensor::new(view.shape(), values.collect()).unwrap()
}

fn full_name(golden: &Golden, file: &str, end: &str) -> String {
    let parsed = SafeTensors::deserialize(&golden.files[file]).unwrap();
    parsed.names().into_iter().find(|name| name.ends_with(end)).unwrap().to_owned()
}
