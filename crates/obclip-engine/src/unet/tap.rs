//! Where reuse may reach into a forward pass without the reader of the plain path having to know.

use obclip_plan::Block;

use super::Features;
use crate::backend::Backend;

/// What an attention reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AttentionKind {
    /// The image's own positions.
    OwnPositions,
    /// The text.
    Text,
}

/// One attention of the network. Transformer layers are counted in running order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Site {
    /// Where it stands.
    pub block: Block,
    /// Which transformer layer.
    pub layer: usize,
    /// Which of its two attentions.
    pub kind: AttentionKind,
}

/// Watches a forward pass, and may hand in what it kept from another one.
pub trait Tap<B: Backend>: Send {
    /// Whether it is asked about an attention at all. What nobody wants is added to its input where it is made.
    fn wants_attention(&self, _site: Site) -> bool {
        true
    }

    /// Stands around every attention that it wants (projections included); by default computes it.
    fn attention(&mut self, _site: Site, compute: &mut dyn FnMut() -> B::Tensor) -> B::Tensor {
        compute()
    }

    /// Which row's attention map each row takes in a block; by default its own.
    fn map_rows(&mut self, _block: Block) -> Option<Vec<usize>> {
        None
    }

    /// May stand in for a whole block: its output, and the skip tensors it makes on the way down.
    fn instead_of(&mut self, _block: Block) -> Option<Features<B>> {
        None
    }

    /// Sees what a block that was computed hands on: its output, and the skip tensors it made.
    fn computed(&mut self, _block: Block, _output: &B::Tensor, _skips: &[B::Tensor]) {}
}

/// The tap that does nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Untapped;

impl<B: Backend> Tap<B> for Untapped {
    fn wants_attention(&self, _site: Site) -> bool {
        false
    }
}
