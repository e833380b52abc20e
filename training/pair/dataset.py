"""Rendered portraits: pixels memory-mapped as uint8, labels as dicts."""

import json

import numpy as np
import torch

from .paths import DATA

SIZE = 128


def labels(name: str) -> list[dict]:
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text().splitlines() if line.endswith("}")]


def load(name: str) -> tuple[np.ndarray, list[dict]]:
    """Pixels (n, 128, 128, 3) and their labels, cut to what both files hold (a render may still be running)."""
    described = labels(name)
    pixels = np.memmap(DATA / f"{name}.rgb", np.uint8, "r")
    count = min(len(described), pixels.size // (SIZE * SIZE * 3))
    return pixels[: count * SIZE * SIZE * 3].reshape(count, SIZE, SIZE, 3), described[:count]


def to_model(pixels: np.ndarray) -> torch.Tensor:
    """uint8 (b, h, w, 3) → float (b, 3, h, w) in [-1, 1]."""
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)
