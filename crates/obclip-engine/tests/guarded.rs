//! No operation reads or writes beyond its inputs, weights, scratch or output: all of them stand against pages that nobody may
//! touch, behind and before, over ragged shapes, in every tier. The instructions of AMX, which alone are not checked by the
//! compiler, are run by a handler of SIGILL that reads the same addresses; on a processor with AMX they run themselves.
//!
//! A program of its own: its allocator and its handler are the whole process's.
#![cfg(all(target_arch = "x86_64", target_os = "linux"))]
#![allow(unsafe_code, reason = "an allocator, and a signal handler")]

mod fence;
mod tiles;

use std::sync::{Mutex, PoisonError};

use obclip_engine::backend::{
    Activation, AttentionSpec, Backend, ConvWeights, GroupNormSpec, LinearWeights, Reader,
};
use obclip_engine::{Cpu, Tensor, initial_noise};

fn noise(seed: u8, shape: &[usize]) -> Tensor {
    let len = shape.iter().product();
    Tensor::new(shape, initial_noise(&[seed; 32], [1, 1, 1, len]).into_data())
        .expect("as many values")
}

/// A backend with no memory yet, so that every tensor gets its own.
fn backends(threads: usize) -> [Cpu; 6] {
    tiles::install();
    // SAFETY: the handler is installed, or the processor has the instructions.
    let amx = unsafe { Cpu::new(threads).with_amx() };
    [
        Cpu::new(threads),
        Cpu::new(threads).with_bf16_weights(),
        Cpu::new(threads).with_bf16_vectors(),
        // What AVX512_BF16 reads, with the instruction where there is one.
        Cpu::new(threads).with_bf16_dots().unwrap_or_else(|| Cpu::new(threads)),
        Cpu::new(threads).with_plain_bf16_dots(),
        amx,
    ]
}

/// On every backend, with the closed page behind and before.
fn everywhere(run: impl Fn(&Cpu) -> Tensor) {
    // One test at a time: where the closed page lies is the whole process's.
    static TURN: Mutex<()> = Mutex::new(());
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    for is_behind in [true, false] {
        fence::close_behind(is_behind);
        for threads in [1, 2] {
            for cpu in backends(threads) {
                let before = fence::n_fenced();
                assert!(run(&cpu).is_finite());
                assert!(fence::n_fenced() > before, "something was fenced");
            }
        }
    }
}

#[test]
fn linear_layers_stay_inside() {
    for (n, tokens, c_in, c_out) in
        [(1, 1, 16, 16), (1, 17, 33, 47), (2, 5, 320, 31), (3, 97, 16, 129), (1, 200, 75, 64)]
    {
        everywhere(|cpu| {
            let bias = Some(noise(2, &[c_out]));
            let linear = cpu.pack_linear(LinearWeights { weight: noise(1, &[c_out, c_in]), bias });
            let x = cpu.upload(&noise(3, &[n, tokens, c_in]));
            let y = cpu.upload(&noise(4, &[n, tokens, c_out]));
            let added = cpu.linear_add(&x, &linear, &y);
            let rounded = cpu.linear_for_attention(&x, &linear);
            let spec = AttentionSpec { n_heads: 1, causal: false, kv_rows: None };
            let mixed = cpu.attention(&rounded, &rounded, &rounded, spec);
            cpu.download_tokens(&cpu.add(added, &mixed))
        });
    }
}

#[test]
fn gated_layers_stay_inside() {
    for (tokens, c, half) in [(1, 16, 16), (19, 40, 48), (101, 33, 32)] {
        everywhere(|cpu| {
            let linear = |seed, c_in, c_out| {
                let weight = noise(seed, &[c_out, c_in]);
                cpu.pack_linear(LinearWeights { weight, bias: Some(noise(seed, &[c_out])) })
            };
            let (first, second) = (linear(1, c, 2 * half), linear(2, half, c));
            let norm = cpu.pack_norm(noise(5, &[c]), noise(6, &[c]));
            let x = cpu.upload(&noise(3, &[2, tokens, c]));
            let normal = cpu.layer_norm_for(&x, &norm, 1e-5, &first);
            let gated = cpu.linear_geglu_for(&normal, &first, &second);
            cpu.download_tokens(&cpu.linear_add(&gated, &second, &x))
        });
    }
}

#[test]
fn convolutions_stay_inside() {
    for ([c_in, c_out], [h, w], kernel, stride) in [
        ([16, 16], [1, 1], 3, 1),
        ([32, 32], [5, 7], 3, 1),
        ([33, 17], [5, 7], 3, 2),
        ([48, 64], [9, 3], 3, 1),
        ([4, 40], [6, 6], 3, 1),
        ([40, 4], [8, 5], 3, 1),
        ([35, 50], [4, 11], 1, 1),
        ([16, 31], [7, 16], 3, 2),
    ] {
        everywhere(|cpu| {
            let conv = cpu.pack_conv(ConvWeights {
                weight: noise(1, &[c_out, c_in, kernel, kernel]),
                bias: Some(noise(2, &[c_out])),
                stride,
                padding: kernel / 2,
            });
            let norm = cpu.pack_norm(noise(5, &[c_in]), noise(6, &[c_in]));
            let x = cpu.upload(&noise(3, &[2, c_in, h, w]));
            let spec = GroupNormSpec { n_groups: 1, eps: 1e-5, activation: Some(Activation::Silu) };
            let normal = cpu.group_norm_for(&x, &norm, spec, Reader::Conv(&conv));
            let time = cpu.upload(&noise(7, &[1, 1, c_out]));
            let out = cpu.conv2d_add_channels(&normal, &conv, &time);
            let sum = cpu.conv2d_add_activate(&x, &conv, &out, Activation::Silu);
            let _ = cpu.download_image(&cpu.conv2d_enlarged(&x, 2 * h, 2 * w - 1, &conv));
            let _ = cpu.download_image(&cpu.upsample_nearest(&x, 2 * h, 2 * w - 1));
            cpu.download_image(&cpu.concat_channels(&sum, &out))
        });
    }
}

#[test]
fn attentions_stay_inside() {
    for (queries, keys, n_heads, head_dim, causal) in [
        (1, 1, 1, 16, false),
        (49, 17, 2, 40, false),
        (50, 257, 1, 33, false),
        (33, 33, 3, 5, true),
    ] {
        everywhere(|cpu| {
            let width = n_heads * head_dim;
            let q = cpu.upload(&noise(1, &[2, queries, width]));
            let k = cpu.upload(&noise(2, &[2, keys, width]));
            let v = cpu.upload(&noise(3, &[2, keys, width]));
            let spec = AttentionSpec { n_heads, causal, kv_rows: Some(&[1, 1]) };
            let out = cpu.attention(&q, &k, &v, spec);
            let mapped = cpu.attention_mapped(&q, &k, &v, n_heads, &[0, 1]);
            let out = cpu.shift(out, &mapped, &q);
            cpu.download_tokens(&cpu.gather_rows(&[(&out, 1), (&cpu.keep_row(&q, 0), 0)]))
        });
    }
}
