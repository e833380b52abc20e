//! The dozen operations a model is made of. Layout of activations and packing of weights are the
//! backend's own business; [`reference::Reference`] is the tests' oracle, [`cpu::Cpu`] the fast
//! one, and `cuda::Cuda` the one on NVIDIA GPUs (feature `cuda`).
//!
//! A backend tensor has `N` rows, `H × W` positions and `C` channels. A sequence of T tokens is an
//! image of `1 × T` positions, so a linear layer and a 1×1 convolution are the same operation.

pub mod cpu;
#[cfg(feature = "cuda")]
pub mod cuda;
pub mod reference;
mod storage;

use crate::error::Error;
use crate::tensor::Tensor;
pub use storage::{GpuChoice, NoGpuChoice, Storage};

/// Sizes of a backend tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dims {
    /// Rows of the batch.
    pub n: usize,
    /// Channels.
    pub c: usize,
    /// Height; 1 for a sequence.
    pub h: usize,
    /// Width, or number of tokens.
    pub w: usize,
}

impl Dims {
    /// Positions of one row: pixels or tokens.
    pub fn positions(&self) -> usize {
        self.h * self.w
    }

    /// Number of values.
    pub fn len(&self) -> usize {
        self.n * self.c * self.h * self.w
    }

    /// True if there are no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A pointwise function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// `x · sigmoid(x)`
    Silu,
    /// `x · Φ(x)` with the exact error function.
    Gelu,
    /// `x · sigmoid(1.702 x)`, CLIP's.
    QuickGelu,
    /// `x · sigmoid(√(8/π) · (x + 0.044715 x³))`, GPT-2's approximation of GELU.
    GeluTanh,
    /// `max(x, 0)`
    Relu,
}

/// A convolution's weights as they stand in the file.
#[derive(Clone, Debug)]
pub struct ConvWeights {
    /// (C_out, C_in, k, k)
    pub weight: Tensor,
    /// (C_out)
    pub bias: Option<Tensor>,
    /// Step of the window, both ways.
    pub stride: usize,
    /// Zeros on each side.
    pub padding: usize,
}

/// A linear layer's weights as they stand in the file.
#[derive(Clone, Debug)]
pub struct LinearWeights {
    /// (C_out, C_in), or (C_out, C_in, 1, 1) for a 1×1 convolution.
    pub weight: Tensor,
    /// (C_out)
    pub bias: Option<Tensor>,
}

/// How an attention mixes tokens.
#[derive(Clone, Copy, Debug)]
pub struct AttentionSpec<'a> {
    /// The channels are split among this many heads.
    pub n_heads: usize,
    /// A token sees only itself and earlier ones.
    pub causal: bool,
    /// Which row of the keys and values each row of the queries reads; by default its own.
    pub kv_rows: Option<&'a [usize]>,
}

impl AttentionSpec<'_> {
    /// The row of keys and values for a row of queries.
    pub fn kv_row(&self, q_row: usize) -> usize {
        self.kv_rows.map_or(q_row, |rows| rows[q_row])
    }
}

/// A layer that reads what is made. What an operation makes *for* a reader is read by that layer, by others of its kind that
/// read as many channels, and by [`Backend::gather_rows`], by nothing else: a backend may make it in the form they read.
pub enum Reader<'a, B: Backend + ?Sized> {
    /// A convolution.
    Conv(&'a B::Conv),
    /// A linear layer.
    Linear(&'a B::Linear),
}

/// A machine that runs the operations. Shapes are the caller's duty: weights are checked against
/// the configuration at load, so inside a model a mismatch is a bug and panics.
pub trait Backend: Send + Sync {
    /// Activations.
    type Tensor: Clone + Send + Sync;
    /// A packed convolution.
    type Conv: Send + Sync;
    /// A packed linear layer.
    type Linear: Send + Sync;
    /// Scale and shift of a normalisation.
    type Norm: Send + Sync;

    /// Packs a convolution, once, at load.
    fn pack_conv(&self, weights: ConvWeights) -> Self::Conv;
    /// Packs a linear layer, once, at load.
    fn pack_linear(&self, weights: LinearWeights) -> Self::Linear;
    /// Packs a normalisation's scale and shift, each (C).
    fn pack_norm(&self, scale: Tensor, shift: Tensor) -> Self::Norm;

    /// Asked once after the last weights were packed: on a machine with memory of its own they may not have fitted.
    fn check_packed(&self) -> Result<(), Error> {
        Ok(())
    }

    /// Runs a whole forward pass where the backend wants it (inside its thread pool, say).
    fn scope<R: Send>(&self, run: impl FnOnce() -> R + Send) -> R {
        run()
    }

    /// Told when a job ends: memory that was kept for its next pass may go, and nothing of its content stays.
    fn release_memory(&self) {}

    /// How many parts of an operation are worked on at once.
    fn n_workers(&self) -> usize {
        1
    }

    /// What lies idle between tensors of a job because it is too small for the next: one part of so many, as measured.
    fn idle_part(&self) -> u64 {
        8
    }

    /// (N, C, H, W) or (N, T, C) from the host.
    fn upload(&self, tensor: &Tensor) -> Self::Tensor;
    /// To the host as (N, C, H, W).
    fn download_image(&self, x: &Self::Tensor) -> Tensor;
    /// To the host as (N, T, C).
    fn download_tokens(&self, x: &Self::Tensor) -> Tensor;
    /// [`Self::download_image`] of what a machine computed that can fail on the way, or why it did.
    fn fetch_image(&self, x: &Self::Tensor) -> Result<Tensor, Error> {
        Ok(self.download_image(x))
    }
    /// [`Self::download_tokens`] likewise.
    fn fetch_tokens(&self, x: &Self::Tensor) -> Result<Tensor, Error> {
        Ok(self.download_tokens(x))
    }
    /// Sizes.
    fn dims(&self, x: &Self::Tensor) -> Dims;

    /// Convolution with bias.
    fn conv2d(&self, x: &Self::Tensor, conv: &Self::Conv) -> Self::Tensor;
    /// At every position, over the channels: `W x + b`.
    fn linear(&self, x: &Self::Tensor, linear: &Self::Linear) -> Self::Tensor;
    /// [`Self::linear`], for attentions, which alone read it, and [`Self::gather_rows`].
    fn linear_for_attention(&self, x: &Self::Tensor, linear: &Self::Linear) -> Self::Tensor {
        self.linear(x, linear)
    }
    /// [`Self::conv2d`], and `y` added to it.
    fn conv2d_add(&self, x: &Self::Tensor, conv: &Self::Conv, y: &Self::Tensor) -> Self::Tensor {
        self.add(self.conv2d(x, conv), y)
    }
    /// [`Self::linear`], and `y` added to it.
    fn linear_add(
        &self,
        x: &Self::Tensor,
        linear: &Self::Linear,
        y: &Self::Tensor,
    ) -> Self::Tensor {
        self.add(self.linear(x, linear), y)
    }
    /// [`Self::conv2d_add`], then the activation.
    fn conv2d_add_activate(
        &self,
        x: &Self::Tensor,
        conv: &Self::Conv,
        y: &Self::Tensor,
        activation: Activation,
    ) -> Self::Tensor {
        self.activate(self.conv2d_add(x, conv, y), activation)
    }
    /// [`Self::conv2d`], then the activation.
    fn conv2d_activate(
        &self,
        x: &Self::Tensor,
        conv: &Self::Conv,
        activation: Activation,
    ) -> Self::Tensor {
        self.activate(self.conv2d(x, conv), activation)
    }
    /// [`Self::conv2d`], then [`Self::add_channels`].
    fn conv2d_add_channels(
        &self,
        x: &Self::Tensor,
        conv: &Self::Conv,
        y: &Self::Tensor,
    ) -> Self::Tensor {
        self.add_channels(self.conv2d(x, conv), y)
    }
    /// [`Self::upsample_nearest`], then [`Self::conv2d`].
    fn conv2d_enlarged(
        &self,
        x: &Self::Tensor,
        h: usize,
        w: usize,
        conv: &Self::Conv,
    ) -> Self::Tensor {
        self.conv2d(&self.upsample_nearest(x, h, w), conv)
    }
    /// [`Self::linear`], then the activation.
    fn linear_activate(
        &self,
        x: &Self::Tensor,
        linear: &Self::Linear,
        activation: Activation,
    ) -> Self::Tensor {
        self.activate(self.linear(x, linear), activation)
    }
    /// [`Self::linear_geglu`], for one that reads it.
    fn linear_geglu_for(
        &self,
        x: &Self::Tensor,
        linear: &Self::Linear,
        _reader: &Self::Linear,
    ) -> Self::Tensor {
        self.linear_geglu(x, linear)
    }
    /// [`Self::linear`], then [`Self::geglu`].
    fn linear_geglu(&self, x: &Self::Tensor, linear: &Self::Linear) -> Self::Tensor {
        self.geglu(&self.linear(x, linear))
    }
    /// Normalises each group of channels over all positions of its row, then scales and shifts;
    /// then the activation, if any.
    fn group_norm(&self, x: &Self::Tensor, norm: &Self::Norm, spec: GroupNormSpec) -> Self::Tensor;
    /// [`Self::group_norm`], for one that reads it.
    fn group_norm_for(
        &self,
        x: &Self::Tensor,
        norm: &Self::Norm,
        spec: GroupNormSpec,
        _reader: Reader<'_, Self>,
    ) -> Self::Tensor {
        self.group_norm(x, norm, spec)
    }
    /// [`Self::layer_norm`], for one that reads it.
    fn layer_norm_for(
        &self,
        x: &Self::Tensor,
        norm: &Self::Norm,
        eps: f32,
        _reader: &Self::Linear,
    ) -> Self::Tensor {
        self.layer_norm(x, norm, eps)
    }
    /// Normalises the channels of each position, then scales and shifts.
    fn layer_norm(&self, x: &Self::Tensor, norm: &Self::Norm, eps: f32) -> Self::Tensor;
    /// `softmax(q kᵀ / √d) v` for each head; d is the channels of one head.
    fn attention(
        &self,
        q: &Self::Tensor,
        k: &Self::Tensor,
        v: &Self::Tensor,
        spec: AttentionSpec<'_>,
    ) -> Self::Tensor;
    /// [`Self::attention`], for one that reads it.
    fn attention_for(
        &self,
        q: &Self::Tensor,
        k: &Self::Tensor,
        v: &Self::Tensor,
        spec: AttentionSpec<'_>,
        _reader: &Self::Linear,
    ) -> Self::Tensor {
        self.attention(q, k, v, spec)
    }
    /// Like [`Self::attention`] with weights that several rows share: row i of the values is mixed with the
    /// weights of row `map_rows[i]` of queries and keys, and every such row is multiplied out once. Queries
    /// and keys have one row per map.
    fn attention_mapped(
        &self,
        q: &Self::Tensor,
        k: &Self::Tensor,
        v: &Self::Tensor,
        n_heads: usize,
        map_rows: &[usize],
    ) -> Self::Tensor;
    /// Single rows of tensors whose rows have one size, below each other.
    fn gather_rows(&self, rows: &[(&Self::Tensor, usize)]) -> Self::Tensor;
    /// One row of a tensor, for longer than the pass that made it.
    fn keep_row(&self, x: &Self::Tensor, row: usize) -> Self::Tensor {
        self.gather_rows(&[(x, row)])
    }
    /// `x + plus − minus`
    fn shift(&self, x: Self::Tensor, plus: &Self::Tensor, minus: &Self::Tensor) -> Self::Tensor;
    /// Pointwise.
    fn activate(&self, x: Self::Tensor, activation: Activation) -> Self::Tensor;
    /// Halves the channels: first half times GELU of the second.
    fn geglu(&self, x: &Self::Tensor) -> Self::Tensor;
    /// `x + y`
    fn add(&self, x: Self::Tensor, y: &Self::Tensor) -> Self::Tensor;
    /// Adds one value per channel, from a `y` with one position and one row or as many as `x`.
    fn add_channels(&self, x: Self::Tensor, y: &Self::Tensor) -> Self::Tensor;
    /// Channels of `a`, then channels of `b`.
    fn concat_channels(&self, a: &Self::Tensor, b: &Self::Tensor) -> Self::Tensor;
    /// Nearest neighbour, to `h × w` positions.
    fn upsample_nearest(&self, x: &Self::Tensor, h: usize, w: usize) -> Self::Tensor;
}

/// What a group normalisation needs besides its weights.
#[derive(Clone, Copy, Debug)]
pub struct GroupNormSpec {
    /// Groups of channels.
    pub n_groups: usize,
    /// Added to the variance.
    pub eps: f32,
    /// Applied after scale and shift.
    pub activation: Option<Activation>,
}
