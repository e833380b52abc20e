//! An allocator that puts memory against pages nobody may touch: whoever reads or writes a byte too far dies of SIGSEGV.

use std::alloc::{GlobalAlloc, Layout, System};
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The system's for little; else pages of its own, the one behind (or before) the memory closed.
struct Fenced;

#[global_allocator]
static FENCED: Fenced = Fenced;

/// Smaller ones hold no tensor of a test.
const LEAST: usize = 512;
const PAGE: usize = 4096;

/// Whether the closed page lies behind or before.
static IS_BEHIND: AtomicBool = AtomicBool::new(true);
static N_FENCED: AtomicU64 = AtomicU64::new(0);

/// From now on; what was made before stays as it is.
pub(crate) fn close_behind(is_behind: bool) {
    IS_BEHIND.store(is_behind, Ordering::SeqCst);
}

/// Allocations that have stood against a closed page.
pub(crate) fn n_fenced() -> u64 {
    N_FENCED.load(Ordering::Relaxed)
}

fn is_fenced(layout: Layout) -> bool {
    layout.size() >= LEAST && layout.align() <= PAGE
}

/// Bytes of the whole: a page, the memory in whole pages, a page.
fn whole(size: usize) -> usize {
    size.next_multiple_of(PAGE) + 2 * PAGE
}

// SAFETY: memory of its own is mapped, large enough and aligned; everything else is the system allocator's. Which of both it
// was is told by size and alignment, which are the same when it is given back.
unsafe impl GlobalAlloc for Fenced {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !is_fenced(layout) {
            // SAFETY: the caller's promise.
            return unsafe { System.alloc(layout) };
        }
        let len = whole(layout.size());
        // SAFETY: a new mapping; both ends of it are then closed.
        let start = unsafe {
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            let start =
                libc::mmap(null_mut(), len, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0);
            if start == libc::MAP_FAILED {
                return null_mut();
            }
            let start = start.cast::<u8>();
            libc::mprotect(start.cast(), PAGE, libc::PROT_NONE);
            libc::mprotect(start.add(len - PAGE).cast(), PAGE, libc::PROT_NONE);
            start
        };
        N_FENCED.fetch_add(1, Ordering::Relaxed);
        let offset = match IS_BEHIND.load(Ordering::SeqCst) {
            // As far back as the alignment lets it.
            true => (len - PAGE - layout.size()) / layout.align() * layout.align(),
            false => PAGE,
        };
        // SAFETY: inside of the mapping.
        unsafe { start.add(offset) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        match is_fenced(layout) {
            // SAFETY: the caller's promise. New mappings are zeros.
            true => unsafe { self.alloc(layout) },
            // SAFETY: the caller's promise.
            false => unsafe { System.alloc_zeroed(layout) },
        }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        if !is_fenced(layout) {
            // SAFETY: the caller's promise.
            return unsafe { System.dealloc(at, layout) };
        }
        let len = whole(layout.size());
        // Behind the closed page it lies less than a page in.
        let start = (at as usize - PAGE) / PAGE * PAGE;
        // SAFETY: the whole of a mapping of ours, which nobody uses any more.
        unsafe {
            libc::munmap(start as *mut _, len);
        }
    }
}
