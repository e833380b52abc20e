"""Packs what stages 4 and 6 need (latents as int8 per channel, labels, autoencoder, checkpoints without optimiser) into one small file, and unpacks it elsewhere."""

import argparse
import io
import json
import lzma
from pathlib import Path

import numpy as np
import torch

from pair.latents import WEIGHTS
from pair.paths import CACHE, CHECKPOINTS, DATA

STEP = 1 / 24  # latents reach about ±4: int8 holds ±5.3


def pack(path: Path, keep: int) -> None:
    arrays, labels = {}, {}
    for name in WEIGHTS:
        latents = np.load(CACHE / f"latents-{name}.npy", mmap_mode="r")[:keep, 0]
        arrays[name] = np.clip(np.round(latents.astype(np.float32) / STEP), -127, 127).astype(np.int8)
        labels[name] = (DATA / f"{name}.jsonl").read_text().splitlines()[: len(latents)]
    weights = {"autoencoder": torch.load(CHECKPOINTS / "autoencoder.pt", map_location="cpu")}
    for name in ("cloud", "device"):
        if (CHECKPOINTS / f"{name}.pt").exists():
            state = torch.load(CHECKPOINTS / f"{name}.pt", map_location="cpu")
            weights[name] = {k: {n: t.half() for n, t in state[k].items()} for k in ("unet_ema", "text_ema") if k in state}
    buffer = io.BytesIO()
    torch.save({"arrays": {k: torch.from_numpy(v) for k, v in arrays.items()}, "labels": labels, "weights": weights, "latents": json.loads((CHECKPOINTS / "latents.json").read_text())}, buffer)
    path.write_bytes(lzma.compress(buffer.getvalue(), preset=1))
    print(f"{path.stat().st_size / 2**20:.1f} MiB")


def unpack(path: Path) -> None:
    packed = torch.load(io.BytesIO(lzma.decompress(path.read_bytes())))
    (CHECKPOINTS / "latents.json").write_text(json.dumps(packed["latents"]))
    for name, array in packed["arrays"].items():
        once = array.numpy().astype(np.float16) * np.float16(STEP)
        # Mirror images are left empty: the loader then takes the picture itself.
        np.save(CACHE / f"latents-{name}.npy", np.stack([once, np.zeros_like(once)], 1))
        (DATA / f"{name}.jsonl").write_text("\n".join(packed["labels"][name]) + "\n")
    torch.save(packed["weights"]["autoencoder"], CHECKPOINTS / "autoencoder.pt")
    torch.save(packed["weights"], CHECKPOINTS / "warm.pt")


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("action", choices=("pack", "unpack"))
    args.add_argument("file", type=Path)
    args.add_argument("--keep", type=int, default=24000, help="portraits of each set")
    args = args.parse_args()
    pack(args.file, args.keep) if args.action == "pack" else unpack(args.file)


if __name__ == "__main__":
    main()
