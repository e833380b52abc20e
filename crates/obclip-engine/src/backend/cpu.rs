//! The fast backend: f32, all cores, SIMD by run-time dispatch (AVX2, AVX-512, NEON); on request large products in bf16, on
//! the tiles of AMX where there are any.
//!
//! Activations are kept channels-last, (N, H, W, C): a pixel's channels are contiguous, so linear
//! layers, 1×1 convolutions and 3×3 convolutions are all the same matrix product over rows of
//! pixels, and a sequence needs no transposition. Weights are packed once into panels that the
//! kernel reads in order.
//!
//! Every output element is a sum in an order that depends on the layer alone. So results are
//! bitwise the same for every batch size and every number of threads.

mod attention;
mod bf16;
mod conv;
mod elementwise;
mod epilogue;
mod image;
mod mathematics;
mod matmul;
mod norm;
mod peak;
mod threads;
pub(crate) mod winograd;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;

use super::{
    Activation, AttentionSpec, Backend, ConvWeights, Dims, GroupNormSpec, LinearWeights, Reader,
};
use crate::tensor::Tensor;
use attention::PackedHead;
use bf16::{Bf16Conv, Bf16Head, Multiplier, Panels, Rounded};
use conv::Direct;
use epilogue::Epilogue;
use image::Image;
use matmul::{After, Kept, Packed};
use threads::Threads;

/// A number of threads and the instruction set that was found.
#[derive(Clone)]
pub struct Cpu {
    threads: Threads,
    arch: pulp::Arch,
    /// f32 values in one vector register.
    lanes: usize,
    tier: Tier,
}

/// What large products are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Everything is f32.
    F32,
    /// Weights are kept in bf16: half the memory. With AMX the other side of a product is rounded too and its tiles multiply,
    /// with sums in f32; elsewhere products are f32.
    Bf16,
}

impl FromStr for Precision {
    type Err = UnknownPrecision;

    fn from_str(name: &str) -> Result<Self, UnknownPrecision> {
        match name {
            "f32" => Ok(Self::F32),
            "bf16" => Ok(Self::Bf16),
            other => Err(UnknownPrecision(other.to_owned())),
        }
    }
}

impl fmt::Display for Precision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::F32 => "f32",
            Self::Bf16 => "bf16",
        })
    }
}

/// A name that is no precision's.
#[derive(Debug, thiserror::Error)]
#[error("expected precision f32 or bf16, found {0:?}")]
pub struct UnknownPrecision(String);

/// Precision, and what multiplies in it.
#[derive(Clone, Copy)]
enum Tier {
    F32,
    /// Weights are bf16, products f32.
    Bf16Weights,
    Bf16(Multiplier),
}

impl Cpu {
    /// So many worker threads, at least one; 1 works in the calling thread. In f32.
    pub fn new(n_threads: usize) -> Self {
        let arch = pulp::Arch::new();
        let (threads, lanes) = (Threads::new(n_threads), arch.dispatch(Lanes));
        Self { threads, arch, lanes, tier: Tier::F32 }
    }

    /// The same, in another precision. What was packed before must not be used with it.
    pub fn with_precision(self, precision: Precision) -> Self {
        let tier = match precision {
            Precision::F32 => Tier::F32,
            Precision::Bf16 => Multiplier::amx().map_or(Tier::Bf16Weights, Tier::Bf16),
        };
        Self { tier, ..self }
    }

    /// bf16 with the instructions of AMX, whatever the processor says of itself.
    ///
    /// # Safety
    /// The processor has AMX and the system has granted its state to this process; or a handler of SIGILL runs its instructions,
    /// as `tests/amx.rs` does.
    #[allow(unsafe_code, reason = "the caller's promise is handed on")]
    pub unsafe fn with_amx(self) -> Self {
        // SAFETY: the caller's promise.
        Self { tier: Tier::Bf16(unsafe { Multiplier::assume_amx() }), ..self }
    }

    /// What AMX makes, to the bit, on any processor's vectors: for comparison, at half the speed of f32.
    pub fn with_bf16_vectors(self) -> Self {
        Self { tier: Tier::Bf16(Multiplier::Vectors), ..self }
    }

    /// Whether bf16 products run on the tiles of AMX here.
    pub fn has_amx() -> bool {
        Multiplier::amx().is_some()
    }

    /// What large products are made of.
    pub fn precision(&self) -> Precision {
        match self.tier {
            Tier::F32 => Precision::F32,
            Tier::Bf16Weights | Tier::Bf16(_) => Precision::Bf16,
        }
    }

    /// How f32's panels keep a layer's weights.
    fn kept(&self, c_in: usize, c_out: usize) -> Kept {
        match self.tier {
            Tier::Bf16Weights if bf16::applies(c_in, c_out) => Kept::Half,
            _ => Kept::Single,
        }
    }

    /// For heads that are packed in bf16.
    fn multiplier(&self) -> Multiplier {
        match self.tier {
            Tier::F32 | Tier::Bf16Weights => Multiplier::Vectors,
            Tier::Bf16(multiplier) => multiplier,
        }
    }

    /// How many threads it uses.
    pub fn n_threads(&self) -> usize {
        self.threads.count()
    }

    /// The vector instructions that were found.
    pub fn instructions(&self) -> &'static str {
        match self.lanes {
            16 => "AVX-512",
            8 => "AVX2",
            4 => "NEON",
            _ => "none for vectors",
        }
    }

    /// f32 values per vector register: 16 with AVX-512, 8 with AVX2, 4 with NEON.
    pub fn lanes(&self) -> usize {
        self.lanes
    }
}

struct Lanes;

impl pulp::WithSimd for Lanes {
    type Output = usize;
    fn with_simd<S: pulp::Simd>(self, _: S) -> usize {
        S::F32_LANES
    }
}

/// Values in (N, H, W, C) order, shared until someone changes them.
#[derive(Clone, Debug)]
pub struct CpuTensor {
    dims: Dims,
    held: Held,
}

#[derive(Clone, Debug)]
enum Held {
    Single(Arc<Vec<f32>>),
    /// For products alone.
    Rounded(Arc<Rounded>),
}

impl CpuTensor {
    fn new(dims: Dims, data: Vec<f32>) -> Self {
        debug_assert_eq!(dims.len(), data.len());
        Self { dims, held: Held::Single(Arc::new(data)) }
    }

    fn rounded(rounded: Rounded) -> Self {
        Self { dims: rounded.dims(), held: Held::Rounded(Arc::new(rounded)) }
    }

    /// # Panics
    /// If it was made for products alone and is read by something else, which is a bug.
    fn values(&self) -> &[f32] {
        match &self.held {
            Held::Single(values) => values,
            Held::Rounded(_) => panic!("a tensor for products alone is read by something else"),
        }
    }

    /// As f32 in any case.
    fn widened(&self) -> Cow<'_, [f32]> {
        match &self.held {
            Held::Single(values) => Cow::Borrowed(values),
            Held::Rounded(rounded) => Cow::Owned(rounded.widened()),
        }
    }

    /// Some positions, as f32 in any case.
    fn positions(&self, positions: Range<usize>) -> Cow<'_, [f32]> {
        let c = self.dims.c;
        match &self.held {
            Held::Single(values) => Cow::Borrowed(&values[positions.start * c..positions.end * c]),
            Held::Rounded(rounded) => Cow::Owned(rounded.widened_pixels(positions)),
        }
    }

    /// The values, for changing; copies them if another tensor shares them.
    fn into_data(self) -> Vec<f32> {
        match self.held {
            Held::Single(values) => Arc::unwrap_or_clone(values),
            Held::Rounded(rounded) => rounded.widened(),
        }
    }

    /// Pixels or tokens of all rows.
    fn n_positions(&self) -> usize {
        self.dims.n * self.dims.positions()
    }
}

/// Scale and shift per channel.
pub struct CpuNorm {
    scale: Vec<f32>,
    shift: Vec<f32>,
}

/// A packed convolution.
pub enum CpuConv {
    /// f32, as it stands or by minimal filtering.
    F32(Direct),
    /// Rounded.
    Bf16(Bf16Conv),
}

impl CpuConv {
    /// Sizes of what becomes of an image.
    fn out_dims(&self, image: Dims) -> Dims {
        match self {
            Self::F32(conv) => conv.out_dims(image),
            Self::Bf16(conv) => conv.out_dims(image),
        }
    }
}

/// A packed linear layer.
pub enum CpuLinear {
    /// f32.
    F32(Packed),
    /// Rounded.
    Bf16(Panels),
}

impl CpuLinear {
    /// Whether GEGLU can be applied to its outputs while they are made: a function of the layer alone.
    fn can_be_gated(&self) -> bool {
        match self {
            Self::F32(linear) => linear.can_be_gated(),
            Self::Bf16(panels) => panels.can_be_gated(),
        }
    }
}

impl Cpu {
    fn convolve(&self, x: &CpuTensor, conv: &CpuConv, epilogue: Epilogue<'_>) -> CpuTensor {
        let conv_and_image = (conv, &x.held);
        if let (CpuConv::Bf16(conv), Held::Rounded(rounded)) = conv_and_image
            && conv.padding() == rounded.border()
        {
            epilogue.check(conv.out_dims(x.dims));
            return conv.run_rounded(self, rounded, epilogue);
        }
        self.convolve_image(Image::new(&x.widened(), x.dims), conv, epilogue)
    }

    fn convolve_image(
        &self,
        image: Image<'_>,
        conv: &CpuConv,
        epilogue: Epilogue<'_>,
    ) -> CpuTensor {
        epilogue.check(conv.out_dims(image.dims));
        match conv {
            CpuConv::F32(conv) => conv::conv2d(self, image, conv, epilogue),
            CpuConv::Bf16(conv) => conv.run(self, image, epilogue),
        }
    }

    fn multiply(&self, x: &CpuTensor, linear: &CpuLinear, after: After<'_>) -> CpuTensor {
        let linear = match linear {
            CpuLinear::F32(linear) => linear,
            CpuLinear::Bf16(panels) => return bf16::linear(self, x, panels, after),
        };
        assert_eq!(x.dims.c, linear.n_in(), "input channels");
        let dims = Dims { c: after.n_out(linear.n_out()), ..x.dims };
        after.check(dims);
        let values = x.widened();
        let source = matmul::Rows { data: &values, stride: x.dims.c };
        CpuTensor::new(dims, matmul::product(self, &source, x.n_positions(), linear, after))
    }

    /// The border that those who read an image want around it, if they want it rounded.
    fn border(reader: Reader<'_, Self>) -> Option<usize> {
        match reader {
            Reader::Conv(CpuConv::Bf16(conv)) => Some(conv.padding()),
            Reader::Linear(CpuLinear::Bf16(_)) => Some(0),
            Reader::Conv(CpuConv::F32(_)) | Reader::Linear(CpuLinear::F32(_)) => None,
        }
    }
}

impl Backend for Cpu {
    type Tensor = CpuTensor;
    type Conv = CpuConv;
    type Linear = CpuLinear;
    type Norm = CpuNorm;

    fn pack_conv(&self, weights: ConvWeights) -> CpuConv {
        let (c_out, c_in) = (weights.weight.shape()[0], weights.weight.shape()[1]);
        match self.tier {
            Tier::Bf16(_) if bf16::applies(c_in, c_out) && weights.stride <= bf16::MOST_STRIDE => {
                CpuConv::Bf16(Bf16Conv::new(self, weights))
            }
            _ => CpuConv::F32(Direct::new(self, self.kept(c_in, c_out), weights)),
        }
    }

    fn pack_linear(&self, weights: LinearWeights) -> CpuLinear {
        let (c_out, c_in) = (weights.weight.shape()[0], weights.weight.shape()[1]);
        let values = weights.weight.data();
        match self.tier {
            Tier::Bf16(_) if bf16::applies(c_in, c_out) => {
                CpuLinear::Bf16(Panels::of_rows(self, c_in, c_out, values, weights.bias))
            }
            _ => {
                let at = |o: usize, k: usize| values[o * c_in + k];
                let kept = self.kept(c_in, c_out);
                CpuLinear::F32(Packed::new(self, kept, [c_in, c_out], at, weights.bias))
            }
        }
    }

    fn pack_norm(&self, scale: Tensor, shift: Tensor) -> CpuNorm {
        CpuNorm { scale: scale.into_data(), shift: shift.into_data() }
    }

    fn scope<R: Send>(&self, run: impl FnOnce() -> R + Send) -> R {
        self.threads.install(run)
    }

    fn n_workers(&self) -> usize {
        self.n_threads()
    }

    fn upload(&self, tensor: &Tensor) -> CpuTensor {
        match *tensor.shape() {
            [n, c, h, w] => {
                let dims = Dims { n, c, h, w };
                CpuTensor::new(dims, swap_inner_axes(tensor.data(), c, h * w))
            }
            [n, t, c] => CpuTensor::new(Dims { n, c, h: 1, w: t }, tensor.data().to_vec()),
            ref other => panic!("upload takes images or token rows, not shape {other:?}"),
        }
    }

    fn download_image(&self, x: &CpuTensor) -> Tensor {
        let Dims { n, c, h, w } = x.dims;
        Tensor::from_parts([n, c, h, w], swap_inner_axes(x.values(), h * w, c))
    }

    fn download_tokens(&self, x: &CpuTensor) -> Tensor {
        Tensor::from_parts([x.dims.n, x.dims.positions(), x.dims.c], x.values().to_vec())
    }

    fn dims(&self, x: &CpuTensor) -> Dims {
        x.dims
    }

    fn conv2d(&self, x: &CpuTensor, conv: &CpuConv) -> CpuTensor {
        self.convolve(x, conv, Epilogue::default())
    }

    fn conv2d_add(&self, x: &CpuTensor, conv: &CpuConv, y: &CpuTensor) -> CpuTensor {
        self.convolve(x, conv, Epilogue::add(y))
    }

    fn conv2d_add_activate(
        &self,
        x: &CpuTensor,
        conv: &CpuConv,
        y: &CpuTensor,
        activation: Activation,
    ) -> CpuTensor {
        self.convolve(x, conv, Epilogue::add(y).and(activation))
    }

    fn conv2d_activate(&self, x: &CpuTensor, conv: &CpuConv, activation: Activation) -> CpuTensor {
        self.convolve(x, conv, Epilogue::activate(activation))
    }

    fn conv2d_add_channels(&self, x: &CpuTensor, conv: &CpuConv, y: &CpuTensor) -> CpuTensor {
        let out = conv.out_dims(x.dims);
        self.convolve(x, conv, Epilogue::add_channels(y, out))
    }

    fn conv2d_enlarged(&self, x: &CpuTensor, h: usize, w: usize, conv: &CpuConv) -> CpuTensor {
        let image = Image::enlarged(x.values(), x.dims, [h, w]);
        self.convolve_image(image, conv, Epilogue::default())
    }

    fn linear(&self, x: &CpuTensor, linear: &CpuLinear) -> CpuTensor {
        self.multiply(x, linear, After::Each(Epilogue::default()))
    }

    fn linear_for_attention(&self, x: &CpuTensor, linear: &CpuLinear) -> CpuTensor {
        match linear {
            CpuLinear::Bf16(panels) => {
                bf16::linear_rounded(self, x, panels, After::Each(Epilogue::default()))
            }
            CpuLinear::F32(_) => self.linear(x, linear),
        }
    }

    fn linear_add(&self, x: &CpuTensor, linear: &CpuLinear, y: &CpuTensor) -> CpuTensor {
        self.multiply(x, linear, After::Each(Epilogue::add(y)))
    }

    fn linear_activate(
        &self,
        x: &CpuTensor,
        linear: &CpuLinear,
        activation: Activation,
    ) -> CpuTensor {
        self.multiply(x, linear, After::Each(Epilogue::activate(activation)))
    }

    fn linear_geglu(&self, x: &CpuTensor, linear: &CpuLinear) -> CpuTensor {
        match linear.can_be_gated() {
            true => self.multiply(x, linear, After::Geglu),
            false => self.geglu(&self.linear(x, linear)),
        }
    }

    fn linear_geglu_for(&self, x: &CpuTensor, linear: &CpuLinear, reader: &CpuLinear) -> CpuTensor {
        match (linear, reader) {
            (CpuLinear::Bf16(panels), CpuLinear::Bf16(_)) if panels.can_be_gated() => {
                bf16::linear_rounded(self, x, panels, After::Geglu)
            }
            _ => self.linear_geglu(x, linear),
        }
    }

    fn group_norm(&self, x: &CpuTensor, norm: &CpuNorm, spec: GroupNormSpec) -> CpuTensor {
        norm::group_norm(self, x, norm, spec)
    }

    fn group_norm_for(
        &self,
        x: &CpuTensor,
        norm: &CpuNorm,
        spec: GroupNormSpec,
        reader: Reader<'_, Self>,
    ) -> CpuTensor {
        match Self::border(reader) {
            Some(border) => norm::group_norm_rounded(self, x, norm, spec, border),
            None => self.group_norm(x, norm, spec),
        }
    }

    fn layer_norm(&self, x: &CpuTensor, norm: &CpuNorm, eps: f32) -> CpuTensor {
        norm::layer_norm(self, x, norm, eps)
    }

    fn layer_norm_for(
        &self,
        x: &CpuTensor,
        norm: &CpuNorm,
        eps: f32,
        reader: &CpuLinear,
    ) -> CpuTensor {
        match reader {
            CpuLinear::Bf16(_) => norm::layer_norm_rounded(self, x, norm, eps),
            CpuLinear::F32(_) => self.layer_norm(x, norm, eps),
        }
    }

    fn attention(
        &self,
        q: &CpuTensor,
        k: &CpuTensor,
        v: &CpuTensor,
        spec: AttentionSpec<'_>,
    ) -> CpuTensor {
        match self.tier {
            Tier::F32 | Tier::Bf16Weights => {
                attention::attention::<PackedHead>(self, q, k, v, spec)
            }
            Tier::Bf16(_) => attention::attention::<Bf16Head>(self, q, k, v, spec),
        }
    }

    fn attention_for(
        &self,
        q: &CpuTensor,
        k: &CpuTensor,
        v: &CpuTensor,
        spec: AttentionSpec<'_>,
        reader: &CpuLinear,
    ) -> CpuTensor {
        match (self.tier, reader) {
            (Tier::Bf16(_), CpuLinear::Bf16(_)) => {
                attention::attention_rounded::<Bf16Head>(self, q, k, v, spec)
            }
            _ => self.attention(q, k, v, spec),
        }
    }

    fn attention_mapped(
        &self,
        q: &CpuTensor,
        k: &CpuTensor,
        v: &CpuTensor,
        n_heads: usize,
        map_rows: &[usize],
    ) -> CpuTensor {
        match self.tier {
            Tier::F32 | Tier::Bf16Weights => {
                attention::attention_mapped::<PackedHead>(self, q, k, v, n_heads, map_rows)
            }
            Tier::Bf16(_) => {
                attention::attention_mapped::<Bf16Head>(self, q, k, v, n_heads, map_rows)
            }
        }
    }

    fn gather_rows(&self, rows: &[(&CpuTensor, usize)]) -> CpuTensor {
        elementwise::gather_rows(rows)
    }

    fn shift(&self, x: CpuTensor, plus: &CpuTensor, minus: &CpuTensor) -> CpuTensor {
        elementwise::shift(self, x, plus, minus)
    }

    fn activate(&self, x: CpuTensor, activation: Activation) -> CpuTensor {
        elementwise::activate(self, x, activation)
    }

    fn geglu(&self, x: &CpuTensor) -> CpuTensor {
        elementwise::geglu(self, x)
    }

    fn add(&self, x: CpuTensor, y: &CpuTensor) -> CpuTensor {
        elementwise::add(self, x, y)
    }

    fn add_channels(&self, x: CpuTensor, y: &CpuTensor) -> CpuTensor {
        elementwise::add_channels(self, x, y)
    }

    fn concat_channels(&self, a: &CpuTensor, b: &CpuTensor) -> CpuTensor {
        elementwise::concat_channels(self, a, b)
    }

    fn upsample_nearest(&self, x: &CpuTensor, h: usize, w: usize) -> CpuTensor {
        elementwise::upsample_nearest(self, x, h, w)
    }
}

/// (…, rows, columns) → (…, columns, rows)
fn swap_inner_axes(data: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(data.len());
    for matrix in data.chunks_exact((rows * columns).max(1)) {
        for column in 0..columns {
            out.extend((0..rows).map(|row| matrix[row * columns + column]));
        }
    }
    out
}
