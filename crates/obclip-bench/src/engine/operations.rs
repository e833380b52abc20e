//! The operations that a U-Net of Stable Diffusion's size spends its time in, one row, random values.

use obclip_engine::backend::{
    Activation, AttentionSpec, ConvWeights, GroupNormSpec, LinearWeights,
};
use obclip_engine::{Backend, Cpu, Tensor, initial_noise};

use super::Runs;

/// Channels in and out, and the side of the image.
const CONVOLUTIONS: [[usize; 3]; 6] = [
    [320, 320, 64],
    [960, 320, 64],
    [640, 640, 32],
    [1280, 640, 32],
    [1280, 1280, 16],
    [2560, 1280, 16],
];
/// Tokens, channels in and out.
const LINEARS: [[usize; 3]; 5] =
    [[4096, 320, 320], [4096, 320, 2560], [1024, 640, 5120], [256, 1280, 10240], [4096, 1280, 320]];
/// Heads, queries, keys and channels of a head.
const ATTENTIONS: [[usize; 4]; 3] = [[8, 4096, 4096, 40], [8, 1024, 1024, 80], [8, 4096, 77, 40]];

pub(super) fn all(cpu: &Cpu) -> Vec<Runs<'_>> {
    let convolutions = CONVOLUTIONS.iter().map(|&sizes| convolution(cpu, sizes));
    let linears = LINEARS.iter().map(|&sizes| linear(cpu, sizes));
    let attentions = ATTENTIONS.iter().map(|&sizes| attention(cpu, sizes));
    convolutions.chain(linears).chain(attentions).chain([group_norm(cpu)]).collect()
}

fn noise<const AXES: usize>(shape: [usize; AXES]) -> Tensor {
    let values = initial_noise(&[1; 32], [1, 1, 1, shape.iter().product()]).into_data();
    Tensor::new(shape, values).expect("as many values as the shape has")
}

fn convolution(cpu: &Cpu, [c_in, c_out, side]: [usize; 3]) -> Runs<'_> {
    let weight = noise([c_out, c_in, 3, 3]);
    let conv = cpu.pack_conv(ConvWeights { weight, bias: None, stride: 1, padding: 1 });
    let x = cpu.upload(&noise([1, c_in, side, side]));
    let macs = (9 * c_in * c_out * side * side) as u64;
    let run = move || {
        cpu.scope(|| cpu.conv2d(&x, &conv));
        Ok(())
    };
    (format!("conv 3x3 {c_in} to {c_out}, {side}x{side}"), Some(macs), Box::new(run))
}

fn linear(cpu: &Cpu, [tokens, c_in, c_out]: [usize; 3]) -> Runs<'_> {
    let packed = cpu.pack_linear(LinearWeights { weight: noise([c_out, c_in]), bias: None });
    let x = cpu.upload(&noise([1, tokens, c_in]));
    let macs = (tokens * c_in * c_out) as u64;
    let run = move || {
        cpu.scope(|| cpu.linear(&x, &packed));
        Ok(())
    };
    (format!("linear {tokens} x {c_in} to {c_out}"), Some(macs), Box::new(run))
}

fn attention(cpu: &Cpu, [n_heads, queries, keys, head_dim]: [usize; 4]) -> Runs<'_> {
    let tokens = |n: usize| cpu.upload(&noise([1, n, n_heads * head_dim]));
    let (q, k, v) = (tokens(queries), tokens(keys), tokens(keys));
    let macs = (2 * n_heads * queries * keys * head_dim) as u64;
    let run = move || {
        let spec = AttentionSpec { n_heads, causal: false, kv_rows: None };
        cpu.scope(|| cpu.attention(&q, &k, &v, spec));
        Ok(())
    };
    (format!("attention {n_heads} x {queries} on {keys}, {head_dim}"), Some(macs), Box::new(run))
}

fn group_norm(cpu: &Cpu) -> Runs<'_> {
    let norm = cpu.pack_norm(noise([320]), noise([320]));
    let x = cpu.upload(&noise([1, 320, 64, 64]));
    let run = move || {
        let spec = GroupNormSpec { n_groups: 32, eps: 1e-5, activation: Some(Activation::Silu) };
        cpu.scope(|| cpu.group_norm(&x, &norm, spec));
        Ok(())
    };
    ("group norm and SiLU, 320, 64x64".to_owned(), None, Box::new(run))
}
