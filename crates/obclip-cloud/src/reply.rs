//! Latents → reply bytes: one frame of fixed size per member, in canonical order.

use obclip_protocol::{LatentShape, Refusal, Reply, encode_reply, write_frame};

use crate::denoise::Denoised;

/// Rounds every latent to halves. A latent that is not finite refuses the whole reply.
pub(crate) fn encode(denoised: Denoised) -> Result<Vec<u8>, Refusal> {
    frames(denoised).map(|reply| encode_reply(&reply)).map_err(|error| Refusal::from(&error))
}

fn frames(denoised: Denoised) -> Result<Reply, obclip_protocol::Error> {
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
