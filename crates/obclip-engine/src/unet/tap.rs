//! Where reuse may reach into a forward pass without the reader of the plain path having to know.

use crate::backend::Backend;

/// A part of the U-Net whose output a tap sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// A level of the way down; 0 has the highest resolution.
    Down(usize),
    /// The mid block.
    Mid,
    /// A level of the way up, in running order; 0 has the lowest resolution.
    Up(usize),
}

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
    /// Which transformer layer.
    pub layer: usize,
    /// Which of its two attentions.
    pub kind: AttentionKind,
}

/// Watches a forward pass, and may hand in what it kept from another one.
pub trait Tap<B: Backend>: Send {
    /// Stands around every attention (projections included); by default computes it.
    fn attention(&mut self, _site: Site, compute: &mut dyn FnMut() -> B::Tensor) -> B::Tensor {
        compute()
    }

    /// Sees what a stage gives to the next.
    fn stage(&mut self, _stage: Stage, _output: &B::Tensor) {}
}

/// The tap that does nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Untapped;

impl<B: Backend> Tap<B> for Untapped {}
