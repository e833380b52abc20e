//! What a configuration may say.

use serde_json::{Value, json};

use super::super::architecture::Architecture;
use super::super::models::NamedModel;

/// SD-1.4 with one setting changed.
fn check(key: &str, value: Value, expected_error: &str) {
    let mut config: Value = serde_json::from_str(NamedModel::Sd14.config()).unwrap();
    config[key] = value;
    let error = Architecture::parse(&config.to_string()).unwrap_err().to_string();
    assert_eq!(error, expected_error);
}

#[test]
fn settings_that_change_the_count_are_refused() {
    check(
        "dual_cross_attention",
        json!(true),
        "dual_cross_attention: expected null or false, found true",
    );
    check(
        "class_embed_type",
        json!("timestep"),
        "class_embed_type: expected null or false, found timestep",
    );
    check("conv_in_kernel", json!(5), "conv_in_kernel: expected 3, found 5");
    check(
        "mid_block_type",
        json!("UNetMidBlock2DSimpleCrossAttn"),
        "mid_block_type: expected UNetMidBlock2DCrossAttn or null, found UNetMidBlock2DSimpleCrossAttn",
    );
    check(
        "addition_embed_type",
        json!("image"),
        "addition_embed_type: expected text_time or null, found image",
    );
    check(
        "addition_embed_type",
        json!("text_time"),
        "projection_class_embeddings_input_dim: expected a width, found none",
    );
}

#[test]
fn lists_of_the_wrong_length_are_refused() {
    check("layers_per_block", json!([2, 2]), "layers_per_block: expected 4 numbers, found [2, 2]");
    check(
        "down_block_types",
        json!(["DownBlock2D"]),
        "down_block_types: expected 4 names, found 1",
    );
    check("up_block_types", json!([]), "up_block_types: expected 4 names, found 0");
    check("block_out_channels", json!([]), "block_out_channels: expected 1 to 16, found 0");
    check("cross_attention_dim", json!([]), "cross_attention_dim: expected a number, found none");
}

#[test]
fn sizes_out_of_range_are_refused() {
    check("in_channels", json!(0), "in_channels: expected 1 to 65536, found 0");
    check(
        "block_out_channels",
        json!([320, 640, 1280, 1_000_000]),
        "block_out_channels: expected 1 to 65536, found 1000000",
    );
    check(
        "transformer_layers_per_block",
        json!(65),
        "transformer_layers_per_block: expected 1 to 64, found 65",
    );
}

#[test]
fn what_is_no_configuration_is_refused() {
    for json in ["", "{}", "[]", "{\"block_out_channels\": \"wide\"}"] {
        let error = Architecture::parse(json).unwrap_err().to_string();
        assert!(error.starts_with("expected a U-Net's config.json, found "), "{error}");
    }
}
