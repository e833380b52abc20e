"""Stage 3: encodes every training portrait and its mirror image once, in f16, and measures the latents' scale."""

import json

import numpy as np
import torch
from numpy.lib.format import open_memmap

from pair import autoencoder, dataset
from pair.paths import CACHE, CHECKPOINTS

SETS = ("train", "emoji", "peeps")


@torch.no_grad()
def main() -> None:
    torch.set_num_threads(1)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = autoencoder.build().to(device, memory_format=torch.channels_last).eval()
    model.load_state_dict(torch.load(CHECKPOINTS / "autoencoder.pt", map_location=device))
    for mirrored in (0, 1):  # the mirror images come second, so that training may start on the first half
        for name in SETS:
            pixels, labels = dataset.load(name)
            shape = (len(labels), 2, autoencoder.LATENT_CHANNELS, 16, 16)
            encoded = open_memmap(CACHE / f"latents-{name}.npy", "r+" if mirrored else "w+", np.float16, None if mirrored else shape)
            for at in range(0, len(labels), 64):
                x = dataset.to_model(pixels[at : at + 64]).to(device, memory_format=torch.channels_last)
                encoded[at : at + 64, mirrored] = model.encoder(x.flip(-1) if mirrored else x).cpu().numpy()
            if not mirrored and name == "train":
                spread = encoded[::7, 0].astype(np.float32)
                scale = 1 / float(np.sqrt((spread**2).mean()))
                (CHECKPOINTS / "latents.json").write_text(json.dumps({"scaling_factor": round(scale, 4)}))
                print("scaling factor", scale, "std per channel", spread.std((0, 2, 3)).round(2), flush=True)
            print(name, "mirrored" if mirrored else "", encoded.shape, flush=True)


if __name__ == "__main__":
    main()
