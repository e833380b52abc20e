//! Slabs of memory, cut into blocks. A block is a `BytesMut`: the crate cuts and joins them in safe code.

use bytes::BytesMut;
use zeroize::Zeroize;

/// Lines of a cache: blocks begin at one, and are so many bytes long.
const LINE: usize = 64;

/// Blocks up to this size are small: one position's channels, sums of channels.
const SMALL: usize = 1 << 12;
/// Bytes of a slab for them.
const SMALL_SLAB: usize = 1 << 15;
/// The number of slabs that are one block and are not kept.
const APART: u64 = u64::MAX;

fn is_small(n_bytes: usize) -> bool {
    n_bytes <= SMALL
}

/// Zeros, from a line's start on.
fn new_slab(len: usize) -> BytesMut {
    let mut bytes = BytesMut::zeroed(len + LINE);
    // What is before the first line, and what is behind the last, is never read or written. As far back as can be:
    // `tests/guarded.rs` closes the page behind.
    let before = LINE - bytes.as_ptr().addr() % LINE;
    drop(bytes.split_to(before));
    bytes.truncate(len);
    bytes
}

struct Slab {
    number: u64,
    len: usize,
    is_for_small: bool,
}

/// Some bytes of a slab.
pub(super) struct Block {
    slab: u64,
    /// From the slab's first block on.
    start: usize,
    bytes: BytesMut,
}

impl Block {
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        &mut self.bytes
    }

    fn end(&self) -> usize {
        self.start + self.bytes.len()
    }

    fn is_before(&self, other: &Self) -> bool {
        self.slab == other.slab && self.end() == other.start
    }
}

/// Slabs that nobody uses any more; wiped when they are dropped.
pub(super) struct Wiped(Vec<Block>);

impl Wiped {
    fn wipe(&mut self) {
        self.0.iter_mut().for_each(|block| block.bytes.as_mut().zeroize());
    }
}

impl Drop for Wiped {
    fn drop(&mut self) {
        self.wipe();
    }
}

/// The blocks of all slabs that are idle, and how much is held.
#[derive(Default)]
pub(super) struct Blocks {
    /// By slab, then by place.
    idle: Vec<Block>,
    slabs: Vec<Slab>,
    n_slabs_made: u64,
    idle_bytes: usize,
    used_bytes: usize,
    most_used_bytes: usize,
}

impl Blocks {
    /// A block of at least so many bytes; and slabs that had to go for it.
    pub(super) fn take(&mut self, n_bytes: usize) -> (Block, Wiped) {
        let wanted = n_bytes.max(1).next_multiple_of(LINE);
        self.used_bytes += wanted;
        self.most_used_bytes = self.most_used_bytes.max(self.used_bytes);
        let mut dropped = Wiped(Vec::new());
        let at = self.fitting(wanted).unwrap_or_else(|| {
            let len = match is_small(wanted) {
                true => SMALL_SLAB,
                false => wanted,
            };
            dropped = self.make_room(len);
            self.add_slab(len, is_small(wanted))
        });
        self.idle_bytes -= wanted;
        let block = &mut self.idle[at];
        if block.bytes.len() == wanted {
            return (self.idle.remove(at), dropped);
        }
        let own =
            Block { slab: block.slab, start: block.start, bytes: block.bytes.split_to(wanted) };
        block.start += wanted;
        (own, dropped)
    }

    /// A block that is a slab of its own.
    pub(super) fn take_apart(&mut self, n_bytes: usize) -> (Block, Wiped) {
        let bytes = new_slab(n_bytes.max(1).next_multiple_of(LINE));
        (Block { slab: APART, start: 0, bytes }, Wiped(Vec::new()))
    }

    /// The smallest idle block that is large enough. Small blocks have slabs of their own: there are many, some stay long, and
    /// between large ones they would keep those from being joined.
    fn fitting(&self, wanted: usize) -> Option<usize> {
        let fits = |block: &Block| {
            block.bytes.len() >= wanted
                && self.is_slab(block.slab, |slab| slab.is_for_small == is_small(wanted))
        };
        let large = self.idle.iter().enumerate().filter(|(_, block)| fits(block));
        large.min_by_key(|(_, block)| block.bytes.len()).map(|(at, _)| at)
    }

    pub(super) fn put_back(&mut self, block: Block) -> Wiped {
        if block.slab == APART {
            return Wiped(vec![block]);
        }
        self.used_bytes -= block.bytes.len();
        self.idle_bytes += block.bytes.len();
        let place = (block.slab, block.start);
        let at = self.idle.partition_point(|idle| (idle.slab, idle.start) < place);
        match at.checked_sub(1).filter(|&before| self.idle[before].is_before(&block)) {
            Some(before) => {
                self.idle[before].bytes.unsplit(block.bytes);
                self.join(before);
            }
            None => {
                self.idle.insert(at, block);
                self.join(at);
            }
        }
        Wiped(Vec::new())
    }

    /// Joins a block with the one behind it, if they lie side by side.
    fn join(&mut self, at: usize) {
        if self.idle.get(at + 1).is_some_and(|next| self.idle[at].is_before(next)) {
            let next = self.idle.remove(at + 1);
            self.idle[at].bytes.unsplit(next.bytes);
        }
    }

    /// Takes idle slabs out until a new one does not make more than was in use at the fullest moment; the largest first.
    fn make_room(&mut self, len: usize) -> Wiped {
        let mut dropped = Vec::new();
        while self.used_bytes + self.idle_bytes + len > self.most_used_bytes {
            let whole = self.idle.iter().enumerate().filter(|(_, block)| self.is_whole(block));
            let Some((at, _)) = whole.max_by_key(|(_, block)| block.bytes.len()) else { break };
            dropped.push(self.take_out(at));
        }
        Wiped(dropped)
    }

    fn is_slab(&self, number: u64, is_so: impl Fn(&Slab) -> bool) -> bool {
        self.slabs.iter().any(|slab| slab.number == number && is_so(slab))
    }

    fn is_whole(&self, block: &Block) -> bool {
        self.is_slab(block.slab, |slab| slab.len == block.bytes.len())
    }

    fn take_out(&mut self, at: usize) -> Block {
        let block = self.idle.remove(at);
        self.idle_bytes -= block.bytes.len();
        self.slabs.retain(|slab| slab.number != block.slab);
        block
    }

    /// The place of a new slab's only block.
    fn add_slab(&mut self, len: usize, is_for_small: bool) -> usize {
        let number = self.n_slabs_made;
        self.n_slabs_made += 1;
        self.slabs.push(Slab { number, len, is_for_small });
        self.idle_bytes += len;
        // Numbers rise, so the last place is its place.
        self.idle.push(Block { slab: number, start: 0, bytes: new_slab(len) });
        self.idle.len() - 1
    }

    /// Takes idle slabs out; wipes what is idle in the others.
    pub(super) fn release(&mut self) -> Wiped {
        let mut dropped = Vec::new();
        for at in (0..self.idle.len()).rev() {
            match self.is_whole(&self.idle[at]) {
                true => dropped.push(self.take_out(at)),
                false => self.idle[at].bytes.as_mut().zeroize(),
            }
        }
        self.most_used_bytes = self.used_bytes;
        Wiped(dropped)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: usize = 1 << 10;

    fn take(blocks: &mut Blocks, n_bytes: usize) -> Block {
        blocks.take(n_bytes).0
    }

    #[test]
    fn blocks_are_cut_and_joined_and_slabs_used_again() {
        let mut blocks = Blocks::default();
        let whole = take(&mut blocks, 64 * KIB);
        let place = whole.bytes().as_ptr();
        assert!(place.addr().is_multiple_of(LINE));
        drop(blocks.put_back(whole));
        let parts = [20 * KIB, 30 * KIB, 14 * KIB].map(|len| take(&mut blocks, len));
        assert_eq!(parts[0].bytes().as_ptr(), place);
        assert_eq!(blocks.slabs.len(), 1);
        let [first, second, third] = parts;
        for part in [second, first, third] {
            drop(blocks.put_back(part));
        }
        let again = take(&mut blocks, 64 * KIB);
        assert_eq!((again.bytes().as_ptr(), again.bytes().len()), (place, 64 * KIB));
    }

    #[test]
    fn no_more_is_held_than_was_in_use_at_the_fullest_moment() {
        let mut blocks = Blocks::default();
        let both = [50 * KIB, 50 * KIB].map(|len| take(&mut blocks, len));
        both.into_iter().for_each(|block| drop(blocks.put_back(block)));
        let held = |blocks: &Blocks| blocks.slabs.iter().map(|slab| slab.len).sum::<usize>();
        assert_eq!(held(&blocks), 100 * KIB);
        let (large, dropped) = blocks.take(80 * KIB);
        assert_eq!((held(&blocks), dropped.0.len()), (80 * KIB, 2));
        drop(blocks.put_back(large));
        drop(blocks.release());
        assert_eq!((held(&blocks), blocks.idle.len(), blocks.idle_bytes), (0, 0, 0));
    }

    #[test]
    fn small_blocks_and_those_apart_do_not_lie_among_the_others() {
        let mut blocks = Blocks::default();
        let both = [64 * KIB, 64 * KIB].map(|len| take(&mut blocks, len));
        both.into_iter().for_each(|block| drop(blocks.put_back(block)));
        let large = take(&mut blocks, 64 * KIB);
        let small = take(&mut blocks, KIB);
        assert_ne!(small.slab, large.slab);
        assert!(blocks.is_slab(small.slab, |slab| slab.is_for_small));
        let apart = blocks.take_apart(64 * KIB).0;
        assert!(!blocks.is_slab(apart.slab, |_| true));
        assert_eq!(blocks.put_back(apart).0.len(), 1, "it goes at once");
        drop((blocks.put_back(small), blocks.put_back(large)));
    }

    #[test]
    fn what_is_released_is_wiped_where_it_stays() {
        let mut blocks = Blocks::default();
        let mut first = take(&mut blocks, 64 * KIB);
        first.bytes_mut().fill(7);
        drop(blocks.put_back(first));
        let kept = take(&mut blocks, 32 * KIB);
        assert!(kept.bytes().iter().all(|&byte| byte == 7), "within a job nothing is wiped");
        drop(blocks.release());
        let next = take(&mut blocks, 32 * KIB);
        assert!(next.bytes().iter().all(|&byte| byte == 0));
        drop((blocks.put_back(kept), blocks.put_back(next)));
    }

    #[test]
    fn slabs_are_wiped_before_they_go() {
        let mut blocks = Blocks::default();
        let mut block = take(&mut blocks, 64 * KIB);
        block.bytes_mut().fill(7);
        drop(blocks.put_back(block));
        let mut going = blocks.release();
        assert!(going.0[0].bytes.iter().all(|&byte| byte == 7));
        going.wipe();
        assert!(going.0[0].bytes.iter().all(|&byte| byte == 0));
    }
}
