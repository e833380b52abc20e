//! Damaged and unsupported model folders: one per way of being wrong, each a typed error, never a
//! panic.

use obclip_engine::{Cpu, Error, LoadParts, Model, ModelFiles, ModelSpec};

use crate::vectors::Golden;

const UNET: &str = "unet/diffusion_pytorch_model.safetensors";

/// What loading says about a folder that was changed like this.
fn error_of(change: impl FnOnce(&mut Golden)) -> Error {
    let mut golden = Golden::open("bk_small");
    change(&mut golden);
    match Model::load(&golden.model_files(), Cpu::new(1), LoadParts { vae: true }) {
        Ok(_) => panic!("loaded"),
        Err(error) => error,
    }
}

fn replace_weights(bytes: Vec<u8>) -> Error {
    error_of(|golden| drop(golden.files.insert(UNET.to_owned(), bytes)))
}

/// A weights file with this header and so many bytes of values.
fn weights(header: &str, n_bytes: usize) -> Vec<u8> {
    let mut file = (header.len() as u64).to_le_bytes().to_vec();
    file.extend_from_slice(header.as_bytes());
    file.extend(vec![0; n_bytes]);
    file
}

#[track_caller]
fn assert_says(error: &Error, parts: &[&str]) {
    let text = error.to_string();
    assert!(parts.iter().all(|part| text.contains(part)), "{text:?} does not say {parts:?}");
}

#[test]
fn a_truncated_weights_file_is_refused_at_any_length() {
    let whole = Golden::open("bk_small").files[UNET].clone();
    for len in [0, 3, 7, 8, 9, 100, 5_000, whole.len() / 2, whole.len() - 1] {
        let error = replace_weights(whole[..len].to_vec());
        assert!(matches!(error, Error::BadWeights { .. }), "{len} bytes: {error}");
    }
}

#[test]
fn any_flipped_header_byte_gives_an_error_or_a_model() {
    let golden = Golden::open("bk_small");
    let whole = &golden.files[UNET];
    for position in (0..2_000).step_by(23) {
        let mut file = whole.clone();
        file[position] ^= 0x20;
        let mut files = golden.files.clone();
        files.insert(UNET.to_owned(), file);
        // Only a panic would be wrong; a change in white space or metadata may well load.
        let _ = Model::load(&ModelFiles::from_memory(files), Cpu::new(1), LoadParts { vae: false });
    }
}

#[test]
fn a_header_that_is_too_long_is_refused_before_it_is_read() {
    let mut file = u64::MAX.to_le_bytes().to_vec();
    file.extend(vec![b' '; 100]);
    assert_says(&replace_weights(file), &["header of at most", "18446744073709551615"]);
}

#[test]
fn a_header_that_is_no_json_is_refused() {
    assert!(matches!(replace_weights(weights("{\"a\":", 0)), Error::BadWeights { .. }));
    assert!(matches!(replace_weights(weights("[1, 2]", 0)), Error::BadWeights { .. }));
}

#[test]
fn overlapping_tensors_are_refused() {
    let header = r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
                     "b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#;
    assert_says(&replace_weights(weights(header, 12)), &["tensor b", "expected to start at 8"]);
}

#[test]
fn holes_and_trailing_bytes_are_refused() {
    let header = r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
    assert_says(&replace_weights(weights(header, 12)), &["cover 8 bytes, found 12"]);
    let header = r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}"#;
    assert_says(&replace_weights(weights(header, 12)), &["expected to start at 0"]);
}

#[test]
fn offsets_that_run_backwards_or_overflow_are_refused() {
    let header = r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551615]}}"#;
    assert!(matches!(replace_weights(weights(header, 8)), Error::BadWeights { .. }));
    let header = r#"{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]},
                     "b":{"dtype":"F32","shape":[9223372036854775807,8],"data_offsets":[0,8]}}"#;
    assert_says(&replace_weights(weights(header, 8)), &["tensor b", "does not fill 8 bytes"]);
}

#[test]
fn a_tensor_named_twice_is_refused() {
    let header = r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
                     "a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}"#;
    assert_says(&replace_weights(weights(header, 8)), &["appears twice"]);
}

#[test]
fn an_unknown_number_format_is_refused_by_name() {
    let header = r#"{"a":{"dtype":"F8_E4M3","shape":[8],"data_offsets":[0,8]}}"#;
    assert_says(&replace_weights(weights(header, 8)), &["expected dtype F32", "found F8_E4M3"]);
}

#[test]
fn missing_tensors_are_all_named() {
    let header = r#"{"conv_in.bias":{"dtype":"F32","shape":[16],"data_offsets":[0,64]}}"#;
    let error = replace_weights(weights(header, 64));
    assert!(matches!(error, Error::MissingTensors { .. }), "{error}");
    let last = "up_blocks.3.attentions.1.transformer_blocks.0.ff.net.2.weight";
    assert_says(&error, &["conv_in.weight", "time_embedding.linear_1.bias", last]);
}

#[test]
fn an_extra_tensor_is_named() {
    let mut golden = Golden::open("sd1");
    let present = "\"mid_block_type\": \"UNetMidBlock2DCrossAttn\"";
    edit(&mut golden, "unet/config.json", present, "\"mid_block_type\": null");
    let loaded = Model::load(&golden.model_files(), Cpu::new(1), LoadParts { vae: false });
    let error = loaded.err().expect("refused");
    assert_says(&error, &["unexpected tensors", "mid_block.resnets.0.conv1.weight"]);
}

#[test]
fn a_wrong_shape_is_named_with_expected_and_found() {
    let error = error_of(|golden| {
        edit(
            golden,
            "unet/config.json",
            "\"cross_attention_dim\": 24",
            "\"cross_attention_dim\": 32",
        );
        edit(golden, "text_encoder/config.json", "\"hidden_size\": 24", "\"hidden_size\": 32");
    });
    assert!(matches!(error, Error::WeightShape { .. }), "{error}");
    assert_says(&error, &["token_embedding.weight", ", 32]", ", 24]"]);
}

#[test]
fn pickles_are_refused_and_named() {
    let error = error_of(|golden| {
        let bytes = golden.files.remove(UNET).unwrap();
        golden.files.insert("unet/diffusion_pytorch_model.bin".to_owned(), bytes);
    });
    assert!(matches!(error, Error::Pickle { .. }));
    assert_says(&error, &["unet/diffusion_pytorch_model.bin", "safetensors"]);
}

#[test]
fn missing_files_are_named() {
    for (file, named) in [
        (UNET, "unet/diffusion_pytorch_model.safetensors"),
        ("unet/config.json", "unet/config.json"),
        ("tokenizer/vocab.json", "tokenizer/vocab.json"),
        ("scheduler/scheduler_config.json", "scheduler/scheduler_config.json"),
        ("vae/config.json", "vae/config.json"),
    ] {
        assert_says(&error_of(|golden| drop(golden.files.remove(file))), &["has no", named]);
    }
    assert!(matches!(ModelFiles::open("/no/such/folder"), Err(Error::ReadFile { .. })));
    assert!(matches!(ModelFiles::open("/dev/null"), Err(Error::ReadFile { .. })));
}

#[test]
fn unsupported_settings_are_refused_by_name() {
    let cases = [
        ("unet/config.json", "\"act_fn\": \"silu\"", "\"act_fn\": \"mish\"", "act_fn"),
        (
            "unet/config.json",
            "\"only_cross_attention\": false",
            "\"only_cross_attention\": true",
            "only_cross_attention",
        ),
        (
            "unet/config.json",
            "\"addition_embed_type\": null",
            "\"addition_embed_type\": \"text_time\"",
            "addition_embed_type",
        ),
        (
            "unet/config.json",
            "\"resnet_time_scale_shift\": \"default\"",
            "\"resnet_time_scale_shift\": \"scale_shift\"",
            "resnet_time_scale_shift",
        ),
        (
            "unet/config.json",
            "\"mid_block_type\": null",
            "\"mid_block_type\": \"UNetMidBlock2DSimpleCrossAttn\"",
            "mid_block_type",
        ),
        ("unet/config.json", "\"UpBlock2D\"", "\"AttnUpBlock2D\"", "AttnUpBlock2D"),
        ("unet/config.json", "\"norm_num_groups\": 8", "\"norm_num_groups\": 7", "norm_num_groups"),
        ("unet/config.json", "\"norm_num_groups\": 8", "\"norm_num_groups\": 0", "norm_num_groups"),
        (
            "unet/config.json",
            "\"layers_per_block\": 1",
            "\"layers_per_block\": [1,1,1,0]",
            "[1,1,1,0]",
        ),
        ("unet/config.json", "\"sample_size\": 8", "\"surprise\": 8", "surprise"),
        (
            "scheduler/scheduler_config.json",
            "\"thresholding\": false",
            "\"thresholding\": true",
            "thresholding",
        ),
        (
            "scheduler/scheduler_config.json",
            "\"use_karras_sigmas\": false",
            "\"use_karras_sigmas\": true",
            "use_karras_sigmas",
        ),
        ("scheduler/scheduler_config.json", "scaled_linear", "sigmoid", "beta_schedule"),
        ("scheduler/scheduler_config.json", "\"epsilon\"", "\"sample\"", "prediction_type"),
        ("vae/config.json", "AutoencoderTiny", "VQModel", "VQModel"),
        ("vae/config.json", "\"latent_channels\": 4", "\"latent_channels\": 5", "latent_channels"),
        ("text_encoder/config.json", "quick_gelu", "mish", "hidden_act"),
        (
            "text_encoder/config.json",
            "\"num_attention_heads\": 4",
            "\"num_attention_heads\": 5",
            "num_attention_heads",
        ),
    ];
    for (file, from, to, named) in cases {
        let error = error_of(|golden| edit(golden, file, from, to));
        assert!(matches!(error, Error::Unsupported { .. }), "{file}, {to}: {error}");
        assert_says(&error, &[file, named]);
    }
}

#[test]
fn damaged_tokenizer_files_are_refused() {
    let broken = |file: &'static str, content: &str| {
        let content = content.as_bytes().to_vec();
        error_of(move |golden| drop(golden.files.insert(file.to_owned(), content)))
    };
    assert!(matches!(broken("tokenizer/vocab.json", "{\"a\": -1}"), Error::Json { .. }));
    assert!(matches!(broken("tokenizer/vocab.json", "{}"), Error::Tokenizer { .. }));
    assert!(matches!(broken("tokenizer/merges.txt", "a b c\n"), Error::Tokenizer { .. }));
    assert!(matches!(broken("tokenizer/merges.txt", "qqq zzz\n"), Error::Tokenizer { .. }));
    let error = broken("tokenizer/added_tokens.json", "{\"surprise\": 3}");
    assert!(matches!(error, Error::Tokenizer { .. }), "{error}");
}

#[test]
fn a_shard_outside_the_folder_is_refused() {
    let error = error_of(|golden| {
        golden.files.remove(UNET);
        let index = br#"{"weight_map": {"a": "../../secret.safetensors"}}"#.to_vec();
        golden.files.insert(format!("{UNET}.index.json"), index);
    });
    assert_says(&error, &["leaves the folder"]);
}

#[test]
fn models_that_do_not_belong_together_are_refused() {
    let spec = |name| Golden::open(name).model(Cpu::new(1)).spec().clone();
    let (sd1, tiny) = (spec("sd1"), spec("tiny"));
    assert!(ModelSpec::check_pair(&sd1, &sd1).is_ok());
    let refusal = |change: &dyn Fn(&mut ModelSpec)| {
        let mut device = sd1.clone();
        change(&mut device);
        ModelSpec::check_pair(&sd1, &device).expect_err("refused").to_string()
    };
    assert!(
        refusal(&|spec| spec.latent_channels = 8).contains("latent channels: cloud 4, device 8")
    );
    assert!(
        refusal(&|spec| spec.prediction_type = tiny.prediction_type).contains("prediction type")
    );
    assert!(refusal(&|spec| spec.text_tower = tiny.text_tower.clone()).contains("text tower"));
    assert!(
        refusal(&|spec| spec.latent_space = tiny.latent_space.clone()).contains("latent space")
    );
    assert!(refusal(&|spec| spec.schedule.clear()).contains("noise schedule"));
}

fn edit(golden: &mut Golden, file: &str, from: &str, to: &str) {
    let text = String::from_utf8(golden.files[file].clone()).unwrap();
    assert!(text.contains(from), "{file} has no {from}");
    golden.files.insert(file.to_owned(), text.replacen(from, to, 1).into_bytes());
}
