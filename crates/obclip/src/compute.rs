//! What computes: how many threads, and in which precision.

use clap::{Args, ValueEnum};
use obclip_engine::{Cpu, GpuChoice, Precision};

/// Same for every command that loads a model.
#[derive(Debug, Args)]
pub(crate) struct ComputeArgs {
    /// Threads to compute with [default: all cores]
    #[arg(long, value_name = "N", conflicts_with = "gpu")]
    threads: Option<usize>,

    /// How the processor multiplies numbers [default: f32]
    #[arg(long, value_enum, env = "OBCLIP_CPU", conflicts_with = "gpu")]
    precision: Option<Tier>,

    /// Compute on an NVIDIA GPU, by its number; behind a colon how values lie in its memory: f16, bf16 or f32 [default:
    /// the processor]
    #[arg(long, value_name = "NUMBER[:STORAGE]")]
    pub(crate) gpu: Option<GpuChoice>,
}

/// What may be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Tier {
    /// As every figure of this project was measured
    F32,
    /// Weights in half the memory; on a processor with AVX512_BF16 or AMX its instructions multiply (AMX is not
    /// timed yet). Pictures differ by a few grey levels
    Bf16,
    /// The plain code that the fast one is tested against: the same pictures within rounding, very slowly
    Reference,
}

impl ComputeArgs {
    /// The fast backend; nothing for the plain one.
    pub(crate) fn cpu(&self) -> Option<Cpu> {
        let precision = match self.precision {
            None | Some(Tier::F32) => Precision::F32,
            Some(Tier::Bf16) => Precision::Bf16,
            Some(Tier::Reference) => return None,
        };
        Some(Cpu::new(self.threads.unwrap_or_else(all_cores)).with_precision(precision))
    }

    /// What was chosen, and what it comes down to on this machine.
    pub(crate) fn describe(&self) -> String {
        let cores = all_cores();
        let Some(cpu) = self.cpu() else {
            return format!("reference: plain loops in one thread, {cores} cores");
        };
        let products = match (cpu.precision(), Cpu::bf16_instructions()) {
            (Precision::F32, Some(on)) => format!("f32; --precision bf16 would run on {on}"),
            (Precision::F32, None) => "f32; no AMX, no AVX512_BF16".to_owned(),
            (Precision::Bf16, Some("AMX")) => "bf16 on AMX".to_owned(),
            (Precision::Bf16, Some(on)) => format!("bf16 on {on}; no AMX"),
            (Precision::Bf16, None) => {
                "bf16 weights, multiplied in f32; no AMX, no AVX512_BF16".to_owned()
            }
        };
        let (instructions, lanes) = (cpu.instructions(), cpu.lanes());
        format!(
            "{products}; {instructions} ({lanes} values at once), {} of {cores} cores",
            cpu.n_threads()
        )
    }
}

fn all_cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
