//! Layers that all models share, with the names their weights have in the files.

use crate::backend::{Activation, Backend, ConvWeights, GroupNormSpec, LinearWeights, Reader};
use crate::error::Error;
use crate::weights::WeightsPath;

/// `weight` (C_out, C_in) and `bias` (C_out). A 1×1 convolution's weight is taken as well.
pub(crate) fn linear<B: Backend>(
    backend: &B,
    path: &WeightsPath<'_>,
    c_in: usize,
    c_out: usize,
) -> Result<B::Linear, Error> {
    let weight = path.take_either("weight", &[c_out, c_in], &[c_out, c_in, 1, 1])?;
    let bias = Some(path.take("bias", &[c_out])?);
    Ok(backend.pack_linear(LinearWeights { weight, bias }))
}

/// `weight` (C_out, C_in) without a bias.
pub(crate) fn linear_no_bias<B: Backend>(
    backend: &B,
    path: &WeightsPath<'_>,
    c_in: usize,
    c_out: usize,
) -> Result<B::Linear, Error> {
    let weight = path.take("weight", &[c_out, c_in])?;
    Ok(backend.pack_linear(LinearWeights { weight, bias: None }))
}

/// A 3×3 convolution that keeps the size, or halves it with stride 2.
pub(crate) fn conv3x3<B: Backend>(
    backend: &B,
    path: &WeightsPath<'_>,
    spec: Conv3x3,
) -> Result<B::Conv, Error> {
    let weight = path.take("weight", &[spec.c_out, spec.c_in, 3, 3])?;
    let bias = spec.has_bias.then(|| path.take("bias", &[spec.c_out])).transpose()?;
    Ok(backend.pack_conv(ConvWeights { weight, bias, stride: spec.stride, padding: 1 }))
}

/// Sizes of a 3×3 convolution with one zero around the image.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Conv3x3 {
    pub(crate) c_in: usize,
    pub(crate) c_out: usize,
    pub(crate) stride: usize,
    pub(crate) has_bias: bool,
}

impl Conv3x3 {
    /// Stride 1, with a bias.
    pub(crate) fn new(c_in: usize, c_out: usize) -> Self {
        Self { c_in, c_out, stride: 1, has_bias: true }
    }
}

/// `weight` and `bias`, (C) each.
pub(crate) fn norm<B: Backend>(
    backend: &B,
    path: &WeightsPath<'_>,
    channels: usize,
) -> Result<B::Norm, Error> {
    Ok(backend.pack_norm(path.take("weight", &[channels])?, path.take("bias", &[channels])?))
}

/// Group normalisation followed by SiLU.
pub(crate) fn group_norm_silu(n_groups: usize, eps: f32) -> GroupNormSpec {
    GroupNormSpec { n_groups, eps, activation: Some(Activation::Silu) }
}

/// The second half of a residual layer: norm, conv, plus the layer's input.
pub(crate) struct ResidualEnd<B: Backend> {
    norm2: B::Norm,
    conv2: B::Conv,
    /// Where the number of channels changes: a 1×1 convolution.
    conv_shortcut: Option<B::Linear>,
}

impl<B: Backend> ResidualEnd<B> {
    pub(crate) fn load(
        backend: &B,
        path: &WeightsPath<'_>,
        [c_in, c_out]: [usize; 2],
    ) -> Result<Self, Error> {
        Ok(Self {
            norm2: norm(backend, &path.at("norm2"), c_out)?,
            conv2: conv3x3(backend, &path.at("conv2"), Conv3x3::new(c_out, c_out))?,
            conv_shortcut: (c_in != c_out)
                .then(|| linear(backend, &path.at("conv_shortcut"), c_in, c_out))
                .transpose()?,
        })
    }

    /// `x` is the layer's input, `h` what its first half made of it. What is normalised is held no
    /// longer than it is read: a job's memory is counted so.
    pub(crate) fn forward(
        &self,
        backend: &B,
        x: &B::Tensor,
        h: &B::Tensor,
        spec: GroupNormSpec,
    ) -> B::Tensor {
        let normal = backend.group_norm_for(h, &self.norm2, spec, Reader::Conv(&self.conv2));
        match &self.conv_shortcut {
            Some(shortcut) => {
                let own = backend.conv2d(&normal, &self.conv2);
                drop(normal);
                backend.linear_add(x, shortcut, &own)
            }
            None => backend.conv2d_add(&normal, &self.conv2, x),
        }
    }
}
