//! The reply as a checked type.

use crate::latent_frame::LatentShape;

/// One latent per member, in canonical order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The shape of every latent.
    pub shape: LatentShape,
    /// Frames of [`LatentShape::n_bytes`] bytes each, see [`crate::write_frame`].
    pub latents: Vec<Vec<u8>>,
}
