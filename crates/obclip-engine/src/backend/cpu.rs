//! The fast backend: f32, all cores, SIMD by run-time dispatch (AVX2, AVX-512, NEON); on request large products in bf16, on
//! the tiles of AMX or by the instruction of AVX512_BF16 where there are any.
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
mod buffers;
mod conv;
mod elementwise;
mod epilogue;
mod image;
mod layers;
mod mathematics;
mod matmul;
mod norm;
mod operations;
mod peak;
mod precision;
mod tensor;
mod threads;
pub(crate) mod winograd;

use std::sync::Arc;

use bf16::{Dots, Multiplier};
use buffers::Buffers;
pub use layers::{CpuConv, CpuLinear, CpuNorm};
use matmul::Kept;
use precision::Tier;
pub use precision::{Precision, UnknownPrecision};
pub use tensor::CpuTensor;
use tensor::Held;
use threads::Threads;

/// A number of threads and the instruction set that was found.
#[derive(Clone)]
pub struct Cpu {
    threads: Threads,
    arch: pulp::Arch,
    /// f32 values in one vector register.
    lanes: usize,
    tier: Tier,
    buffers: Arc<Buffers>,
}

impl Cpu {
    /// So many worker threads, at least one; 1 works in the calling thread. In f32.
    pub fn new(n_threads: usize) -> Self {
        let arch = pulp::Arch::new();
        let (threads, lanes) = (Threads::new(n_threads), arch.dispatch(Lanes));
        Self { threads, arch, lanes, tier: Tier::F32, buffers: Arc::default() }
    }

    /// With AVX2 alone, on a processor that has more: for comparison. Elsewhere it changes nothing.
    pub fn with_narrow_vectors(self) -> Self {
        #[cfg(target_arch = "x86_64")]
        if let Some(v3) = pulp::x86::V3::try_new() {
            let arch = pulp::Arch::V3(v3);
            return Self { arch, lanes: arch.dispatch(Lanes), ..self };
        }
        self
    }

    /// The same, in another precision. What was packed before must not be used with it.
    pub fn with_precision(self, precision: Precision) -> Self {
        let tier = match precision {
            Precision::F32 => Tier::F32,
            Precision::Bf16 => Multiplier::best().map_or(Tier::Bf16Weights, Tier::Bf16),
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

    /// Weights in bf16, products in f32: what bf16 is on a processor without instructions for it.
    pub fn with_bf16_weights(self) -> Self {
        Self { tier: Tier::Bf16Weights, ..self }
    }

    /// The instruction of AVX512_BF16, where there is one, also on a processor with AMX.
    pub fn with_bf16_dots(self) -> Option<Self> {
        let tier = Tier::Bf16(Multiplier::dots()?);
        Some(Self { tier, ..self })
    }

    /// What AVX512_BF16 makes, to the bit, in plain code: for comparison, and very slowly.
    pub fn with_plain_bf16_dots(self) -> Self {
        Self { tier: Tier::Bf16(Multiplier::Dots(Dots::Plain)), ..self }
    }

    /// Whether bf16 products run on the tiles of AMX here.
    pub fn has_amx() -> bool {
        Multiplier::amx().is_some()
    }

    /// What bf16 products run on here, if on anything of their own.
    pub fn bf16_instructions() -> Option<&'static str> {
        Multiplier::best().map(Multiplier::name)
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

    /// What multiplies pairs, where that is what bf16 products are made of.
    fn dots(&self) -> Option<Dots> {
        match self.tier {
            Tier::Bf16(Multiplier::Dots(dots)) => Some(dots),
            Tier::F32 | Tier::Bf16Weights | Tier::Bf16(_) => None,
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
