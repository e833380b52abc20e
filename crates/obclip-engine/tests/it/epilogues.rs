//! What is done to a product before it is written, against one operation after another: near the reference, and on the fast
//! backend the same bits, whatever the tier, for every number of threads, alone and in a batch.

use obclip_engine::backend::{
    Activation, AttentionSpec, Backend, ConvWeights, GroupNormSpec, LinearWeights, Reader,
};
use obclip_engine::{Cpu, Precision, Reference, Tensor};
use proptest::prelude::*;

use crate::backends::activation;
use crate::compare::assert_close;
use crate::layers::noise;

/// Sums in another order than the plain version's, of the largest value.
const TOLERANCE: f64 = 2e-5;
/// Tiled softmax against the plain one: the exponentials of large scores differ by more than their sums do. Over some 400 random cases the
/// worst is 3.0e-5, the same by AVX2 and by AVX-512 (the error over all values stays below 5e-6).
const ATTENTION_TOLERANCE: f64 = 5e-5;

#[derive(Clone, Copy, Debug)]
enum After {
    Add,
    Activate(Activation),
    AddActivate(Activation),
    /// One row for all, or one each.
    AddChannels {
        shared: bool,
    },
}

fn after() -> impl Strategy<Value = After> {
    prop_oneof![
        Just(After::Add),
        activation().prop_map(After::Activate),
        activation().prop_map(After::AddActivate),
        any::<bool>().prop_map(|shared| After::AddChannels { shared }),
    ]
}

/// One operation, fused or not, and its rows.
trait Fused {
    /// Of all rows, or of one alone.
    fn run<B: Backend>(&self, backend: &B, is_fused: bool, row: Option<usize>) -> Tensor;
    fn n_rows(&self) -> usize;
}

fn check(what: &str, op: &impl Fused) {
    check_within(TOLERANCE, what, op);
}

fn check_within(tolerance: f64, what: &str, op: &impl Fused) {
    let expected = op.run(&Reference, false, None);
    for (tier, cpu) in [
        ("f32", (|threads| Cpu::new(threads)) as fn(usize) -> Cpu),
        ("f32 on AVX2", |threads| Cpu::new(threads).with_narrow_vectors()),
        ("bf16 weights", |threads| Cpu::new(threads).with_bf16_weights()),
        ("bf16", |threads| Cpu::new(threads).with_precision(Precision::Bf16)),
        ("bf16 tiles", |threads| Cpu::new(threads).with_bf16_vectors()),
    ] {
        let bits = op.run(&cpu(1), false, None);
        for threads in [1, 3] {
            let found = op.run(&cpu(threads), true, None);
            assert!(found == bits, "{what}, {tier}, {threads} threads: other bits when fused");
        }
        for row in 0..op.n_rows() {
            let alone = op.run(&cpu(3), true, Some(row));
            assert!(alone.row(0) == bits.row(row), "{what}, {tier}: row {row} alone");
        }
        if tier == "f32" {
            assert_close(what, &bits, &expected, tolerance);
        }
    }
}

fn rows(x: Tensor, row: Option<usize>) -> Tensor {
    match row {
        // What all rows share stays as it is.
        Some(row) if x.n_rows() > 1 => x.rows([row]),
        _ => x,
    }
}

struct Conv {
    n: usize,
    channels: [usize; 2],
    size: [usize; 2],
    stride: usize,
    after: After,
}

impl Fused for Conv {
    fn n_rows(&self) -> usize {
        self.n
    }

    fn run<B: Backend>(&self, backend: &B, is_fused: bool, row: Option<usize>) -> Tensor {
        let Self { n, channels: [c_in, c_out], size: [h, w], stride, after } = *self;
        let conv = backend.pack_conv(ConvWeights {
            weight: noise(1, &[c_out, c_in, 3, 3]),
            bias: Some(noise(2, &[c_out])),
            stride,
            padding: 1,
        });
        let x = backend.upload(&rows(noise(3, &[n, c_in, h, w]), row));
        let out = [n, c_out, h.div_ceil(stride), w.div_ceil(stride)];
        let y = match after {
            After::AddChannels { shared } => noise(4, &[if shared { 1 } else { n }, 1, c_out]),
            _ => noise(4, &out),
        };
        let y = backend.upload(&rows(y, row));
        let plain = || backend.conv2d(&x, &conv);
        let out = match (after, is_fused) {
            (After::Add, true) => backend.conv2d_add(&x, &conv, &y),
            (After::Add, false) => backend.add(plain(), &y),
            (After::Activate(f), true) => backend.conv2d_activate(&x, &conv, f),
            (After::Activate(f), false) => backend.activate(plain(), f),
            (After::AddActivate(f), true) => backend.conv2d_add_activate(&x, &conv, &y, f),
            (After::AddActivate(f), false) => backend.activate(backend.add(plain(), &y), f),
            (After::AddChannels { .. }, true) => backend.conv2d_add_channels(&x, &conv, &y),
            (After::AddChannels { .. }, false) => backend.add_channels(plain(), &y),
        };
        backend.download_image(&out)
    }
}

/// A convolution of an enlarged image.
struct Enlarged {
    n: usize,
    channels: [usize; 2],
    size: [usize; 2],
    to: [usize; 2],
}

impl Fused for Enlarged {
    fn n_rows(&self) -> usize {
        self.n
    }

    fn run<B: Backend>(&self, backend: &B, is_fused: bool, row: Option<usize>) -> Tensor {
        let Self { n, channels: [c_in, c_out], size: [h, w], to } = *self;
        let weight = noise(1, &[c_out, c_in, 3, 3]);
        let conv = backend.pack_conv(ConvWeights { weight, bias: None, stride: 1, padding: 1 });
        let x = backend.upload(&rows(noise(3, &[n, c_in, h, w]), row));
        backend.download_image(&match is_fused {
            true => backend.conv2d_enlarged(&x, to[0], to[1], &conv),
            false => backend.conv2d(&backend.upsample_nearest(&x, to[0], to[1]), &conv),
        })
    }
}

struct Linear {
    n: usize,
    tokens: usize,
    c_in: usize,
    c_out: usize,
    /// GEGLU where there is none.
    after: Option<After>,
}

impl Fused for Linear {
    fn n_rows(&self) -> usize {
        self.n
    }

    fn run<B: Backend>(&self, backend: &B, is_fused: bool, row: Option<usize>) -> Tensor {
        let Self { n, tokens, c_in, c_out, after } = *self;
        let linear = backend.pack_linear(LinearWeights {
            weight: noise(1, &[c_out, c_in]),
            bias: Some(noise(2, &[c_out])),
        });
        let x = backend.upload(&rows(noise(3, &[n, tokens, c_in]), row));
        let y = backend.upload(&rows(noise(4, &[n, tokens, c_out]), row));
        let plain = || backend.linear(&x, &linear);
        let out = match (after, is_fused) {
            (None, true) => backend.linear_geglu(&x, &linear),
            (None, false) => backend.geglu(&plain()),
            (Some(After::Activate(f)), true) => backend.linear_activate(&x, &linear, f),
            (Some(After::Activate(f)), false) => backend.activate(plain(), f),
            (Some(_), true) => backend.linear_add(&x, &linear, &y),
            (Some(_), false) => backend.add(plain(), &y),
        };
        backend.download_tokens(&out)
    }
}

/// A normalisation and the layers that read it, at once and through rows put together anew.
struct Normalised {
    n: usize,
    channels: [usize; 2],
    size: [usize; 2],
    /// Of the window; a linear layer where there is none.
    conv: Option<[usize; 2]>,
}

impl Fused for Normalised {
    fn n_rows(&self) -> usize {
        self.n
    }

    fn run<B: Backend>(&self, backend: &B, is_fused: bool, row: Option<usize>) -> Tensor {
        let Self { n, channels: [c_in, c_out], size: [h, w], conv } = *self;
        let norm = backend.pack_norm(noise(5, &[c_in]), noise(6, &[c_in]));
        let spec = GroupNormSpec { n_groups: 1, eps: 1e-5, activation: Some(Activation::Silu) };
        let x = backend.upload(&rows(noise(3, &[n, c_in, h, w]), row));
        let again = |x: &B::Tensor| {
            let rows: Vec<_> = (0..backend.dims(x).n).map(|row| (x, row)).collect();
            backend.gather_rows(&rows)
        };
        let Some([kernel, stride]) = conv else {
            let weight = noise(1, &[c_out, c_in]);
            let linear = backend.pack_linear(LinearWeights { weight, bias: None });
            let (group, layer) = match is_fused {
                true => (
                    again(&backend.group_norm_for(&x, &norm, spec, Reader::Linear(&linear))),
                    again(&backend.layer_norm_for(&x, &norm, 1e-5, &linear)),
                ),
                false => (backend.group_norm(&x, &norm, spec), backend.layer_norm(&x, &norm, 1e-5)),
            };
            let sum = backend.linear_add(&group, &linear, &backend.linear(&layer, &linear));
            return backend.download_image(&sum);
        };
        let weight = noise(1, &[c_out, c_in, kernel, kernel]);
        let conv =
            backend.pack_conv(ConvWeights { weight, bias: None, stride, padding: kernel / 2 });
        backend.download_image(&match is_fused {
            true => {
                let normal = backend.group_norm_for(&x, &norm, spec, Reader::Conv(&conv));
                backend.conv2d(&again(&normal), &conv)
            }
            false => backend.conv2d(&backend.group_norm(&x, &norm, spec), &conv),
        })
    }
}

/// Both layers of a gated feed-forward.
struct FeedForward {
    n: usize,
    tokens: usize,
    c: usize,
    inner: usize,
}

impl Fused for FeedForward {
    fn n_rows(&self) -> usize {
        self.n
    }

    fn run<B: Backend>(&self, backend: &B, is_fused: bool, row: Option<usize>) -> Tensor {
        let Self { n, tokens, c, inner } = *self;
        let linear = |seed, c_in, c_out| {
            let weight = noise(seed, &[c_out, c_in]);
            backend.pack_linear(LinearWeights { weight, bias: Some(noise(seed + 1, &[c_out])) })
        };
        let (first, second) = (linear(1, c, 2 * inner), linear(4, inner, c));
        let x = backend.upload(&rows(noise(3, &[n, tokens, c]), row));
        let h = match is_fused {
            true => backend.linear_geglu_for(&x, &first, &second),
            false => backend.geglu(&backend.linear(&x, &first)),
        };
        backend.download_tokens(&backend.linear(&h, &second))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    #[test]
    fn after_a_convolution(
        n in 1..4_usize, c_in in 1..60_usize, c_out in 1..60_usize, h in 1..12_usize, w in 1..12_usize,
        stride in 1..3_usize, after in after(),
    ) {
        check("conv2d", &Conv { n, channels: [c_in, c_out], size: [h, w], stride, after });
    }

    /// Wide enough for the fast backend's minimal filtering.
    #[test]
    fn after_a_wide_convolution(
        n in 1..4_usize, c_in in 2..6_usize, c_out in 2..6_usize, h in 3..22_usize, w in 3..22_usize,
        after in after(),
    ) {
        let channels = [16 * c_in, 16 * c_out];
        check("wide conv2d", &Conv { n, channels, size: [h, w], stride: 1, after });
    }

    #[test]
    fn an_enlarged_image_is_not_written(
        n in 1..4_usize, c_in in 1..50_usize, c_out in 1..50_usize, h in 1..9_usize, w in 1..9_usize,
        to_h in 1..20_usize, to_w in 1..20_usize, is_wide: bool,
    ) {
        let channels = if is_wide { [32, 48] } else { [c_in, c_out] };
        check("enlarged", &Enlarged { n, channels, size: [h, w], to: [to_h, to_w] });
    }

    #[test]
    fn after_a_linear_layer(
        n in 1..4_usize, tokens in 1..150_usize, c_in in 1..700_usize, c_out in 1..90_usize,
        after in after(),
    ) {
        check("linear", &Linear { n, tokens, c_in, c_out, after: Some(after) });
    }

    /// Halves of whole panels, which are gated while they are made, and others.
    #[test]
    fn gates(
        n in 1..4_usize, tokens in 1..150_usize, c_in in 1..700_usize, half in 1..60_usize, is_whole: bool,
    ) {
        let half = if is_whole { 32 * (half % 8 + 1) } else { half };
        check("geglu", &Linear { n, tokens, c_in, c_out: 2 * half, after: None });
    }
}

/// An attention between its projections.
struct Attended {
    n: usize,
    tokens: usize,
    n_heads: usize,
    head_dim: usize,
    causal: bool,
}

impl Fused for Attended {
    fn n_rows(&self) -> usize {
        self.n
    }

    fn run<B: Backend>(&self, backend: &B, is_fused: bool, row: Option<usize>) -> Tensor {
        let Self { n, tokens, n_heads, head_dim, causal } = *self;
        let c = n_heads * head_dim;
        let linear =
            |seed| backend.pack_linear(LinearWeights { weight: noise(seed, &[c, c]), bias: None });
        let layers = [1, 2, 4].map(linear);
        let out = linear(5);
        let x = backend.upload(&rows(noise(3, &[n, tokens, c]), row));
        let spec = AttentionSpec { n_heads, causal, kv_rows: None };
        let mixed = if is_fused {
            let [q, k, v] = layers.each_ref().map(|to| backend.linear_for_attention(&x, to));
            let q_again: Vec<_> = (0..backend.dims(&q).n).map(|row| (&q, row)).collect();
            backend.attention_for(&backend.gather_rows(&q_again), &k, &v, spec, &out)
        } else {
            let [q, k, v] = layers.each_ref().map(|to| backend.linear(&x, to));
            backend.attention(&q, &k, &v, spec)
        };
        backend.download_tokens(&backend.linear(&mixed, &out))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    #[test]
    fn attended_between_its_projections(
        n in 1..4_usize, tokens in 1..110_usize, n_heads in 1..4_usize, head_dim in 1..40_usize, causal: bool,
    ) {
        check_within(ATTENTION_TOLERANCE, "attention", &Attended { n, tokens, n_heads, head_dim, causal });
    }

    #[test]
    fn normalised_for_a_layer(
        n in 1..4_usize, c_in in 1..70_usize, c_out in 1..50_usize, h in 1..10_usize, w in 1..10_usize,
        conv in prop::option::of((prop::sample::select(vec![1, 3]), 1..4_usize)),
    ) {
        // One value alone has no variance.
        prop_assume!(c_in > 1);
        let conv = conv.map(|(kernel, stride)| [kernel, stride]);
        check("normalised", &Normalised { n, channels: [c_in, c_out], size: [h, w], conv });
    }

    #[test]
    fn gated_for_a_layer(
        n in 1..4_usize, tokens in 1..100_usize, c in 1..100_usize, half in 1..60_usize, is_whole: bool,
    ) {
        let inner = if is_whole { 32 * (half % 6 + 1) } else { half };
        check("feed-forward", &FeedForward { n, tokens, c, inner });
    }
}

/// More outputs than one round of panels serves, more inputs than one block of them.
#[test]
fn gates_beyond_one_block() {
    check("geglu", &Linear { n: 1, tokens: 200, c_in: 650, c_out: 2 * 320, after: None });
}
