//! The instruction of AVX512_BF16 makes the bits of the plain code beside it, wherever a processor has it; and those bits do not
//! depend on threads or company.

use obclip_engine::backend::{Backend, ConvWeights};
use obclip_engine::{Cpu, Tensor};
use proptest::prelude::*;

use crate::layers::{attention, block, convolution, linear, noise};

/// Nothing to compare where there is no such instruction.
fn check(run: impl Fn(&Cpu) -> Tensor) -> Result<(), TestCaseError> {
    let expected = run(&Cpu::new(1).with_plain_bf16_dots());
    prop_assert!(expected.is_finite());
    prop_assert!(expected == run(&Cpu::new(3).with_plain_bf16_dots()), "plain, by three threads");
    for threads in [1, 3] {
        let Some(cpu) = Cpu::new(threads).with_bf16_dots() else { continue };
        let found = run(&cpu);
        prop_assert_eq!(found.shape(), expected.shape());
        for (idx, (a, b)) in found.data().iter().zip(expected.data()).enumerate() {
            let (a_bits, b_bits) = (a.to_bits(), b.to_bits());
            prop_assert!(a_bits == b_bits, "value {idx}: {a} by instruction, {b} in plain code");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 25, failure_persistence: None, ..Default::default() })]

    #[test]
    fn linear_layers_have_the_same_bits(
        n in 1..4_usize, tokens in 1..70_usize, c_in in 16..400_usize, c_out in 16..90_usize,
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
        n in 1..3_usize, queries in 1..60_usize, keys in 1..600_usize, n_heads in 1..3_usize,
        head_dim in 1..90_usize, causal: bool,
    ) {
        check(|cpu| attention(cpu, [n, queries, keys], [n_heads, head_dim], causal))?;
    }

    #[test]
    fn mapped_attentions_have_the_same_bits(
        n in 1..6_usize, n_maps in 1..4_usize, queries in 1..70_usize, head_dim in 1..50_usize,
    ) {
        check(|cpu| {
            let tokens = |seed, n| cpu.upload(&noise(seed, &[n, queries, 2 * head_dim]));
            let (q, k, v) = (tokens(1, n_maps), tokens(2, n_maps), tokens(3, n));
            let map_rows: Vec<usize> = (0..n).map(|row| row * 5 % n_maps).collect();
            cpu.download_tokens(&cpu.attention_mapped(&q, &k, &v, 2, &map_rows))
        })?;
    }

    /// What only products read is rounded where it is made.
    #[test]
    fn normalised_and_gated_layers_have_the_same_bits(
        n in 1..3_usize, h in 1..9_usize, w in 1..9_usize, c in 16..70_usize, half in 1..4_usize,
        stride in 1..3_usize,
    ) {
        check(|cpu| block(cpu, [n, c, h, w], 32 * half, stride))?;
    }
}

/// Alone and among others.
#[test]
fn a_wide_convolution_does_not_depend_on_company() {
    let x = noise(3, &[7, 320, 9, 13]);
    let run = |threads: usize, x: &Tensor| {
        let cpu = Cpu::new(threads);
        let cpu = cpu.clone().with_bf16_dots().unwrap_or_else(|| cpu.with_plain_bf16_dots());
        let weight = noise(1, &[336, 320, 3, 3]);
        let conv = cpu.pack_conv(ConvWeights { weight, bias: None, stride: 1, padding: 1 });
        cpu.download_image(&cpu.conv2d(&cpu.upload(x), &conv))
    };
    for threads in [1, 2, 3] {
        let together = run(threads, &x);
        for row in 0..7 {
            assert!(together.row(row) == run(1, &x.rows([row])).row(0), "row {row} of 7");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..Default::default() })]

    /// So many channels that minimal filtering rounds.
    #[test]
    fn wide_convolutions_have_the_same_bits(
        n in 1..3_usize, c_in in 20..23_usize, c_out in 20..22_usize, h in 3..10_usize,
        w in 3..10_usize, has_bias: bool,
    ) {
        check(|cpu| convolution(cpu, [n, 16 * c_in, 16 * c_out], [h, w, 3, 1], has_bias))?;
    }
}
