//! Latents → reply: one frame of fixed size per member, in canonical order.

use obclip_protocol::{Error, LatentShape, Reply, write_frame};

use crate::denoise::Denoised;

/// Rounds every latent to halves. A latent that is not finite refuses the whole reply.
pub(crate) fn frames(denoised: Denoised) -> Result<Reply, Error> {
    let sides = denoised.latents.shape()[1..].to_vec();
    let shape = LatentShape::new(sides[0] as u32, sides[1] as u32, sides[2] as u32)?;
    let latents = denoised
        .latents
        .data()
        .chunks_exact(shape.n_values())
        .map(|latent| write_frame(latent, shape))
        .collect::<Result<_, _>>()?;
    Ok(Reply { shape, latents })
}
