//! A handler of SIGILL that runs the instructions of AMX.

use std::cell::RefCell;
use std::sync::Once;

const SIDE: usize = 16;
const ROW_BYTES: usize = 64;

/// What a thread's tiles hold.
struct Tiles {
    is_configured: bool,
    n_run: u64,
    data: [[[u8; ROW_BYTES]; SIDE]; 8],
}

thread_local! {
    static TILES: RefCell<Tiles> = const {
        RefCell::new(Tiles { is_configured: false, n_run: 0, data: [[[0; ROW_BYTES]; SIDE]; 8] })
    };
}

/// Instructions that the handler ran in this thread.
#[allow(dead_code, reason = "one of the programs that share this asks")]
pub(crate) fn n_run() -> u64 {
    TILES.with_borrow(|tiles| tiles.n_run)
}

/// Once per process, where the processor has no AMX.
pub(crate) fn install() {
    static ONCE: Once = Once::new();
    if obclip_engine::Cpu::has_amx() {
        return;
    }
    ONCE.call_once(|| {
        // SAFETY: a zeroed `sigaction` is a valid one; the handler only touches its own thread's state.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            let handler: extern "C" fn(i32, *mut libc::siginfo_t, *mut libc::c_void) = on_illegal;
            action.sa_sigaction = handler as usize;
            action.sa_flags = libc::SA_SIGINFO | libc::SA_NODEFER;
            assert_eq!(libc::sigaction(libc::SIGILL, &raw const action, std::ptr::null_mut()), 0);
        }
    });
}

extern "C" fn on_illegal(_: i32, _: *mut libc::siginfo_t, context: *mut libc::c_void) {
    // SAFETY: the kernel hands a `ucontext_t` to a handler with SA_SIGINFO; its instruction pointer is at code of ours.
    unsafe {
        let context = &mut *context.cast::<libc::ucontext_t>();
        let registers = &mut context.uc_mcontext.gregs;
        let at = registers[libc::REG_RIP as usize] as *const u8;
        let len = TILES.with_borrow_mut(|tiles| run(tiles, at, registers));
        match len {
            Some(len) => registers[libc::REG_RIP as usize] += len,
            None => libc::abort(),
        }
    }
}

/// Runs the instruction at `at`; its length, or nothing if it is another's.
///
/// # Safety
/// `at` points to a whole instruction, and the addresses it names may be read or written.
unsafe fn run(tiles: &mut Tiles, at: *const u8, registers: &[i64; 23]) -> Option<i64> {
    // SAFETY: fifteen bytes are the longest instruction, and more code of ours follows.
    let bytes: [u8; 11] = unsafe { std::ptr::read_unaligned(at.cast()) };
    // C4, then R̄X̄B̄ and map 0F38, then W, v̄v̄v̄v̄, L and pp.
    let [0xc4, first, second, opcode, modrm, ..] = bytes else { return None };
    if first & 0x1f != 2 || second & 0x84 != 0 {
        return None;
    }
    let prefix = second & 3;
    let (mode, tile, rm) = (modrm >> 6, usize::from(modrm >> 3 & 7), usize::from(modrm & 7));
    tiles.n_run += 1;
    match (opcode, prefix, mode) {
        (0x49, 0, 3) if modrm == 0xc0 => {
            tiles.is_configured = false;
            return Some(5);
        }
        (0x49, 0, _) => {
            let (address, len, _) = address(&bytes, registers);
            // SAFETY: the caller's promise.
            let config: [u8; 64] = unsafe { std::ptr::read_unaligned(address as *const _) };
            // Palette 1, and full sizes for all eight tiles: the only ones that are stood in for.
            let sizes =
                (0..8).all(|i| config[16 + 2 * i..18 + 2 * i] == [64, 0] && config[48 + i] == 16);
            assert!(config[0] == 1 && config[1] == 0 && sizes, "another configuration");
            tiles.is_configured = true;
            return Some(len);
        }
        _ => {}
    }
    if !tiles.is_configured {
        return None;
    }
    match (opcode, prefix, mode) {
        (0x49, 3, 3) => {
            tiles.data[tile] = [[0; ROW_BYTES]; SIDE];
            Some(5)
        }
        (0x4b, 2 | 3, 0..=2) => {
            let (address, len, stride) = address(&bytes, registers);
            for (row, bytes) in tiles.data[tile].iter_mut().enumerate() {
                let place = address.wrapping_add(stride.wrapping_mul(row as i64));
                // SAFETY: the caller's promise.
                unsafe {
                    match prefix {
                        3 => *bytes = std::ptr::read_unaligned(place as *const _),
                        _ => std::ptr::write_unaligned(place as *mut _, *bytes),
                    }
                }
            }
            Some(len)
        }
        (0x5c, 2, 3) => {
            let right = usize::from(!(second >> 3) & 7);
            let (left, right) = (tiles.data[rm], tiles.data[right]);
            multiply(&mut tiles.data[tile], &left, &right);
            Some(5)
        }
        _ => None,
    }
}

/// Base + displacement, the instruction's length, and the index register, which is a distance here. All operands of ours have a
/// base; those of tiles an index with scale 1.
fn address(bytes: &[u8; 11], registers: &[i64; 23]) -> (i64, i64, i64) {
    let (first, modrm, sib) = (bytes[1], bytes[4], bytes[5]);
    let high = |bit: u8| usize::from(first >> bit & 1 == 0) * 8;
    let (mode, rm) = (modrm >> 6, modrm & 7);
    let (base, index, displacement_at) = match rm {
        4 => {
            assert_eq!(sib >> 6, 0, "a scale of 1");
            let index = usize::from(sib >> 3 & 7) + high(6);
            // Number 4 without the extra bit is no index.
            let index = if index == 4 { 0 } else { register(registers, index) };
            (usize::from(sib & 7), index, 6)
        }
        _ => (usize::from(rm), 0, 5),
    };
    assert!(mode != 0 || base != 5, "a base register");
    let at = displacement_at as usize;
    let (displacement, len) = match mode {
        0 => (0, displacement_at),
        1 => (i64::from(bytes[at] as i8), displacement_at + 1),
        _ => {
            let four = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
            (i64::from(i32::from_le_bytes(four)), displacement_at + 4)
        }
    };
    (register(registers, base + high(5)) + displacement, len, index)
}

fn register(registers: &[i64; 23], number: usize) -> i64 {
    const PLACES: [i32; 16] = [
        libc::REG_RAX,
        libc::REG_RCX,
        libc::REG_RDX,
        libc::REG_RBX,
        libc::REG_RSP,
        libc::REG_RBP,
        libc::REG_RSI,
        libc::REG_RDI,
        libc::REG_R8,
        libc::REG_R9,
        libc::REG_R10,
        libc::REG_R11,
        libc::REG_R12,
        libc::REG_R13,
        libc::REG_R14,
        libc::REG_R15,
    ];
    registers[PLACES[number] as usize]
}

/// TDPBF16PS: even and odd inputs are summed apart, then both are added to what was there. Denormals are zero on the way in and
/// on the way out.
fn multiply(
    sums: &mut [[u8; ROW_BYTES]; SIDE],
    left: &[[u8; ROW_BYTES]; SIDE],
    right: &[[u8; ROW_BYTES]; SIDE],
) {
    let half = |row: &[u8; ROW_BYTES], at: usize| {
        flush(f32::from_bits(u32::from(u16::from_le_bytes([row[2 * at], row[2 * at + 1]])) << 16))
    };
    for (sums, left) in sums.iter_mut().zip(left) {
        for n in 0..SIDE {
            let (mut even, mut odd) = (0.0_f32, 0.0_f32);
            for (k, right) in right.iter().enumerate() {
                even = flush(half(left, 2 * k).mul_add(half(right, 2 * n), even));
                odd = flush(half(left, 2 * k + 1).mul_add(half(right, 2 * n + 1), odd));
            }
            let place = 4 * n..4 * n + 4;
            let four = [
                sums[place.start],
                sums[place.start + 1],
                sums[place.start + 2],
                sums[place.start + 3],
            ];
            let sum = flush(f32::from_le_bytes(four) + flush(even + odd));
            sums[place].copy_from_slice(&sum.to_le_bytes());
        }
    }
}

fn flush(value: f32) -> f32 {
    if value.is_subnormal() { 0.0_f32.copysign(value) } else { value }
}
