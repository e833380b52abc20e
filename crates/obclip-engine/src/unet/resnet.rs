//! A residual layer: norm, conv, plus the time; norm, conv, plus the input.

use super::{Numbers, Pass};
use crate::backend::{Backend, Reader};
use crate::config::UNetConfig;
use crate::error::Error;
use crate::layers::{Conv3x3, ResidualEnd, conv3x3, group_norm_silu, linear, norm};
use crate::time_embedding;
use crate::weights::WeightsPath;

pub(super) struct ResnetBlock<B: Backend> {
    /// Which of the network's.
    number: usize,
    norm1: B::Norm,
    conv1: B::Conv,
    time_emb_proj: B::Linear,
    end: ResidualEnd<B>,
    n_groups: usize,
    eps: f32,
}

impl<B: Backend> ResnetBlock<B> {
    pub(super) fn load(
        backend: &B,
        path: &WeightsPath<'_>,
        config: &UNetConfig,
        [c_in, c_out]: [usize; 2],
        numbers: &mut Numbers,
    ) -> Result<Self, Error> {
        let time_width = time_embedding::width(config);
        Ok(Self {
            number: Numbers::take(&mut numbers.resnets),
            norm1: norm(backend, &path.at("norm1"), c_in)?,
            conv1: conv3x3(backend, &path.at("conv1"), Conv3x3::new(c_in, c_out))?,
            time_emb_proj: linear(backend, &path.at("time_emb_proj"), time_width, c_out)?,
            end: ResidualEnd::load(backend, path, [c_in, c_out])?,
            n_groups: config.norm_num_groups,
            eps: config.norm_eps,
        })
    }

    pub(super) fn forward(&self, x: &B::Tensor, pass: &Pass<'_, B>) -> B::Tensor {
        let backend = pass.backend;
        let spec = group_norm_silu(self.n_groups, self.eps);
        let time = pass.moment.project(backend, self.number, &self.time_emb_proj);
        let normal = backend.group_norm_for(x, &self.norm1, spec, Reader::Conv(&self.conv1));
        let h = backend.conv2d_add_channels(&normal, &self.conv1, time);
        drop(normal);
        self.end.forward(backend, x, &h, spec)
    }
}
