"""Cached latents with their labels, drawn as training batches of (scaled latent, caption)."""

import itertools
import json
import random

import numpy as np
import torch

import captions

from . import dataset
from .paths import CACHE, CHECKPOINTS

WEIGHTS = {"train": 0.88, "emoji": 0.07, "peeps": 0.05}
NO_CAPTION = 0.10
#: Drawn this many times as often as other portraits: roles told apart by small marks, and hair of a named colour, which an age must survive.
OFTEN = {"doctor": 2.5, "lawyer": 2.5, "soldier": 2.5, "scientist": 2.5}
OFTEN_HAIR = 1.5


def share(labels: dict) -> float:
    """How often one portrait is drawn, relative to a plain one."""
    return OFTEN.get(labels.get("role"), 1.0) * (OFTEN_HAIR if labels.get("hair_colour") else 1.0)


class LatentSource:
    """Endless batches; mirrored with probability one half; the caption is dropped for guidance now and then."""

    def __init__(self, seed: int):
        self.rng = random.Random(seed)
        self.scale = json.loads((CHECKPOINTS / "latents.json").read_text())["scaling_factor"]
        self.latents = {name: np.load(CACHE / f"latents-{name}.npy", mmap_mode="r") for name in WEIGHTS}
        self.labels = {name: dataset.labels(name) for name in WEIGHTS}
        self.reach = {name: list(itertools.accumulate(map(share, labels))) for name, labels in self.labels.items()}

    def batch(self, count: int) -> tuple[torch.Tensor, list[str]]:
        latents, texts = [], []
        for name in self.rng.choices(list(WEIGHTS), list(WEIGHTS.values()), k=count):
            at = self.rng.choices(range(len(self.reach[name])), cum_weights=self.reach[name])[0]
            encoded = self.latents[name][at, self.rng.randrange(2)]
            latents.append(encoded if encoded.any() else self.latents[name][at, 0])  # its mirror image may not be encoded yet
            texts.append("" if self.rng.random() < NO_CAPTION else captions.caption(self.labels[name][at], self.rng))
        return torch.from_numpy(np.stack(latents)).float() * self.scale, texts
