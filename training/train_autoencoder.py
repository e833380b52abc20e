"""Stage 2: trains the autoencoder. Crops of 64 px first (four times the steps for the same time), whole pictures at the end."""

import argparse
import csv
import math
import time

import numpy as np
import torch
import torch.nn.functional as F

from pair import autoencoder, dataset
from pair.paths import CHECKPOINTS, LOGS
from pair.peers import Peers

SETS = {"train": 0.80, "emoji": 0.12, "peeps": 0.08}
LATENT_NOISE = 0.05
LATENT_PENALTY = 2e-3


def batches(rng: np.random.Generator, loaded: dict):
    """Endless (size, crop) → batch closure over the weighted sets."""
    names, weights = list(SETS), np.array(list(SETS.values()))

    def draw(count: int, crop: int) -> torch.Tensor:
        out = []
        for name in rng.choice(names, count, p=weights / weights.sum()):
            pixels = loaded[name]
            y, x = rng.integers(0, (dataset.SIZE - crop) // 8 + 1, 2) * 8
            picture = pixels[rng.integers(len(pixels)), y : y + crop, x : x + crop]
            out.append(picture[:, ::-1] if rng.random() < 0.5 else picture)
        return dataset.to_model(np.stack(out))

    return draw


def edges(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    return x[..., 1:] - x[..., :-1], x[..., 1:, :] - x[..., :-1, :]


def loss_of(model, x: torch.Tensor) -> torch.Tensor:
    z = model.encoder(x)
    y = model.decoder(z + LATENT_NOISE * torch.randn_like(z))
    sharp = sum(F.l1_loss(a, b) for a, b in zip(edges(y), edges(x)))
    return F.l1_loss(y, x) + 2.0 * F.mse_loss(y, x) + 0.7 * sharp + LATENT_PENALTY * z.square().mean()


@torch.no_grad()
def psnr(model, pixels: np.ndarray) -> float:
    """Mean over pictures of the PSNR in dB, 8-bit range."""
    x = dataset.to_model(pixels)
    y = model.decoder(model.encoder(x)).clamp(-1, 1)
    return float((10 * torch.log10(4 / (y - x).square().mean((1, 2, 3)))).mean())


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--minutes", type=float, default=25)
    args.add_argument("--batch", type=int, default=16)
    args.add_argument("--rate", type=float, default=2e-3)
    args.add_argument("--whole", type=float, default=0.2, help="share of the time, at the end, on whole pictures")
    args.add_argument("--rank", type=int, default=0)
    args.add_argument("--peers", type=int, default=1)
    args.add_argument("--resume", action="store_true")
    args.add_argument("--until", type=float, default=0, help="wall-clock end (epoch seconds) instead of --minutes")
    args = args.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1000)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = autoencoder.build().to(device, memory_format=torch.channels_last)
    path = CHECKPOINTS / "autoencoder.pt"
    if args.resume and path.exists():
        model.load_state_dict(torch.load(path, map_location=device))
    torch.manual_seed(args.rank)
    optimiser = torch.optim.Adam(model.parameters(), lr=args.rate, betas=(0.9, 0.98))
    loaded = {name: dataset.load(name)[0] for name in SETS}
    draw = batches(np.random.default_rng(args.rank), loaded)
    held_out = dataset.load("test")[0][:48]
    peers = Peers(CHECKPOINTS / "autoencoder-peers", args.rank, args.peers, period=30)
    log = csv.writer(open(LOGS / f"autoencoder.{args.rank}.csv", "a", buffering=1))
    start = time.time()
    end = args.until or start + 60 * args.minutes
    step, seen, mean, last_report = 0, 0, 0.0, start
    while (now := time.time()) < end:
        done = (now - start) / (end - start)
        for group in optimiser.param_groups:
            group["lr"] = args.rate * min(1, (step + 1) / 100) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * done)))
        whole = done > 1 - args.whole
        x = draw(args.batch // 2 if whole else args.batch, dataset.SIZE if whole else 64).to(device, memory_format=torch.channels_last)
        loss = loss_of(model, x)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        step, seen, mean = step + 1, seen + len(x), 0.98 * mean + 0.02 * loss.item()
        peers.after_step([model])
        if now - last_report > 60:
            last_report = now
            row = [step, seen, round(now - start), round(mean / (1 - 0.98**step), 5), round(psnr(model, held_out), 2) if args.rank == 0 else ""]
            log.writerow(row)
            print(*row, flush=True)
            if args.rank == 0:
                torch.save(model.state_dict(), path)
    if args.rank == 0:
        torch.save(model.state_dict(), path)
        print("held-out faces", psnr(model, held_out), "held-out style", psnr(model, dataset.load("personas")[0][:48]), flush=True)


if __name__ == "__main__":
    main()
