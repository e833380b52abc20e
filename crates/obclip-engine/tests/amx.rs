//! The kernel for AMX on any x86-64 Linux: where the processor does not know its instructions, a handler of SIGILL decodes and runs
//! them by Intel's manual (volume 2, LDTILECFG, TILELOADD, TILESTORED, TILEZERO, TDPBF16PS, TILERELEASE). So what the
//! assembler made of our instructions is what is tested: registers, addresses, order of operands. Where the processor has AMX, the
//! real tiles run.
//!
//! A program of its own, since a handler is the whole process's.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]
#![allow(unsafe_code, reason = "a signal handler that reads and writes what instructions would")]

mod tiles;

use obclip_engine::backend::{
    Activation, AttentionSpec, Backend, ConvWeights, GroupNormSpec, LinearWeights, Reader,
};
use obclip_engine::{Cpu, Tensor, initial_noise};
use proptest::prelude::*;

fn noise(seed: u8, shape: &[usize]) -> Tensor {
    let len = shape.iter().product();
    Tensor::new(shape, initial_noise(&[seed; 32], [1, 1, 1, len]).into_data())
        .expect("as many values")
}

fn amx(threads: usize) -> Cpu {
    tiles::install();
    // SAFETY: the handler is installed, or the processor has the instructions.
    unsafe { Cpu::new(threads).with_amx() }
}

/// The same bits on tiles and on vectors, where Intel's manual is what runs; on a processor's own tiles the same within
/// rounding, as nobody has looked at their bits yet.
fn check(run: impl Fn(&Cpu) -> Tensor) -> Result<(), TestCaseError> {
    let expected = run(&Cpu::new(1).with_bf16_vectors());
    let largest = expected.data().iter().fold(0.0_f32, |max, value| max.max(value.abs()));
    // Tiles take denormals for zero. Keys that are not seen have weights of 1e-38, which show where all else cancels exactly.
    let tolerance = if Cpu::has_amx() { 2e-3 * largest } else { 1e-35 };
    for threads in [1, 3] {
        let found = run(&amx(threads));
        prop_assert_eq!(found.shape(), expected.shape());
        for (idx, (a, b)) in found.data().iter().zip(expected.data()).enumerate() {
            let is_near = a.to_bits() == b.to_bits() || (a - b).abs() < tolerance;
            prop_assert!(is_near, "value {idx}: {a} on tiles, {b} on vectors");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25, failure_persistence: None, ..Default::default() })]

    #[test]
    fn linear_layers_have_the_same_bits(
        n in 1..4_usize, tokens in 1..70_usize, c_in in 16..200_usize, c_out in 16..90_usize,
        has_bias: bool,
    ) {
        check(|cpu| {
            let linear = cpu.pack_linear(LinearWeights {
                weight: noise(1, &[c_out, c_in]),
                bias: has_bias.then(|| noise(2, &[c_out])),
            });
            cpu.download_tokens(&cpu.linear(&cpu.upload(&noise(3, &[n, tokens, c_in])), &linear))
        })?;
    }

    #[test]
    fn convolutions_have_the_same_bits(
        n in 1..4_usize, c_in in 16..80_usize, c_out in 16..60_usize, h in 1..12_usize,
        w in 1..20_usize, kernel in prop::sample::select(vec![1, 3]), stride in 1..3_usize,
        has_bias: bool,
    ) {
        check(|cpu| {
            let conv = cpu.pack_conv(ConvWeights {
                weight: noise(1, &[c_out, c_in, kernel, kernel]),
                bias: has_bias.then(|| noise(2, &[c_out])),
                stride,
                padding: kernel / 2,
            });
            cpu.download_image(&cpu.conv2d(&cpu.upload(&noise(3, &[n, c_in, h, w])), &conv))
        })?;
    }

    #[test]
    fn attentions_have_the_same_bits(
        n in 1..3_usize, queries in 1..60_usize, keys in 1..300_usize, n_heads in 1..3_usize,
        head_dim in 1..70_usize, causal: bool,
    ) {
        check(|cpu| {
            let width = n_heads * head_dim;
            let q = cpu.upload(&noise(1, &[n, queries, width]));
            let k = cpu.upload(&noise(2, &[n, keys, width]));
            let v = cpu.upload(&noise(3, &[n, keys, width]));
            let spec = AttentionSpec { n_heads, causal, kv_rows: None };
            cpu.download_tokens(&cpu.attention(&q, &k, &v, spec))
        })?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 15, failure_persistence: None, ..Default::default() })]

    /// What only products read is rounded where it is made.
    #[test]
    fn normalised_and_gated_layers_have_the_same_bits(
        n in 1..3_usize, h in 1..9_usize, w in 1..9_usize, c in 16..70_usize, half in 1..4_usize, stride in 1..3_usize,
    ) {
        check(|cpu| {
            let inner = 32 * half;
            let linear = |seed, c_in, c_out| {
                let weight = noise(seed, &[c_out, c_in]);
                cpu.pack_linear(LinearWeights { weight, bias: Some(noise(seed, &[c_out])) })
            };
            let (first, second) = (linear(1, c, 2 * inner), linear(2, inner, c));
            let weight = noise(4, &[c, c, 3, 3]);
            let conv = cpu.pack_conv(ConvWeights { weight, bias: None, stride, padding: 1 });
            let norm = cpu.pack_norm(noise(5, &[c]), noise(6, &[c]));
            let x = cpu.upload(&noise(3, &[n, c, h, w]));
            let normal = cpu.layer_norm_for(&x, &norm, 1e-5, &first);
            let own = linear(8, c, c);
            let q = cpu.linear_for_attention(&normal, &own);
            let spec = AttentionSpec { n_heads: 1, causal: false, kv_rows: None };
            let x = cpu.linear_add(&cpu.attention_for(&q, &q, &q, spec, &own), &own, &x);
            let x = cpu.linear_add(&cpu.linear_geglu_for(&normal, &first, &second), &second, &x);
            let spec = GroupNormSpec { n_groups: 1, eps: 1e-5, activation: Some(Activation::Silu) };
            let normal = cpu.group_norm_for(&x, &norm, spec, Reader::Conv(&conv));
            let time = cpu.upload(&noise(7, &[1, 1, c]));
            cpu.download_image(&cpu.conv2d_add_channels(&normal, &conv, &time))
        })?;
    }
}

/// One product, worked out by hand, so that tiles and vectors are not wrong in the same way.
#[test]
fn a_product_is_the_sum_of_rounded_factors() {
    let (tokens, c_in, c_out) = (21, 75, 37);
    let (x, weight, bias) =
        (noise(1, &[1, tokens, c_in]), noise(2, &[c_out, c_in]), noise(3, &[c_out]));
    let cpu = amx(1);
    let weights = LinearWeights { weight: weight.clone(), bias: Some(bias.clone()) };
    let linear = cpu.pack_linear(weights);
    let found = cpu.download_tokens(&cpu.linear(&cpu.upload(&x), &linear));
    let rounded = |value: f32| half::bf16::from_f32(value).to_f64();
    for token in 0..tokens {
        for output in 0..c_out {
            let products = (0..c_in).map(|i| {
                rounded(x.data()[token * c_in + i]) * rounded(weight.data()[output * c_in + i])
            });
            let expected = products.sum::<f64>() + f64::from(bias.data()[output]);
            let found = f64::from(found.data()[token * c_out + output]);
            assert!((found - expected).abs() < 2e-5, "{found} instead of {expected}");
        }
    }
}

/// The stand-in itself: it runs what it was made for, and nothing of it is there on a processor with AMX.
#[test]
fn instructions_are_run_one_way_or_the_other() {
    let cpu = amx(1);
    let linear = cpu.pack_linear(LinearWeights { weight: noise(1, &[32, 64]), bias: None });
    let before = tiles::n_run();
    let _ = cpu.linear(&cpu.upload(&noise(2, &[1, 32, 64])), &linear);
    // Configuration, four zeros, two steps of eight, four stores, release.
    let expected = if Cpu::has_amx() { 0 } else { 1 + 4 + 2 * 8 + 4 + 1 };
    assert_eq!(tiles::n_run() - before, expected);
}
