"""Cached latents with their labels, drawn as training batches of (scaled latent, caption)."""

import json
import random

import numpy as np
import torch

import captions

from . import dataset
from .paths import CACHE, CHECKPOINTS

WEIGHTS = {"train": 0.88, "emoji": 0.07, "peeps": 0.05}
NO_CAPTION = 0.10


class LatentSource:
    """Endless batches; mirrored with probability one half; the caption is dropped for guidance now and then."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)
        self.scale = json.loads((CHECKPOINTS / "latents.json").read_text())["scaling_factor"]
        self.latents = {name: np.load(CACHE / f"latents-{name}.npy", mmap_mode="r") for name in WEIGHTS}
        self.labels = {name: dataset.labels(name) for name in WEIGHTS}

    def batch(self, count: int) -> tuple[torch.Tensor, list[str]]:
        latents, texts = [], []
        for name in self.rng.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count):
            at = self.rng.randrange(len(self.latents[name]))
            encoded = self.latents[name][at, self.rng.randrange(2)]
            latents.append(encoded if encoded.any() else self.latents[name][at, 0])  # its mirror image may not be encoded yet
            texts.append("" if self.rng.random() < NO_CAPTION else captions.caption(self.labels[name][at], self.rng))
        return torch.from_numpy(np.stack(latents)).float() * self.scale, texts
