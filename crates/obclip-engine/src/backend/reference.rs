//! The oracle: every operation as its formula, in f64 where sums are long, with no thought of
//! speed.

use super::{Activation, AttentionSpec, Backend, ConvWeights, Dims, GroupNormSpec, LinearWeights};
use crate::tensor::Tensor;

/// Plain loops over `(N, C, H, W)`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reference;

/// Values in `(N, C, H, W)` order.
#[derive(Clone, Debug)]
pub struct ReferenceTensor {
    dims: Dims,
    data: Vec<f32>,
}

impl ReferenceTensor {
    fn at(&self, n: usize, c: usize, y: usize, x: usize) -> f32 {
        let Dims { c: channels, h, w, .. } = self.dims;
        self.data[((n * channels + c) * h + y) * w + x]
    }

    /// Like [`Self::at`] with the position as one number.
    fn at_position(&self, n: usize, c: usize, position: usize) -> f32 {
        self.data[(n * self.dims.c + c) * self.dims.positions() + position]
    }

    /// Fills `dims` from a function of (n, c, y, x).
    fn from_fn(dims: Dims, mut value: impl FnMut(usize, usize, usize, usize) -> f32) -> Self {
        let mut data = Vec::with_capacity(dims.len());
        for n in 0..dims.n {
            for c in 0..dims.c {
                for y in 0..dims.h {
                    for x in 0..dims.w {
                        data.push(value(n, c, y, x));
                    }
                }
            }
        }
        Self { dims, data }
    }
}

impl Backend for Reference {
    type Tensor = ReferenceTensor;
    type Conv = ConvWeights;
    type Linear = LinearWeights;
    type Norm = (Tensor, Tensor);

    fn pack_conv(&self, weights: ConvWeights) -> ConvWeights {
        weights
    }

    fn pack_linear(&self, weights: LinearWeights) -> LinearWeights {
        weights
    }

    fn pack_norm(&self, scale: Tensor, shift: Tensor) -> (Tensor, Tensor) {
        (scale, shift)
    }

    fn upload(&self, tensor: &Tensor) -> ReferenceTensor {
        match *tensor.shape() {
            [n, c, h, w] => {
                ReferenceTensor { dims: Dims { n, c, h, w }, data: tensor.data().to_vec() }
            }
            [n, t, c] => {
                let dims = Dims { n, c, h: 1, w: t };
                ReferenceTensor::from_fn(dims, |n, channel, _, token| {
                    tensor.data()[(n * t + token) * c + channel]
                })
            }
            ref other => panic!("upload takes images or token rows, not shape {other:?}"),
        }
    }

    fn download_image(&self, x: &ReferenceTensor) -> Tensor {
        let Dims { n, c, h, w } = x.dims;
        Tensor::from_parts([n, c, h, w], x.data.clone())
    }

    fn download_tokens(&self, x: &ReferenceTensor) -> Tensor {
        let (n, t, c) = (x.dims.n, x.dims.positions(), x.dims.c);
        let mut data = Vec::with_capacity(x.dims.len());
        for row in 0..n {
            for token in 0..t {
                data.extend((0..c).map(|channel| x.at_position(row, channel, token)));
            }
        }
        Tensor::from_parts([n, t, c], data)
    }

    fn dims(&self, x: &ReferenceTensor) -> Dims {
        x.dims
    }

    fn conv2d(&self, x: &ReferenceTensor, conv: &ConvWeights) -> ReferenceTensor {
        let (weight, stride, padding) = (&conv.weight, conv.stride, conv.padding);
        let &[c_out, c_in, kernel, _] = weight.shape() else { panic!("weight is not 4-d") };
        assert_eq!(c_in, x.dims.c, "input channels");
        let size = |length: usize| (length + 2 * padding - kernel) / stride + 1;
        let dims = Dims { n: x.dims.n, c: c_out, h: size(x.dims.h), w: size(x.dims.w) };
        ReferenceTensor::from_fn(dims, |n, o, y, xx| {
            let mut sum = bias_of(&conv.bias, o);
            for c in 0..c_in {
                for ky in 0..kernel {
                    for kx in 0..kernel {
                        let inside =
                            (y * stride + ky).checked_sub(padding).filter(|&y| y < x.dims.h).zip(
                                (xx * stride + kx).checked_sub(padding).filter(|&x_| x_ < x.dims.w),
                            );
                        if let Some((from_y, from_x)) = inside {
                            let w = weight.data()[((o * c_in + c) * kernel + ky) * kernel + kx];
                            sum += f64::from(w) * f64::from(x.at(n, c, from_y, from_x));
                        }
                    }
                }
            }
            sum as f32
        })
    }

    fn linear(&self, x: &ReferenceTensor, linear: &LinearWeights) -> ReferenceTensor {
        let (c_out, c_in) = (linear.weight.shape()[0], linear.weight.shape()[1]);
        assert_eq!(c_in, x.dims.c, "input channels");
        ReferenceTensor::from_fn(Dims { c: c_out, ..x.dims }, |n, o, y, xx| {
            let row = &linear.weight.data()[o * c_in..(o + 1) * c_in];
            let dot =
                |sum, (c, &w): (usize, &f32)| sum + f64::from(w) * f64::from(x.at(n, c, y, xx));
            row.iter().enumerate().fold(bias_of(&linear.bias, o), dot) as f32
        })
    }

    fn group_norm(
        &self,
        x: &ReferenceTensor,
        (scale, shift): &(Tensor, Tensor),
        spec: GroupNormSpec,
    ) -> ReferenceTensor {
        let group_len = x.dims.c / spec.n_groups * x.dims.positions();
        let stats: Vec<(f64, f64)> = x.data.chunks(group_len).map(mean_and_variance).collect();
        let channels_per_group = x.dims.c / spec.n_groups;
        ReferenceTensor::from_fn(x.dims, |n, c, y, xx| {
            let (mean, variance) = stats[n * spec.n_groups + c / channels_per_group];
            let normal =
                (f64::from(x.at(n, c, y, xx)) - mean) / (variance + f64::from(spec.eps)).sqrt();
            let value = normal * f64::from(scale.data()[c]) + f64::from(shift.data()[c]);
            spec.activation.map_or(value, |activation| apply(activation, value)) as f32
        })
    }

    fn layer_norm(
        &self,
        x: &ReferenceTensor,
        (scale, shift): &(Tensor, Tensor),
        eps: f32,
    ) -> ReferenceTensor {
        let mut out = x.clone();
        for n in 0..x.dims.n {
            for position in 0..x.dims.positions() {
                let channels: Vec<f32> =
                    (0..x.dims.c).map(|c| x.at_position(n, c, position)).collect();
                let (mean, variance) = mean_and_variance(&channels);
                for (c, value) in channels.into_iter().enumerate() {
                    let normal = (f64::from(value) - mean) / (variance + f64::from(eps)).sqrt();
                    let value = normal * f64::from(scale.data()[c]) + f64::from(shift.data()[c]);
                    out.data[(n * x.dims.c + c) * x.dims.positions() + position] = value as f32;
                }
            }
        }
        out
    }

    fn attention(
        &self,
        q: &ReferenceTensor,
        k: &ReferenceTensor,
        v: &ReferenceTensor,
        spec: AttentionSpec<'_>,
    ) -> ReferenceTensor {
        let head_dim = q.dims.c / spec.n_heads;
        let scale = 1.0 / (head_dim as f64).sqrt();
        let mut out = ReferenceTensor { dims: q.dims, data: vec![0.0; q.dims.len()] };
        for n in 0..q.dims.n {
            let kv_row = spec.kv_row(n);
            for head in 0..spec.n_heads {
                let channels = head * head_dim..(head + 1) * head_dim;
                for query in 0..q.dims.positions() {
                    let n_keys = if spec.causal { query + 1 } else { k.dims.positions() };
                    let score = |key| {
                        let dot = |c| {
                            f64::from(q.at_position(n, c, query))
                                * f64::from(k.at_position(kv_row, c, key))
                        };
                        channels.clone().map(dot).sum::<f64>() * scale
                    };
                    let weights = softmax((0..n_keys).map(score).collect());
                    for c in channels.clone() {
                        let mixed: f64 = (0..n_keys)
                            .map(|key| weights[key] * f64::from(v.at_position(kv_row, c, key)))
                            .sum();
                        out.data[(n * q.dims.c + c) * q.dims.positions() + query] = mixed as f32;
                    }
                }
            }
        }
        out
    }

    fn attention_mapped(
        &self,
        q: &ReferenceTensor,
        k: &ReferenceTensor,
        v: &ReferenceTensor,
        n_heads: usize,
        map_rows: &[usize],
    ) -> ReferenceTensor {
        let rows_of = |x: &ReferenceTensor| {
            let rows: Vec<_> = map_rows.iter().map(|&row| (x, row)).collect();
            self.gather_rows(&rows)
        };
        let spec = AttentionSpec { n_heads, causal: false, kv_rows: None };
        self.attention(&rows_of(q), &rows_of(k), v, spec)
    }

    fn gather_rows(&self, rows: &[(&ReferenceTensor, usize)]) -> ReferenceTensor {
        let dims = rows.first().map_or(Dims { n: 0, c: 0, h: 0, w: 0 }, |(x, _)| x.dims);
        let row = |&(x, n): &(&ReferenceTensor, usize)| {
            let len = x.dims.c * x.dims.positions();
            assert_eq!(x.dims, Dims { n: x.dims.n, ..dims }, "sizes of rows");
            x.data[n * len..(n + 1) * len].to_vec()
        };
        ReferenceTensor {
            dims: Dims { n: rows.len(), ..dims },
            data: rows.iter().flat_map(row).collect(),
        }
    }

    fn shift(
        &self,
        mut x: ReferenceTensor,
        plus: &ReferenceTensor,
        minus: &ReferenceTensor,
    ) -> ReferenceTensor {
        assert_eq!((x.dims, x.dims), (plus.dims, minus.dims), "sizes to shift by");
        for ((value, plus), minus) in x.data.iter_mut().zip(&plus.data).zip(&minus.data) {
            *value += plus - minus;
        }
        x
    }

    fn activate(&self, mut x: ReferenceTensor, activation: Activation) -> ReferenceTensor {
        for value in &mut x.data {
            *value = apply(activation, f64::from(*value)) as f32;
        }
        x
    }

    fn geglu(&self, x: &ReferenceTensor) -> ReferenceTensor {
        let half = x.dims.c / 2;
        ReferenceTensor::from_fn(Dims { c: half, ..x.dims }, |n, c, y, xx| {
            let gate = apply(Activation::Gelu, f64::from(x.at(n, half + c, y, xx)));
            (f64::from(x.at(n, c, y, xx)) * gate) as f32
        })
    }

    fn add(&self, mut x: ReferenceTensor, y: &ReferenceTensor) -> ReferenceTensor {
        assert_eq!(x.dims, y.dims, "sizes to add");
        for (value, other) in x.data.iter_mut().zip(&y.data) {
            *value += other;
        }
        x
    }

    fn add_channels(&self, x: ReferenceTensor, y: &ReferenceTensor) -> ReferenceTensor {
        let row = |n| if y.dims.n == 1 { 0 } else { n };
        ReferenceTensor::from_fn(x.dims, |n, c, yy, xx| x.at(n, c, yy, xx) + y.at(row(n), c, 0, 0))
    }

    fn concat_channels(&self, a: &ReferenceTensor, b: &ReferenceTensor) -> ReferenceTensor {
        let split = a.dims.c;
        ReferenceTensor::from_fn(Dims { c: split + b.dims.c, ..a.dims }, |n, c, y, x| {
            if c < split { a.at(n, c, y, x) } else { b.at(n, c - split, y, x) }
        })
    }

    fn upsample_nearest(&self, x: &ReferenceTensor, h: usize, w: usize) -> ReferenceTensor {
        ReferenceTensor::from_fn(Dims { h, w, ..x.dims }, |n, c, y, xx| {
            x.at(n, c, y * x.dims.h / h, xx * x.dims.w / w)
        })
    }
}

fn bias_of(bias: &Option<Tensor>, channel: usize) -> f64 {
    bias.as_ref().map_or(0.0, |bias| f64::from(bias.data()[channel]))
}

fn mean_and_variance(values: &[f32]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().map(|&value| f64::from(value)).sum::<f64>() / count;
    let variance =
        values.iter().map(|&value| (f64::from(value) - mean).powi(2)).sum::<f64>() / count;
    (mean, variance)
}

fn softmax(mut scores: Vec<f64>) -> Vec<f64> {
    let max = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    for score in &mut scores {
        *score = (*score - max).exp();
    }
    let sum: f64 = scores.iter().sum();
    scores.iter().map(|score| score / sum).collect()
}

fn apply(activation: Activation, x: f64) -> f64 {
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    match activation {
        Activation::Silu => x * sigmoid(x),
        Activation::Gelu => 0.5 * x * (1.0 + libm::erf(x / std::f64::consts::SQRT_2)),
        Activation::QuickGelu => x * sigmoid(1.702 * x),
        Activation::GeluTanh => {
            let inner = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x.powi(3));
            0.5 * x * (1.0 + inner.tanh())
        }
        Activation::Relu => x.max(0.0),
    }
}
