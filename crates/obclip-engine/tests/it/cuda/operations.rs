//! Operation by operation against the reference, over random ragged shapes, for every storage.

use obclip_engine::backend::{Activation, Backend, ConvWeights, LinearWeights};
use obclip_engine::{Reference, Storage, Tensor};
use proptest::prelude::*;

use super::{cuda, doubles};
use crate::backends::{Attention, Conv, GroupNorm, Linear, Mapped, Rest, Runs, activation};
use crate::compare::assert_close;
use crate::layers::noise;

/// Of one operation. In half precision what is left is the rounding of inputs, weights and results (2⁻¹² and 2⁻⁹ of a
/// value each); the largest errors stand beside the largest values.
const TOLERANCES: [(Storage, f64); 3] =
    [(Storage::F32, 2e-5), (Storage::F16, 2e-3), (Storage::Bf16, 1.6e-2)];

fn check(what: &str, run: &impl Runs) {
    check_within(what, run, 1.0);
}

/// With so many times the tolerance, for several operations in a row.
fn check_within(what: &str, run: &impl Runs, times: f64) {
    let expected = run.run(&Reference);
    for (storage, tolerance) in TOLERANCES {
        let found = run.run(&cuda(storage));
        assert_close(&format!("{what} in {storage:?}"), &found, &expected, tolerance * times);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 16,
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn convolutions_agree(
        n in 1..4_usize, c_in in 1..70_usize, c_out in 1..40_usize, h in 1..12_usize,
        w in 1..12_usize, kernel in prop::sample::select(vec![1, 3]), stride in 1..3_usize,
        has_bias: bool,
    ) {
        check("conv2d", &Conv { n, c_in, c_out, size: [h, w], kernel, stride, has_bias });
    }

    #[test]
    fn linear_layers_agree(
        n in 1..4_usize, tokens in 1..120_usize, c_in in 1..600_usize, c_out in 1..70_usize,
        has_bias: bool,
    ) {
        check("linear", &Linear { n, tokens, c_in, c_out, has_bias });
    }

    #[test]
    fn attentions_agree(
        n in 1..4_usize, n_texts in 1..4_usize, queries in 1..60_usize, keys in 1..90_usize,
        n_heads in 1..4_usize, head_dim in 1..50_usize,
    ) {
        let causal = false;
        let run = Attention { n, n_texts, queries, keys, n_heads, head_dim, causal };
        // Two products in a row, with weights that are rounded between them: 1.73e-2 was seen in bf16.
        check_within("attention", &run, 1.5);
    }

    /// Widths that tensor cores take.
    #[test]
    fn tiled_attentions_agree(
        n in 1..3_usize, n_texts in 1..3_usize, queries in 1..150_usize, keys in 1..150_usize,
        n_heads in 1..3_usize, eights in 1..21_usize,
    ) {
        let (head_dim, causal) = (eights * 8, false);
        check("attention", &Attention { n, n_texts, queries, keys, n_heads, head_dim, causal });
    }

    #[test]
    fn mapped_attentions_agree(
        n in 1..6_usize, n_maps in 1..4_usize, queries in 1..60_usize, keys in 1..90_usize,
        n_heads in 1..4_usize, head_dim in prop::sample::select(vec![3, 8, 40, 64]),
    ) {
        check("mapped attention", &Mapped { n, n_maps, queries, keys, n_heads, head_dim });
    }

    #[test]
    fn causal_attentions_agree(
        tokens in 1..150_usize, n_heads in 1..4_usize, head_dim in prop::sample::select(vec![8, 10]),
    ) {
        let attention = Attention {
            n: 2, n_texts: 2, queries: tokens, keys: tokens, n_heads, head_dim, causal: true,
        };
        check("causal attention", &attention);
    }

    #[test]
    fn group_norms_agree(
        n in 1..4_usize, n_groups in 1..5_usize, per_group in 1..9_usize, h in 1..20_usize,
        w in 1..20_usize, activation in prop::option::of(activation()),
    ) {
        // Few values alone may all round to one.
        prop_assume!(per_group * h * w > 8);
        check("group norm", &GroupNorm { n, n_groups, per_group, size: [h, w], activation });
    }

    #[test]
    fn everything_else_agrees(
        n in 1..4_usize, channels in 2..50_usize, h in 1..9_usize, w in 1..9_usize,
        to_h in 1..20_usize, to_w in 1..20_usize, activation in activation(),
    ) {
        // Two channels alone may round to one value, whose norm is all rounding.
        prop_assume!(channels > 4);
        check_within("the rest", &Rest { n, channels, size: [h, w], to: [to_h, to_w], activation }, 4.0);
    }

    #[test]
    fn sums_in_the_same_kernel_agree(
        n in 1..3_usize, c_in in 1..40_usize, c_out in 1..40_usize, h in 1..8_usize, w in 1..8_usize,
    ) {
        check("sums", &Fused { n, c_in, c_out, size: [h, w] });
    }

    #[test]
    fn rows_agree(n in 1..5_usize, len in 1..40_usize, rows in 1..150_usize) {
        check("rows", &Rows { n, len, rows });
    }
}

/// A convolution and a linear layer with something added to them.
struct Fused {
    n: usize,
    c_in: usize,
    c_out: usize,
    size: [usize; 2],
}

impl Runs for Fused {
    fn run<B: Backend>(&self, backend: &B) -> Tensor {
        let Self { n, c_in, c_out, size: [h, w] } = *self;
        let conv = backend.pack_conv(ConvWeights {
            weight: noise(1, &[c_out, c_in, 3, 3]),
            bias: Some(noise(2, &[c_out])),
            stride: 1,
            padding: 1,
        });
        let linear =
            backend.pack_linear(LinearWeights { weight: noise(3, &[c_out, c_in]), bias: None });
        let x = backend.upload(&noise(4, &[n, c_in, h, w]));
        let y = backend.upload(&noise(5, &[n, c_out, h, w]));
        let sum = backend.conv2d_add(&x, &conv, &backend.linear_add(&x, &linear, &y));
        backend.download_image(&sum)
    }
}

/// Rows of two tensors, moved; more than one launch takes.
struct Rows {
    n: usize,
    len: usize,
    rows: usize,
}

impl Runs for Rows {
    fn run<B: Backend>(&self, backend: &B) -> Tensor {
        let Self { n, len, rows } = *self;
        let [a, b] = [1, 2].map(|seed| backend.upload(&noise(seed, &[n, 3, len])));
        let from = |row: usize| (if row.is_multiple_of(3) { &a } else { &b }, row * 7 % n);
        let x = backend.gather_rows(&(0..rows).map(from).collect::<Vec<_>>());
        let plus = backend.gather_rows(&(0..rows).map(|row| (&b, row % n)).collect::<Vec<_>>());
        let kept = x.clone();
        let moved = backend.shift(x, &plus, &kept);
        // What was cloned is not what was changed.
        backend.download_tokens(&backend.add(moved, &kept))
    }
}

/// More than 64 rows, one block of keys, 256 channels of a head, and one part of a group.
#[test]
fn shapes_beyond_one_block_agree() {
    let many = Attention {
        n: 70,
        n_texts: 3,
        queries: 5,
        keys: 9,
        n_heads: 1,
        head_dim: 8,
        causal: false,
    };
    check("many rows", &many);
    let wide = Attention {
        n: 1,
        n_texts: 1,
        queries: 9,
        keys: 40,
        n_heads: 1,
        head_dim: 300,
        causal: false,
    };
    check("a wide head", &wide);
    let long = Attention { queries: 70, keys: 700, head_dim: 40, ..wide };
    check("many keys", &long);
    let (size, activation) = ([60, 70], Some(Activation::Silu));
    check("a large group", &GroupNorm { n: 2, n_groups: 2, per_group: 8, size, activation });
}

#[test]
fn tanh_gelu_agrees() {
    let rest =
        Rest { n: 2, channels: 24, size: [5, 7], to: [5, 7], activation: Activation::GeluTanh };
    check_within("tanh GELU", &rest, 4.0);
}

/// Some versions of cuDNN do not add a bias in every storage: then it is added afterwards.
#[test]
fn convolutions_agree_where_the_library_adds_no_bias() {
    doubles::refuse_fusing(true);
    check("sums", &Fused { n: 2, c_in: 9, c_out: 16, size: [6, 5] });
}
