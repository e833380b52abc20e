//! What a measurement computes with.

use clap::{Args, ValueEnum};
use obclip_engine::{Cpu, Precision};

/// Threads and precision.
#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct ComputeArgs {
    #[arg(long, default_value_t = 1)]
    pub(crate) threads: usize,
    /// How numbers are multiplied.
    #[arg(long, value_enum, default_value_t = Tier::F32)]
    pub(crate) precision: Tier,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tier {
    F32,
    /// As `obclip generate --precision bf16`: AMX or AVX512_BF16 where there is some, else weights alone.
    Bf16,
    /// What AMX makes, to the bit, on any processor, slowly.
    Bf16Products,
}

impl ComputeArgs {
    pub(crate) fn cpu(self) -> Cpu {
        let cpu = Cpu::new(self.threads);
        match self.precision {
            Tier::F32 => cpu,
            Tier::Bf16 => cpu.with_precision(Precision::Bf16),
            Tier::Bf16Products => cpu.with_bf16_vectors(),
        }
    }

    /// What it comes down to on this machine.
    pub(crate) fn describe(self) -> &'static str {
        match (self.precision, Cpu::bf16_instructions()) {
            (Tier::F32, _) => "f32",
            (Tier::Bf16, Some("AMX")) => "bf16 on AMX",
            (Tier::Bf16, Some(_)) => "bf16 on AVX512_BF16",
            (Tier::Bf16, None) => "bf16 weights, products in f32",
            (Tier::Bf16Products, _) => "bf16 products on vectors",
        }
    }
}
