"""What bf16 costs PyTorch itself: its modules in bf16 against its own in f32, beside which `parity FOLDER bf16` stands.

    python scripts/bf16_errors.py FOLDER      # as parity_full_size.py makes it, for example WORK/sd15

`max |a - b| / max |b|` and `rms(a - b) / rms(b)`, timestep 999, channels last.
"""

import sys
from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from safetensors.torch import load_file

import make_vectors as small


def say(name, found, expected):
    difference = found.float() - expected
    largest = difference.abs().max() / expected.abs().max()
    print(f"{name}: {largest:.1e}, {(difference.pow(2).mean() / expected.pow(2).mean()).sqrt():.1e}")


@torch.no_grad()
def main() -> None:
    folder = Path(sys.argv[1])
    expected = load_file(folder / "expected.safetensors")
    unet = UNet2DConditionModel.from_pretrained(folder / "unet", torch_dtype=torch.bfloat16).eval()
    found = {}
    latents, text = expected["unet.latents"].bfloat16(), expected["text.out"][:1].bfloat16()
    small.record(unet.to(memory_format=torch.channels_last), found, "unet.999", latents, 999, text)
    for name in sorted(expected.keys() & found.keys()):
        say(name, found[name], expected[name])
    del unet
    vae = AutoencoderKL.from_pretrained(folder / "vae", torch_dtype=torch.bfloat16).eval()
    latents = expected["vae.latents"].bfloat16() / vae.config.scaling_factor
    say("vae", vae.decode(latents).sample, expected["vae.out"])


if __name__ == "__main__":
    main()
