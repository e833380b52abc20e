//! The tiles of AMX (Intel's manual, volume 1, chapter 18). Stable Rust has no intrinsics for them, but its assembler knows the
//! instructions. Linux grants their state to a process that asks (Documentation/arch/x86/xstate.rst).
//!
//! A machine without AMX tests this file too: `tests/amx.rs` runs its instructions in a handler of SIGILL.
#![allow(unsafe_code, reason = "instructions that only the assembler knows")]

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
pub(super) use absent::{Permit, Tiles};
#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
pub(super) use present::{Permit, Tiles};

#[cfg(all(target_arch = "x86_64", target_os = "linux"))]
mod present {
    use std::arch::asm;
    use std::arch::x86_64::__cpuid_count;
    use std::marker::PhantomData;
    use std::sync::OnceLock;

    use super::super::SIDE;
    use super::super::kernel::Sums;

    /// The instructions are there and may be used.
    #[derive(Clone, Copy, Debug)]
    pub(in crate::backend::cpu) struct Permit(());

    /// What `ldtilecfg` reads.
    #[repr(C, align(64))]
    struct TileConfig {
        palette: u8,
        start_row: u8,
        reserved: [u8; 14],
        bytes_per_row: [u16; 16],
        rows: [u8; 16],
    }

    /// All eight tiles: sixteen rows of sixty-four bytes.
    static CONFIG: TileConfig = {
        let (mut bytes_per_row, mut rows) = ([0; 16], [0; 16]);
        let mut tile = 0;
        while tile < 8 {
            bytes_per_row[tile] = ROW_BYTES as u16;
            rows[tile] = SIDE as u8;
            tile += 1;
        }
        TileConfig { palette: 1, start_row: 0, reserved: [0; 14], bytes_per_row, rows }
    };

    const ROW_BYTES: usize = 64;
    /// Bytes of one step of a panel.
    const STEP_BYTES: usize = SIDE * ROW_BYTES;

    impl Permit {
        /// Asks processor and system, once per process.
        pub(in super::super) fn ask() -> Option<Self> {
            static GRANTED: OnceLock<bool> = OnceLock::new();
            GRANTED.get_or_init(|| has_instructions() && request_permission()).then_some(Self(()))
        }

        /// # Safety
        /// The instructions can be run.
        pub(in super::super) unsafe fn assume() -> Self {
            Self(())
        }

        /// Sets up the tiles of this thread.
        pub(in super::super) fn open(self) -> Tiles {
            // SAFETY: the permit; a valid configuration.
            unsafe {
                asm!("ldtilecfg [{}]", in(reg) &raw const CONFIG, options(nostack, readonly));
            }
            Tiles(PhantomData)
        }
    }

    /// The tiles of this thread, ready. They are given back at the end, so that the system does not keep their eight KiB for every
    /// switch of threads.
    pub(in super::super) struct Tiles(PhantomData<*const ()>);

    impl Drop for Tiles {
        fn drop(&mut self) {
            // SAFETY: they were set up, so the instruction is there.
            unsafe {
                asm!("tilerelease", options(nomem, nostack));
            }
        }
    }

    impl Tiles {
        /// Two tiles times two panels. `stride` and `offsets` are in pairs of four bytes.
        ///
        /// # Safety
        /// From each of `left`, sixteen rows of sixteen pairs can be read at every one of `offsets`; from each of `panels`, a step
        /// for each of them.
        pub(in super::super) unsafe fn multiply(
            &mut self,
            left: [*const u32; 2],
            stride: usize,
            offsets: &[usize],
            panels: [*const u32; 2],
            sums: &mut Sums,
        ) {
            if offsets.is_empty() {
                *sums = super::super::kernel::NO_SUMS;
                return;
            }
            // SAFETY: the caller's promise about the pointers; the stores fill exactly `sums`, 32 rows of
            // 128 bytes. Tile registers are used by nothing else.
            unsafe {
                asm!(
                    "tilezero tmm0",
                    "tilezero tmm1",
                    "tilezero tmm2",
                    "tilezero tmm3",
                    "2:",
                    "mov {at}, qword ptr [{offset}]",
                    "lea {from}, [{left0} + {at}*4]",
                    "tileloadd tmm4, [{from} + {stride}*1]",
                    "lea {from}, [{left1} + {at}*4]",
                    "tileloadd tmm5, [{from} + {stride}*1]",
                    "mov {at:e}, 64",
                    "tileloadd tmm6, [{panel0} + {at}*1]",
                    "tileloadd tmm7, [{panel1} + {at}*1]",
                    "tdpbf16ps tmm0, tmm4, tmm6",
                    "tdpbf16ps tmm1, tmm4, tmm7",
                    "tdpbf16ps tmm2, tmm5, tmm6",
                    "tdpbf16ps tmm3, tmm5, tmm7",
                    // The panels come from the second-level cache or beyond: two steps ahead, line by line. Past the end it does
                    // no harm.
                    "mov {at:e}, {step_bytes}",
                    "3:",
                    "prefetcht0 [{panel0} + {at} + {step_bytes}]",
                    "prefetcht0 [{panel1} + {at} + {step_bytes}]",
                    "add {at}, 64",
                    "cmp {at}, 2*{step_bytes}",
                    "jb 3b",
                    "add {offset}, 8",
                    "add {panel0}, {step_bytes}",
                    "add {panel1}, {step_bytes}",
                    "dec {count}",
                    "jnz 2b",
                    "mov {at:e}, 128",
                    "tilestored [{sums} + {at}*1], tmm0",
                    "tilestored [{sums} + {at}*1 + 64], tmm1",
                    "tilestored [{sums} + {at}*1 + 2048], tmm2",
                    "tilestored [{sums} + {at}*1 + 2112], tmm3",
                    step_bytes = const STEP_BYTES,
                    offset = inout(reg) offsets.as_ptr() => _,
                    count = inout(reg) offsets.len() => _,
                    left0 = in(reg) left[0],
                    left1 = in(reg) left[1],
                    panel0 = inout(reg) panels[0] => _,
                    panel1 = inout(reg) panels[1] => _,
                    stride = in(reg) 4 * stride,
                    sums = in(reg) sums.as_mut_ptr(),
                    at = out(reg) _,
                    from = out(reg) _,
                    options(nostack),
                );
            }
        }
    }

    /// CPUID leaf 7: AMX-BF16 and AMX-TILE.
    fn has_instructions() -> bool {
        const BF16: u32 = 1 << 22;
        const TILE: u32 = 1 << 24;
        let has_leaf = __cpuid_count(0, 0).eax >= 7;
        has_leaf && __cpuid_count(7, 0).edx & (BF16 | TILE) == BF16 | TILE
    }

    /// `arch_prctl(ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA)`: for the whole process, threads to come included.
    fn request_permission() -> bool {
        const ARCH_PRCTL: i64 = 158;
        const REQUEST: i64 = 0x1023;
        const TILE_DATA: i64 = 18;
        let result: i64;
        // SAFETY: a system call that touches no memory of ours.
        unsafe {
            asm!(
                "syscall",
                inlateout("rax") ARCH_PRCTL => result,
                in("rdi") REQUEST,
                in("rsi") TILE_DATA,
                out("rcx") _,
                out("r11") _,
                options(nostack),
            );
        }
        result == 0
    }
}

#[cfg(not(all(target_arch = "x86_64", target_os = "linux")))]
mod absent {
    use super::super::kernel::Sums;

    /// There is none on this machine.
    #[derive(Clone, Copy, Debug)]
    pub(in crate::backend::cpu) enum Permit {}

    impl Permit {
        pub(in super::super) fn ask() -> Option<Self> {
            None
        }

        /// # Safety
        /// Never.
        pub(in super::super) unsafe fn assume() -> Self {
            panic!("AMX is a thing of x86-64 and Linux")
        }

        pub(in super::super) fn open(self) -> Tiles {
            match self {}
        }
    }

    /// There are none on this machine.
    pub(in super::super) enum Tiles {}

    impl Tiles {
        /// # Safety
        /// Never called.
        pub(in super::super) unsafe fn multiply(
            &mut self,
            _: [*const u32; 2],
            _: usize,
            _: &[usize],
            _: [*const u32; 2],
            _: &mut Sums,
        ) {
            match *self {}
        }
    }
}
