//! The reply, checked whole, then the one latent that is meant.

use std::hint::black_box;

use obclip_protocol::{LatentShape, Redacted, decode_reply, read_frame};

use crate::error::Error;
use crate::secret::{Choice, Settled};

/// Waits for the reply; the only holder of the choice. Consumed by [`Pending::select`].
#[derive(Debug)]
pub struct Pending {
    shape: LatentShape,
    n_members: usize,
    choice: Choice,
    text: Redacted<String>,
}

/// The latent that is meant and the text for the device's model. Secret.
pub struct Chosen {
    shape: LatentShape,
    values: Vec<f32>,
    text: Redacted<String>,
}

impl Pending {
    pub(crate) fn new(shape: LatentShape, n_members: usize, settled: Settled) -> Self {
        Self { shape, n_members, choice: settled.choice, text: settled.text }
    }

    /// Checks all latents, then takes the chosen one. One bad latent discards all, with an error
    /// that does not say which.
    pub fn select(self, reply: &[u8]) -> Result<Chosen, Error> {
        let reply = decode_reply(reply, self.shape, self.n_members)?;
        let check = |frame: &Vec<u8>| read_frame(frame, self.shape);
        let latents: Vec<_> = reply.latents.iter().map(check).collect();
        let latents = latents.into_iter().collect::<Result<Vec<_>, _>>()?;
        let values = pick(&latents, self.choice.member_idx(), self.shape.n_values());
        Ok(Chosen { shape: self.shape, values, text: self.text })
    }
}

impl Chosen {
    /// Channels, height, width.
    pub fn shape(&self) -> LatentShape {
        self.shape
    }

    /// The latent, (C, H, W) row-major.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The user's own words with what was drawn, for the device's model only.
    pub fn text(&self) -> &Redacted<String> {
        &self.text
    }
}

impl std::fmt::Debug for Chosen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

impl Drop for Chosen {
    fn drop(&mut self) {
        self.values.fill(0.0);
    }
}

/// Reads every latent whole and keeps one by mask: memory access does not depend on the choice.
fn pick(latents: &[Vec<f32>], member_idx: usize, n_values: usize) -> Vec<f32> {
    let mut bits = vec![0_u32; n_values];
    for (idx, latent) in latents.iter().enumerate() {
        let mask = black_box(u32::from(idx == member_idx).wrapping_neg());
        for (kept, value) in bits.iter_mut().zip(latent) {
            *kept |= value.to_bits() & mask;
        }
    }
    bits.into_iter().map(f32::from_bits).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pick_keeps_each_latent_bit_for_bit() {
        let latents = vec![vec![1.0, -0.0], vec![f32::MIN_POSITIVE, 2.5], vec![-3.0, 0.1]];
        for (idx, latent) in latents.iter().enumerate() {
            let bits = |values: &[f32]| values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&pick(&latents, idx, 2)), bits(latent));
        }
    }
}
