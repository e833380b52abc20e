"""The autoencoder's shape: diffusers' AutoencoderTiny, factor 8, 8 latent channels, one width throughout."""

from diffusers import AutoencoderTiny

WIDTH = 32
LATENT_CHANNELS = 8


def build(scaling_factor: float = 1.0) -> AutoencoderTiny:
    return AutoencoderTiny(
        encoder_block_out_channels=(WIDTH,) * 4,
        decoder_block_out_channels=(WIDTH,) * 4,
        num_encoder_blocks=(0, 0, 1, 3),
        num_decoder_blocks=(3, 2, 1, 0),
        latent_channels=LATENT_CHANNELS,
        scaling_factor=scaling_factor,
    )
