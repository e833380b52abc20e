//! The kernel for AMX on any x86-64 Linux: where the processor does not know its instructions, a handler of SIGILL decodes and runs
//! them by Intel's manual (volume 2, LDTILECFG, TILELOADD, TILESTORED, TILEZERO, TDPBF16PS, TILERELEASE). So what the
//! assembler made of our instructions is what is tested: registers, addresses, order of operands. Where the processor has AMX, the
//! real tiles run.
//!
//! A program of its own, since a handler is the whole process's.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]
#![allow(unsafe_code, reason = "a signal handler that reads and writes what instructions would")]

mod layers;
mod tiles;

use layers::{attention, block, convolution, linear, noise};
use obclip_engine::backend::{Backend, LinearWeights};
use obclip_engine::{Cpu, Tensor};
use proptest::prelude::*;

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
        check(|cpu| linear(cpu, [n, tokens, c_in, c_out], has_bias))?;
    }

    #[test]
    fn convolutions_have_the_same_bits(
        n in 1..4_usize, c_in in 16..80_usize, c_out in 16..60_usize, h in 1..12_usize,
        w in 1..20_usize, kernel in prop::sample::select(vec![1, 3]), stride in 1..3_usize,
        has_bias: bool,
    ) {
        check(|cpu| convolution(cpu, [n, c_in, c_out], [h, w, kernel, stride], has_bias))?;
    }

    #[test]
    fn attentions_have_the_same_bits(
        n in 1..3_usize, queries in 1..60_usize, keys in 1..300_usize, n_heads in 1..3_usize,
        head_dim in 1..70_usize, causal: bool,
    ) {
        check(|cpu| attention(cpu, [n, queries, keys], [n_heads, head_dim], causal))?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 15, failure_persistence: None, ..Default::default() })]

    /// What only products read is rounded where it is made.
    #[test]
    fn normalised_and_gated_layers_have_the_same_bits(
        n in 1..3_usize, h in 1..9_usize, w in 1..9_usize, c in 16..70_usize, half in 1..4_usize, stride in 1..3_usize,
    ) {
        check(|cpu| block(cpu, [n, c, h, w], 32 * half, stride))?;
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
