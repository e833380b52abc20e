//! The bf16 tier: products of rounded factors, exactly; whole networks, as close as rounding lets them be.

use half::bf16;
use obclip_engine::backend::{AttentionSpec, Backend, ConvWeights, LinearWeights};
use obclip_engine::{Cpu, Precision, Reference, Tensor, initial_noise};
use proptest::prelude::*;

use crate::compare::{assert_close, relative_error};
use crate::parity::run_unet;
use crate::vectors::Golden;

/// Sums of rounded factors against sums of the same factors in f64.
const TOLERANCE: f64 = 2e-5;
/// The same where minimal filtering rounds transformed factors: to eight bits.
const FILTER_TOLERANCE: f64 = 2e-2;
/// Attentions: the softmax's weights are rounded between the two products, to eight bits.
const ATTENTION_TOLERANCE: f64 = 1e-2;
/// Modules of a whole network in bf16 against diffusers in f32, `max |a − b| / max |b|`: measured up to 2.9e-2
/// by the sums of AMX, 4.1e-2 by those of AVX512_BF16 (one attention; stage outputs up to 2.1e-2).
const MODULE_TOLERANCE: f64 = 6e-2;

fn bf16(threads: usize) -> Cpu {
    Cpu::new(threads).with_precision(Precision::Bf16)
}

/// Values that bf16 has.
fn noise(seed: u8, shape: &[usize]) -> Tensor {
    let len = shape.iter().product();
    let mut values = initial_noise(&[seed; 32], [1, 1, 1, len]).into_data();
    values.iter_mut().for_each(|value| *value = bf16::from_f32(*value).to_f32());
    Tensor::new(shape, values).unwrap()
}

fn conv<B: Backend>(
    backend: &B,
    [n, c_in, c_out]: [usize; 3],
    [h, w, k, stride]: [usize; 4],
) -> Tensor {
    let conv = backend.pack_conv(ConvWeights {
        weight: noise(1, &[c_out, c_in, k, k]),
        bias: Some(noise(2, &[c_out])),
        stride,
        padding: k / 2,
    });
    backend.download_image(&backend.conv2d(&backend.upload(&noise(3, &[n, c_in, h, w])), &conv))
}

fn linear<B: Backend>(backend: &B, [n, tokens, c_in, c_out]: [usize; 4]) -> Tensor {
    let weights =
        LinearWeights { weight: noise(1, &[c_out, c_in]), bias: Some(noise(2, &[c_out])) };
    let linear = backend.pack_linear(weights);
    backend
        .download_tokens(&backend.linear(&backend.upload(&noise(3, &[n, tokens, c_in])), &linear))
}

fn attention<B: Backend>(backend: &B, [n, queries, keys, n_heads, head_dim]: [usize; 5]) -> Tensor {
    let width = n_heads * head_dim;
    let upload = |seed, tokens| backend.upload(&noise(seed, &[n, tokens, width]));
    let (q, k, v) = (upload(1, queries), upload(2, keys), upload(3, keys));
    let spec = AttentionSpec { n_heads, causal: false, kv_rows: None };
    backend.download_tokens(&backend.attention(&q, &k, &v, spec))
}

fn mapped<B: Backend>(backend: &B, [n, n_maps, queries, n_heads, head_dim]: [usize; 5]) -> Tensor {
    let width = n_heads * head_dim;
    let upload = |seed, n| backend.upload(&noise(seed, &[n, queries, width]));
    let (q, k, v) = (upload(1, n_maps), upload(2, n_maps), upload(3, n));
    let map_rows: Vec<usize> = (0..n).map(|row| row * 5 % n_maps).collect();
    backend.download_tokens(&backend.attention_mapped(&q, &k, &v, n_heads, &map_rows))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..Default::default() })]

    #[test]
    fn convolutions_agree(
        n in 1..5_usize, c_in in 16..100_usize, c_out in 16..70_usize, h in 1..12_usize,
        w in 1..40_usize, k in prop::sample::select(vec![1, 3]), stride in 1..3_usize,
    ) {
        let expected = conv(&Reference, [n, c_in, c_out], [h, w, k, stride]);
        for threads in [1, 3] {
            let cpu = Cpu::new(threads);
            let plain_dots = cpu.clone().with_plain_bf16_dots();
            let weights = cpu.clone().with_bf16_weights();
            for cpu in [bf16(threads), cpu.with_bf16_vectors(), plain_dots, weights] {
                let found = conv(&cpu, [n, c_in, c_out], [h, w, k, stride]);
                assert_close("conv2d", &found, &expected, TOLERANCE);
            }
        }
    }

    #[test]
    fn linear_layers_agree(
        n in 1..4_usize, tokens in 1..150_usize, c_in in 16..700_usize, c_out in 16..90_usize,
    ) {
        let expected = linear(&Reference, [n, tokens, c_in, c_out]);
        for threads in [1, 3] {
            let cpu = Cpu::new(threads);
            let plain_dots = cpu.clone().with_plain_bf16_dots();
            for cpu in [bf16(threads), cpu.with_bf16_vectors(), plain_dots] {
                let found = linear(&cpu, [n, tokens, c_in, c_out]);
                assert_close("linear", &found, &expected, TOLERANCE);
            }
        }
    }

    #[test]
    fn attentions_agree(
        n in 1..4_usize, queries in 1..70_usize, keys in 1..600_usize, n_heads in 1..4_usize,
        head_dim in 1..80_usize,
    ) {
        let sizes = [n, queries, keys, n_heads, head_dim];
        let expected = attention(&Reference, sizes);
        for cpu in [Cpu::new(3).with_bf16_vectors(), Cpu::new(3).with_plain_bf16_dots(), bf16(3)] {
            assert_close("attention", &attention(&cpu, sizes), &expected, ATTENTION_TOLERANCE);
        }
    }

    #[test]
    fn mapped_attentions_agree(
        n in 1..6_usize, n_maps in 1..4_usize, queries in 1..70_usize, n_heads in 1..4_usize,
        head_dim in 1..50_usize,
    ) {
        let sizes = [n, n_maps, queries, n_heads, head_dim];
        let expected = mapped(&Reference, sizes);
        for cpu in [Cpu::new(3).with_bf16_vectors(), Cpu::new(3).with_plain_bf16_dots(), bf16(3)] {
            assert_close("mapped", &mapped(&cpu, sizes), &expected, ATTENTION_TOLERANCE);
        }
    }
}

#[test]
fn wide_convolutions_are_near() {
    for ([c_in, c_out], size) in [([320, 320], [5, 7]), ([640, 320], [8, 8]), ([336, 352], [9, 3])]
    {
        let expected = conv(&Reference, [2, c_in, c_out], [size[0], size[1], 3, 1]);
        for cpu in [bf16(2), Cpu::new(1).with_plain_bf16_dots(), Cpu::new(1).with_bf16_vectors()] {
            let found = conv(&cpu, [2, c_in, c_out], [size[0], size[1], 3, 1]);
            assert_close("wide conv2d", &found, &expected, FILTER_TOLERANCE);
        }
    }
}

/// Softmax beside keys that are not seen, beyond one block of them.
#[test]
fn causal_attentions_agree() {
    for (queries, keys, head_dim) in [(38, 153, 44), (20, 284, 48), (300, 300, 8)] {
        let run = |backend: &dyn Fn(AttentionSpec<'_>) -> Tensor| {
            backend(AttentionSpec { n_heads: 2, causal: true, kv_rows: None })
        };
        let tokens = |seed, n: usize| noise(seed, &[2, n, 2 * head_dim]);
        let (q, k, v) = (tokens(1, queries), tokens(2, keys), tokens(3, keys));
        let cpu = Cpu::new(1).with_bf16_vectors();
        let found = run(&|spec| {
            let [q, k, v] = [&q, &k, &v].map(|x| cpu.upload(x));
            cpu.download_tokens(&cpu.attention(&q, &k, &v, spec))
        });
        let expected = run(&|spec| {
            let [q, k, v] = [&q, &k, &v].map(|x| Reference.upload(x));
            Reference.download_tokens(&Reference.attention(&q, &k, &v, spec))
        });
        assert_close("causal attention", &found, &expected, ATTENTION_TOLERANCE);
    }
}

#[test]
fn a_network_in_bf16_is_near_diffusers_in_f32() {
    let golden = Golden::open("wide");
    for cpu in [Cpu::new(2).with_bf16_vectors(), Cpu::new(2).with_plain_bf16_dots(), bf16(2)] {
        check_network(&golden, cpu);
    }
}

fn check_network(golden: &Golden, cpu: Cpu) {
    let model = golden.model(cpu);
    let mut worst = 0.0_f64;
    for timestep in [999, 21] {
        for (name, found) in run_unet(golden, &model, f64::from(timestep)) {
            let file_name = format!("unet.{timestep}.{name}");
            if golden.expected_under(&file_name).is_empty() {
                continue;
            }
            let error = relative_error(&found, &golden.expected(&file_name));
            println!("{file_name}: {error:.1e}");
            worst = worst.max(error);
        }
    }
    assert!(worst <= MODULE_TOLERANCE, "{worst:.1e}");
    assert!(worst > 1e-4, "not bf16: {worst:.1e}");
}

/// Narrow first and last layers stay f32, whatever the precision.
#[test]
fn narrow_layers_are_not_rounded() {
    let run = |cpu: Cpu| {
        let conv = cpu.pack_conv(ConvWeights {
            weight: initial_noise(&[1; 32], [4, 32, 3, 3]),
            bias: None,
            stride: 1,
            padding: 1,
        });
        cpu.download_image(&cpu.conv2d(&cpu.upload(&initial_noise(&[2; 32], [1, 32, 8, 8])), &conv))
    };
    assert_eq!(run(bf16(1)), run(Cpu::new(1)));
}
