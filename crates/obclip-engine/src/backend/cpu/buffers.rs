//! Memory that operations work in and leave their results in: an arena, used again by those that follow. Once a pass has run, the
//! next one asks the system for nothing.
//!
//! Memory comes in *slabs*, which are cut into *blocks*; blocks that lie side by side are joined again when both are idle.
//! A job's memory hardly grows by it: before a slab is made, idle ones go back to the system until no more is held than was in
//! use at the fullest moment.
//!
//! Nothing of a job outlives it: whoever ends a job [releases](Buffers::release) what is idle, and memory is wiped before it goes
//! back. What is taken within a job holds the values of whoever had it before; operations overwrite all of it. Builds with debug
//! assertions fill it with NaN, so that tests would see a value that was not written.

mod blocks;

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use pulp::bytemuck::{cast_slice, cast_slice_mut};
use zeroize::Zeroize;

use blocks::{Block, Blocks, Wiped};

/// The memory of one engine; its clones share it.
#[derive(Default)]
pub(super) struct Buffers {
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    blocks: Blocks,
    /// Nobody's, and without a block.
    empty: Vec<Arc<Values>>,
}

impl Buffers {
    /// So many values, of any content.
    pub(super) fn take(self: &Arc<Self>, len: usize) -> Buffer {
        self.take_from(len, Blocks::take)
    }

    /// The same, of memory that goes back to the system as soon as nobody needs it: for what outlives a pass.
    pub(super) fn take_apart(self: &Arc<Self>, len: usize) -> Buffer {
        self.take_from(len, Blocks::take_apart)
    }

    fn take_from(
        self: &Arc<Self>,
        len: usize,
        take: impl FnOnce(&mut Blocks, usize) -> (Block, Wiped),
    ) -> Buffer {
        let mut shelf = self.shelf();
        let (block, dropped) = take(&mut shelf.blocks, len * size_of::<f32>());
        let empty = shelf.empty.pop();
        drop(shelf);
        // Wiped without anybody waiting.
        drop(dropped);
        let mut values = empty.unwrap_or_else(|| Arc::new(Values::new(Arc::downgrade(self))));
        let own = Arc::get_mut(&mut values).expect("an empty buffer is nobody's");
        (own.block, own.len) = (Some(block), len);
        if cfg!(debug_assertions) {
            own.slice_mut().fill(f32::NAN);
        }
        Buffer(Shared(Some(values)))
    }

    /// So many zeros.
    pub(super) fn take_zeros(self: &Arc<Self>, len: usize) -> Buffer {
        let mut buffer = self.take(len);
        buffer.fill(0.0);
        buffer
    }

    /// Gives what is idle back to the system, wiped; what lies between blocks that are in use is wiped where it is.
    pub(super) fn release(&self) {
        let whole = self.shelf().blocks.release();
        drop(whole);
    }

    fn shelf(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

struct Values {
    /// Nothing while it is nobody's.
    block: Option<Block>,
    /// Values in use.
    len: usize,
    home: Weak<Buffers>,
}

impl Values {
    fn new(home: Weak<Buffers>) -> Self {
        Self { block: None, len: 0, home }
    }

    fn slice(&self) -> &[f32] {
        let bytes = self.block.as_ref().map_or(&[][..], Block::bytes);
        &cast_slice(bytes)[..self.len]
    }

    fn slice_mut(&mut self) -> &mut [f32] {
        let bytes = self.block.as_mut().map_or(&mut [][..], Block::bytes_mut);
        &mut cast_slice_mut(bytes)[..self.len]
    }
}

/// One whose engine is gone, or that two let go of in the same moment, see [`Shared`].
impl Drop for Values {
    fn drop(&mut self) {
        let Some(mut block) = self.block.take() else { return };
        match self.home.upgrade() {
            Some(home) => drop(home.shelf().blocks.put_back(block)),
            None => block.bytes_mut().zeroize(),
        }
    }
}

/// A buffer that one has alone.
pub(super) struct Buffer(Shared);

/// A buffer that several read; the last of them gives it back.
#[derive(Clone)]
pub(super) struct Shared(Option<Arc<Values>>);

impl Buffer {
    /// Nobody changes it any more.
    pub(super) fn share(self) -> Shared {
        self.0
    }

    /// As doubles; as many as there are pairs of values.
    pub(super) fn doubles_mut(&mut self) -> &mut [f64] {
        let len = self.len() / 2;
        cast_slice_mut(&mut self[..2 * len])
    }
}

impl Shared {
    /// For changing, if nobody else reads it.
    pub(super) fn into_own(mut self) -> Result<Buffer, Self> {
        match self.0.as_mut().and_then(Arc::get_mut).is_some() {
            true => Ok(Buffer(self)),
            false => Err(self),
        }
    }

    /// For filling, before anybody else reads it: a bug otherwise.
    pub(super) fn own_mut(&mut self) -> &mut [f32] {
        let own = self.0.as_mut().and_then(Arc::get_mut);
        own.expect("a buffer that one has alone").slice_mut()
    }
}

impl Deref for Buffer {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        &self.0
    }
}

impl DerefMut for Buffer {
    fn deref_mut(&mut self) -> &mut [f32] {
        self.0.own_mut()
    }
}

impl Deref for Shared {
    type Target = [f32];

    fn deref(&self) -> &[f32] {
        self.0.as_ref().map_or(&[], |values| values.slice())
    }
}

/// Its length alone: latents are nobody's business.
impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} values", self.len())
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        let Some(mut values) = self.0.take() else { return };
        // Two that let go in the same moment may both see the other: then the values are dropped, which gives back the block.
        let Some(own) = Arc::get_mut(&mut values) else { return };
        let Some(home) = own.home.upgrade() else { return };
        let Some(block) = own.block.take() else { return };
        let mut shelf = home.shelf();
        let dropped = shelf.blocks.put_back(block);
        shelf.empty.push(values);
        drop(shelf);
        drop(dropped);
    }
}
