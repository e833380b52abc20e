//! Layers with weights of noise, on any processor: what the tests of two ways to multiply compare.

use obclip_engine::backend::{
    Activation, AttentionSpec, Backend, ConvWeights, GroupNormSpec, LinearWeights, Reader,
};
use obclip_engine::{Cpu, Tensor, initial_noise};

pub(crate) fn noise(seed: u8, shape: &[usize]) -> Tensor {
    let len = shape.iter().product();
    Tensor::new(shape, initial_noise(&[seed; 32], [1, 1, 1, len]).into_data())
        .expect("as many values")
}

/// A linear layer: `[n, tokens, c_in]` to `c_out` channels.
pub(crate) fn linear(cpu: &Cpu, [n, tokens, c_in, c_out]: [usize; 4], has_bias: bool) -> Tensor {
    let linear = cpu.pack_linear(LinearWeights {
        weight: noise(1, &[c_out, c_in]),
        bias: has_bias.then(|| noise(2, &[c_out])),
    });
    cpu.download_tokens(&cpu.linear(&cpu.upload(&noise(3, &[n, tokens, c_in])), &linear))
}

/// A convolution of an image of `[n, c_in, h, w]`.
pub(crate) fn convolution(
    cpu: &Cpu,
    [n, c_in, c_out]: [usize; 3],
    [h, w, kernel, stride]: [usize; 4],
    has_bias: bool,
) -> Tensor {
    let conv = cpu.pack_conv(ConvWeights {
        weight: noise(1, &[c_out, c_in, kernel, kernel]),
        bias: has_bias.then(|| noise(2, &[c_out])),
        stride,
        padding: kernel / 2,
    });
    cpu.download_image(&cpu.conv2d(&cpu.upload(&noise(3, &[n, c_in, h, w])), &conv))
}

/// An attention of `queries` to `keys`, `n` rows each.
pub(crate) fn attention(
    cpu: &Cpu,
    [n, queries, keys]: [usize; 3],
    [n_heads, head_dim]: [usize; 2],
    causal: bool,
) -> Tensor {
    let tokens = |seed, len| cpu.upload(&noise(seed, &[n, len, n_heads * head_dim]));
    let spec = AttentionSpec { n_heads, causal, kv_rows: None };
    let (q, k, v) = (tokens(1, queries), tokens(2, keys), tokens(3, keys));
    cpu.download_tokens(&cpu.attention(&q, &k, &v, spec))
}

/// A block in which everything is made for the product that reads it: norms, attention, gated layers, a convolution.
pub(crate) fn block(cpu: &Cpu, [n, c, h, w]: [usize; 4], inner: usize, stride: usize) -> Tensor {
    let linear = |seed, c_in, c_out| {
        let weight = noise(seed, &[c_out, c_in]);
        cpu.pack_linear(LinearWeights { weight, bias: Some(noise(seed, &[c_out])) })
    };
    let (first, second, own) = (linear(1, c, 2 * inner), linear(2, inner, c), linear(8, c, c));
    let weight = noise(4, &[c, c, 3, 3]);
    let conv = cpu.pack_conv(ConvWeights { weight, bias: None, stride, padding: 1 });
    let norm = cpu.pack_norm(noise(5, &[c]), noise(6, &[c]));
    let x = cpu.upload(&noise(3, &[n, c, h, w]));
    let normal = cpu.layer_norm_for(&x, &norm, 1e-5, &first);
    let q = cpu.linear_for_attention(&normal, &own);
    let spec = AttentionSpec { n_heads: 1, causal: false, kv_rows: None };
    let x = cpu.linear_add(&cpu.attention_for(&q, &q, &q, spec, &own), &own, &x);
    let x = cpu.linear_add(&cpu.linear_geglu_for(&normal, &first, &second), &second, &x);
    let spec = GroupNormSpec { n_groups: 1, eps: 1e-5, activation: Some(Activation::Silu) };
    let normal = cpu.group_norm_for(&x, &norm, spec, Reader::Conv(&conv));
    let time = cpu.upload(&noise(7, &[1, 1, c]));
    cpu.download_image(&cpu.conv2d_add_channels(&normal, &conv, &time))
}
