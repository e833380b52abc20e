//! Slabs of memory, cut into blocks. A block is a `BytesMut`: the crate cuts and joins them in safe code.

use bytes::BytesMut;
use zeroize::Zeroize;

/// Lines of a cache: blocks begin at one, and are so many bytes long.
const LINE: usize = 64;
/// A new slab is at least such a part of what is in use, so that there are few.
const LEAST_PART: usize = 8;

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

impl Drop for Wiped {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(|block| block.bytes.as_mut().zeroize());
    }
}

/// The blocks of all slabs that are idle, and how much is held.
#[derive(Default)]
pub(super) struct Blocks {
    /// By slab, then by place.
    idle: Vec<Block>,
    /// Number and length of each slab.
    slabs: Vec<(u64, usize)>,
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
            let len = wanted.max((self.used_bytes / LEAST_PART).next_multiple_of(LINE));
            dropped = self.make_room(len);
            self.add_slab(len)
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

    /// The smallest idle block that is large enough.
    fn fitting(&self, wanted: usize) -> Option<usize> {
        let large = self.idle.iter().enumerate().filter(|(_, block)| block.bytes.len() >= wanted);
        large.min_by_key(|(_, block)| block.bytes.len()).map(|(at, _)| at)
    }

    pub(super) fn put_back(&mut self, block: Block) {
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

    fn is_whole(&self, block: &Block) -> bool {
        self.slabs.iter().any(|&(slab, len)| slab == block.slab && len == block.bytes.len())
    }

    fn take_out(&mut self, at: usize) -> Block {
        let block = self.idle.remove(at);
        self.idle_bytes -= block.bytes.len();
        self.slabs.retain(|&(slab, _)| slab != block.slab);
        block
    }

    /// The place of a new slab's only block.
    fn add_slab(&mut self, len: usize) -> usize {
        let slab = self.n_slabs_made;
        self.n_slabs_made += 1;
        let mut bytes = BytesMut::zeroed(len + LINE);
        // Never read or written: what is before the first line, and what is behind the last.
        let before = bytes.as_ptr().align_offset(LINE).min(LINE);
        drop(bytes.split_to(before));
        bytes.truncate(len);
        self.slabs.push((slab, len));
        self.idle_bytes += len;
        self.idle.push(Block { slab, start: 0, bytes });
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
