//! The fast backend against the reference, operation by operation, over random ragged shapes.

use obclip_engine::backend::{
    Activation, AttentionSpec, Backend, ConvWeights, GroupNormSpec, LinearWeights,
};
use obclip_engine::{Cpu, Reference, Tensor};
use proptest::prelude::*;

use crate::compare::assert_close;
use crate::layers::noise;

/// Both backends work in f32 and the reference sums in f64: what is left is the fast one's
/// rounding.
const TOLERANCE: f64 = 2e-5;

/// Runs an operation on both backends and compares.
fn check<F>(what: &str, run: F)
where
    F: Runs,
{
    let expected = run.run(&Reference);
    for threads in [1, 3] {
        assert_close(what, &run.run(&Cpu::new(threads)), &expected, TOLERANCE);
        let narrow = Cpu::new(threads).with_narrow_vectors();
        assert_close(what, &run.run(&narrow), &expected, TOLERANCE);
    }
}

/// A generic closure: one operation for any backend.
pub(crate) trait Runs {
    fn run<B: Backend>(&self, backend: &B) -> Tensor;
}

pub(crate) struct Conv {
    pub(crate) n: usize,
    pub(crate) c_in: usize,
    pub(crate) c_out: usize,
    pub(crate) size: [usize; 2],
    pub(crate) kernel: usize,
    pub(crate) stride: usize,
    pub(crate) has_bias: bool,
}

impl Runs for Conv {
    fn run<B: Backend>(&self, backend: &B) -> Tensor {
        let Self { n, c_in, c_out, size: [h, w], kernel, stride, has_bias } = *self;
        let conv = backend.pack_conv(ConvWeights {
            weight: noise(1, &[c_out, c_in, kernel, kernel]),
            bias: has_bias.then(|| noise(2, &[c_out])),
            stride,
            padding: kernel / 2,
        });
        let x = backend.upload(&noise(3, &[n, c_in, h, w]));
        backend.download_image(&backend.conv2d(&x, &conv))
    }
}

pub(crate) struct Linear {
    pub(crate) n: usize,
    pub(crate) tokens: usize,
    pub(crate) c_in: usize,
    pub(crate) c_out: usize,
    pub(crate) has_bias: bool,
}

impl Runs for Linear {
    fn run<B: Backend>(&self, backend: &B) -> Tensor {
        let Self { n, tokens, c_in, c_out, has_bias } = *self;
        let linear = backend.pack_linear(LinearWeights {
            weight: noise(1, &[c_out, c_in]),
            bias: has_bias.then(|| noise(2, &[c_out])),
        });
        let x = backend.upload(&noise(3, &[n, tokens, c_in]));
        backend.download_tokens(&backend.linear(&x, &linear))
    }
}

pub(crate) struct Attention {
    pub(crate) n: usize,
    pub(crate) n_texts: usize,
    pub(crate) queries: usize,
    pub(crate) keys: usize,
    pub(crate) n_heads: usize,
    pub(crate) head_dim: usize,
    pub(crate) causal: bool,
}

impl Runs for Attention {
    fn run<B: Backend>(&self, backend: &B) -> Tensor {
        let Self { n, n_texts, queries, keys, n_heads, head_dim, causal } = *self;
        let width = n_heads * head_dim;
        // Twice unit gain: weights far from uniform.
        let mut q = noise(1, &[n, queries, width]);
        q.data_mut().iter_mut().for_each(|value| *value *= 2.0);
        let q = backend.upload(&q);
        let k = backend.upload(&noise(2, &[n_texts, keys, width]));
        let v = backend.upload(&noise(3, &[n_texts, keys, width]));
        let kv_rows: Vec<usize> = (0..n).map(|row| row * 7 % n_texts).collect();
        let spec = AttentionSpec { n_heads, causal, kv_rows: Some(&kv_rows) };
        backend.download_tokens(&backend.attention(&q, &k, &v, spec))
    }
}

/// Few maps, many values; against each row with a copy of its map.
pub(crate) struct Mapped {
    pub(crate) n: usize,
    pub(crate) n_maps: usize,
    pub(crate) queries: usize,
    pub(crate) keys: usize,
    pub(crate) n_heads: usize,
    pub(crate) head_dim: usize,
}

impl Runs for Mapped {
    fn run<B: Backend>(&self, backend: &B) -> Tensor {
        let Self { n, n_maps, queries, keys, n_heads, head_dim } = *self;
        let width = n_heads * head_dim;
        let q = backend.upload(&noise(1, &[n_maps, queries, width]));
        let k = backend.upload(&noise(2, &[n_maps, keys, width]));
        let v = backend.upload(&noise(3, &[n, keys, width]));
        let map_rows: Vec<usize> = (0..n).map(|row| row * 5 % n_maps).collect();
        let mapped = backend.attention_mapped(&q, &k, &v, n_heads, &map_rows);
        backend.download_tokens(&mapped)
    }
}

pub(crate) struct GroupNorm {
    pub(crate) n: usize,
    pub(crate) n_groups: usize,
    pub(crate) per_group: usize,
    pub(crate) size: [usize; 2],
    pub(crate) activation: Option<Activation>,
}

impl Runs for GroupNorm {
    fn run<B: Backend>(&self, backend: &B) -> Tensor {
        let Self { n, n_groups, per_group, size: [h, w], activation } = *self;
        let channels = n_groups * per_group;
        let norm = backend.pack_norm(noise(1, &[channels]), noise(2, &[channels]));
        // Off-centre, as activations are.
        let mut x = noise(3, &[n, channels, h, w]);
        x.data_mut().iter_mut().for_each(|value| *value += 3.0);
        let spec = GroupNormSpec { n_groups, eps: 1e-5, activation };
        backend.download_image(&backend.group_norm(&backend.upload(&x), &norm, spec))
    }
}

/// All that is cheap, on one image: layer norm, activations, GEGLU, sums, concatenation, enlarging.
pub(crate) struct Rest {
    pub(crate) n: usize,
    pub(crate) channels: usize,
    pub(crate) size: [usize; 2],
    pub(crate) to: [usize; 2],
    pub(crate) activation: Activation,
}

impl Runs for Rest {
    fn run<B: Backend>(&self, backend: &B) -> Tensor {
        let Self { n, channels, size: [h, w], to, activation } = *self;
        let norm = backend.pack_norm(noise(1, &[channels]), noise(2, &[channels]));
        let x = backend.upload(&noise(3, &[n, channels, h, w]));
        let y = backend.upload(&noise(4, &[n, channels, h, w]));
        let shared = backend.upload(&noise(5, &[1, 1, channels]));
        let own = backend.upload(&noise(6, &[n, 1, channels]));
        let normal = backend.layer_norm(&x, &norm, 1e-5);
        let sum = backend.add_channels(backend.add_channels(normal, &shared), &own);
        let active = backend.activate(backend.add(sum, &y), activation);
        let wide = backend.concat_channels(
            &backend.concat_channels(&active, &y),
            &backend.geglu(&backend.concat_channels(&x, &y)),
        );
        backend.download_image(&backend.upsample_nearest(&wide, to[0], to[1]))
    }
}

pub(crate) fn activation() -> impl Strategy<Value = Activation> {
    prop::sample::select(vec![
        Activation::Silu,
        Activation::Gelu,
        Activation::QuickGelu,
        Activation::Relu,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40,
        failure_persistence: None,
        ..Default::default()
    })]

    #[test]
    fn convolutions_agree(
        n in 1..4_usize, c_in in 1..70_usize, c_out in 1..40_usize, h in 1..12_usize,
        w in 1..12_usize, kernel in prop::sample::select(vec![1, 3]), stride in 1..3_usize,
        has_bias: bool,
    ) {
        check("conv2d", Conv { n, c_in, c_out, size: [h, w], kernel, stride, has_bias });
    }

    /// Wide enough for the fast backend's minimal filtering.
    #[test]
    fn wide_convolutions_agree(
        n in 1..5_usize, c_in in 2..8_usize, c_out in 2..6_usize, h in 1..24_usize, w in 1..24_usize,
        stride in 1..3_usize, has_bias: bool,
    ) {
        let (c_in, c_out) = (16 * c_in, 16 * c_out);
        check("conv2d", Conv { n, c_in, c_out, size: [h, w], kernel: 3, stride, has_bias });
    }

    #[test]
    fn linear_layers_agree(
        n in 1..4_usize, tokens in 1..120_usize, c_in in 1..600_usize, c_out in 1..70_usize,
        has_bias: bool,
    ) {
        check("linear", Linear { n, tokens, c_in, c_out, has_bias });
    }

    #[test]
    fn attentions_agree(
        n in 1..4_usize, n_texts in 1..4_usize, queries in 1..60_usize, keys in 1..90_usize,
        n_heads in 1..4_usize, head_dim in 1..50_usize,
    ) {
        let causal = false;
        check("attention", Attention { n, n_texts, queries, keys, n_heads, head_dim, causal });
    }

    #[test]
    fn mapped_attentions_agree(
        n in 1..6_usize, n_maps in 1..4_usize, queries in 1..60_usize, keys in 1..90_usize,
        n_heads in 1..4_usize, head_dim in 1..50_usize,
    ) {
        check("mapped attention", Mapped { n, n_maps, queries, keys, n_heads, head_dim });
    }

    #[test]
    fn causal_attentions_agree(tokens in 1..90_usize, n_heads in 1..4_usize) {
        let attention = Attention {
            n: 2, n_texts: 2, queries: tokens, keys: tokens, n_heads, head_dim: 8, causal: true,
        };
        check("causal attention", attention);
    }

    #[test]
    fn group_norms_agree(
        n in 1..4_usize, n_groups in 1..5_usize, per_group in 1..9_usize, h in 1..20_usize,
        w in 1..20_usize, activation in prop::option::of(activation()),
    ) {
        // One value alone has no variance: nothing to compare but rounding.
        prop_assume!(per_group * h * w > 1);
        check("group norm", GroupNorm { n, n_groups, per_group, size: [h, w], activation });
    }

    #[test]
    fn everything_else_agrees(
        n in 1..4_usize, channels in 2..50_usize, h in 1..9_usize, w in 1..9_usize,
        to_h in 1..20_usize, to_w in 1..20_usize, activation in activation(),
    ) {
        check("the rest", Rest { n, channels, size: [h, w], to: [to_h, to_w], activation });
    }
}

/// The same bits alone and among others, for every number of threads.
#[test]
fn a_wide_convolution_does_not_depend_on_company() {
    let x = noise(3, &[7, 48, 9, 13]);
    let run = |threads: usize, x: &Tensor| {
        let backend = Cpu::new(threads);
        let weights =
            ConvWeights { weight: noise(1, &[32, 48, 3, 3]), bias: None, stride: 1, padding: 1 };
        let conv = backend.pack_conv(weights);
        backend.download_image(&backend.conv2d(&backend.upload(x), &conv))
    };
    for threads in [1, 2, 3] {
        let together = run(threads, &x);
        for row in 0..7 {
            assert!(together.row(row) == run(1, &x.rows([row])).row(0), "row {row} of 7");
        }
    }
}

/// Longer than one block of keys, inputs, rows and positions each.
#[test]
fn shapes_beyond_one_block_agree() {
    let [n, n_texts] = [1, 1];
    let attention =
        Attention { n, n_texts, queries: 100, keys: 1100, n_heads: 2, head_dim: 20, causal: false };
    check("long attention", attention);
    let tokens =
        Attention { keys: 600, queries: 600, causal: true, n_heads: 1, ..attention_of_4() };
    check("long causal attention", tokens);
    let conv =
        Conv { n, c_in: 70, c_out: 33, size: [17, 19], kernel: 3, stride: 1, has_bias: true };
    check("many inputs", conv);
    let size = [31, 33];
    check("many positions", GroupNorm { n: 2, n_groups: 2, per_group: 3, size, activation: None });
}

fn attention_of_4() -> Attention {
    Attention { n: 1, n_texts: 1, queries: 4, keys: 4, n_heads: 1, head_dim: 4, causal: false }
}
