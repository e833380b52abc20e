//! The embedded device model on a backend that computes next to nothing, so that a whole client runs hundreds of times
//! a second. Tokenizer, sampler, shapes and order of work are the real ones.

use std::f32::consts::FRAC_1_SQRT_2;
use std::sync::OnceLock;

use obclip_device::{Cover, Settings};
use obclip_engine::backend::{
    Activation, AttentionSpec, ConvWeights, Dims, GroupNormSpec, LinearWeights,
};
use obclip_engine::{Backend, LoadParts, Model, ModelFiles, Tensor};
use obclip_protocol::{Catalogue, Guidance, Limits, Options};

/// A backend whose every value is one of its inputs or the sum of two: cheap, of about unit scale, the same on every run,
/// and different for different latents and texts.
#[derive(Debug, Clone, Copy)]
pub struct Stub;

/// Rows of values; within a row their order has no meaning.
#[derive(Debug, Clone)]
pub struct StubTensor {
    dims: Dims,
    data: Vec<f32>,
}

/// What the stub keeps of a convolution: how it changes the sizes.
#[derive(Debug)]
pub struct StubConv {
    channels: usize,
    kernel: usize,
    stride: usize,
    padding: usize,
}

/// The embedded device model on the stub, loaded once.
pub fn device_model() -> &'static Model<Stub> {
    static MODEL: OnceLock<Model<Stub>> = OnceLock::new();
    MODEL.get_or_init(|| {
        let files = ModelFiles::from_table(obclip_pair::device());
        Model::load(&files, Stub, LoadParts { vae: true })
            .expect("the embedded model loads; a test of its crate says so")
    })
}

/// The smallest job that has every step: one on the cloud, one on the device.
pub fn settings(cover: Cover) -> Settings {
    settings_by_plan(cover, "plain")
}

/// The same by a step plan; plans that begin with a trunk have five steps on the cloud to end it in.
pub fn settings_by_plan(cover: Cover, plan: &str) -> Settings {
    let cloud_steps = if plan == "plain" { 1 } else { 5 };
    let options = Options {
        steps: cloud_steps + 1,
        cloud_steps,
        guidance: Guidance { milli: 3000 },
        width: 64,
        height: 64,
        sampler: "dpmpp-2m".to_owned(),
        plan: plan.to_owned(),
    };
    let (catalogue, limits) = (Catalogue::v1(), Limits::default());
    let (tail, own) = (obclip_device::Tail::default(), obclip_device::Own::default());
    Settings { options, cover, catalogue, limits, tail, own }
}

impl StubTensor {
    fn row(&self, row_idx: usize) -> &[f32] {
        let len = self.data.len() / self.dims.n.max(1);
        &self.data[row_idx * len..(row_idx + 1) * len]
    }

    /// Values of other sizes, each one of the values here. The step is coprime to every size that occurs, so that all of
    /// a row's values are reached.
    fn mixed(&self, dims: Dims) -> Self {
        const STEP: usize = 9973;
        let len = dims.c * dims.positions();
        let mut data = Vec::with_capacity(dims.n * len);
        for row_idx in 0..dims.n {
            let row = self.row(row_idx);
            if row.len() == len {
                data.extend_from_slice(row);
                continue;
            }
            let (step, mut place) = (STEP % row.len(), 0);
            data.extend((0..len).map(|_| {
                let value = row[place];
                place += step;
                if place >= row.len() {
                    place -= row.len();
                }
                value
            }));
        }
        Self { dims, data }
    }

    /// The sum with another tensor of the same sizes or fewer values, which are repeated; of the same scale as both.
    fn sum(mut self, other: &Self) -> Self {
        for part in self.data.chunks_mut(other.data.len().max(1)) {
            part.iter_mut().zip(&other.data).for_each(|(x, y)| *x = FRAC_1_SQRT_2 * (*x + y));
        }
        self
    }

    /// Each row at unit scale.
    fn normalised(&self) -> Self {
        let mut normalised = self.clone();
        let len = (self.data.len() / self.dims.n.max(1)).max(1);
        for row in normalised.data.chunks_mut(len) {
            let mean_square = row.iter().map(|x| x * x).sum::<f32>() / len as f32;
            let scale = (mean_square + 1e-6).sqrt().recip();
            row.iter_mut().for_each(|x| *x *= scale);
        }
        normalised
    }
}

impl Backend for Stub {
    type Tensor = StubTensor;
    type Conv = StubConv;
    type Linear = usize;
    type Norm = ();

    fn pack_conv(&self, weights: ConvWeights) -> StubConv {
        let [channels, kernel] = [weights.weight.shape()[0], weights.weight.shape()[2]];
        StubConv { channels, kernel, stride: weights.stride, padding: weights.padding }
    }

    fn pack_linear(&self, weights: LinearWeights) -> usize {
        weights.weight.shape()[0]
    }

    fn pack_norm(&self, _scale: Tensor, _shift: Tensor) {}

    fn upload(&self, tensor: &Tensor) -> StubTensor {
        let dims = match *tensor.shape() {
            [n, c, h, w] => Dims { n, c, h, w },
            [n, w, c] => Dims { n, c, h: 1, w },
            _ => unreachable!("the engine uploads images and token rows only"),
        };
        StubTensor { dims, data: tensor.data().to_vec() }
    }

    fn download_image(&self, x: &StubTensor) -> Tensor {
        let Dims { n, c, h, w } = x.dims;
        Tensor::new([n, c, h, w], x.data.clone()).expect("as many values as the sizes say")
    }

    fn download_tokens(&self, x: &StubTensor) -> Tensor {
        let Dims { n, c, .. } = x.dims;
        Tensor::new([n, x.dims.positions(), c], x.data.clone())
            .expect("as many values as the sizes say")
    }

    fn dims(&self, x: &StubTensor) -> Dims {
        x.dims
    }

    fn conv2d(&self, x: &StubTensor, conv: &StubConv) -> StubTensor {
        let side = |side: usize| (side + 2 * conv.padding - conv.kernel) / conv.stride + 1;
        let (h, w) = (side(x.dims.h), side(x.dims.w));
        x.mixed(Dims { n: x.dims.n, c: conv.channels, h, w })
    }

    fn linear(&self, x: &StubTensor, linear: &usize) -> StubTensor {
        x.mixed(Dims { c: *linear, ..x.dims })
    }

    fn group_norm(&self, x: &StubTensor, _: &(), _: GroupNormSpec) -> StubTensor {
        x.normalised()
    }

    fn layer_norm(&self, x: &StubTensor, _: &(), _: f32) -> StubTensor {
        x.normalised()
    }

    fn attention(
        &self,
        q: &StubTensor,
        _: &StubTensor,
        v: &StubTensor,
        spec: AttentionSpec<'_>,
    ) -> StubTensor {
        let rows = (0..q.dims.n).flat_map(|row| v.row(spec.kv_row(row))).copied().collect();
        let values = StubTensor { dims: Dims { n: q.dims.n, ..v.dims }, data: rows };
        values.mixed(Dims { c: v.dims.c, ..q.dims }).sum(q)
    }

    fn attention_mapped(
        &self,
        q: &StubTensor,
        k: &StubTensor,
        v: &StubTensor,
        n_heads: usize,
        map_rows: &[usize],
    ) -> StubTensor {
        let rows: Vec<_> = map_rows.iter().map(|&row| (q, row)).collect();
        let spec = AttentionSpec { n_heads, causal: false, kv_rows: None };
        self.attention(&self.gather_rows(&rows), k, v, spec)
    }

    fn gather_rows(&self, rows: &[(&StubTensor, usize)]) -> StubTensor {
        let dims = rows.first().map_or(Dims { n: 0, c: 0, h: 0, w: 0 }, |(x, _)| x.dims);
        let data = rows.iter().flat_map(|(x, row)| x.row(*row)).copied().collect();
        StubTensor { dims: Dims { n: rows.len(), ..dims }, data }
    }

    fn shift(&self, mut x: StubTensor, plus: &StubTensor, minus: &StubTensor) -> StubTensor {
        for ((x, plus), minus) in x.data.iter_mut().zip(&plus.data).zip(&minus.data) {
            *x += plus - minus;
        }
        x
    }

    fn activate(&self, x: StubTensor, _: Activation) -> StubTensor {
        x
    }

    fn geglu(&self, x: &StubTensor) -> StubTensor {
        x.mixed(Dims { c: x.dims.c / 2, ..x.dims })
    }

    fn add(&self, x: StubTensor, y: &StubTensor) -> StubTensor {
        x.sum(y)
    }

    fn add_channels(&self, x: StubTensor, y: &StubTensor) -> StubTensor {
        x.sum(y)
    }

    fn concat_channels(&self, a: &StubTensor, b: &StubTensor) -> StubTensor {
        let dims = Dims { c: a.dims.c + b.dims.c, ..a.dims };
        let rows = (0..a.dims.n).flat_map(|row| [a.row(row), b.row(row)].concat()).collect();
        StubTensor { dims, data: rows }
    }

    fn upsample_nearest(&self, x: &StubTensor, h: usize, w: usize) -> StubTensor {
        x.mixed(Dims { h, w, ..x.dims })
    }
}
