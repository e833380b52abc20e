"""Stage 5: trains the probes on portraits of people the generators never saw, and states their accuracy on yet other people.

Half of the pictures are autoencoder reconstructions, some blurred, noised or mirrored, so that generated pictures are judged fairly.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from pair import autoencoder, dataset, probe
from pair.paths import CACHE, CHECKPOINTS


@torch.no_grad()
def reconstructions(name: str, share: int) -> np.ndarray:
    """Every `share`-th picture of a set through the autoencoder with slightly noisy latents, cached as uint8."""
    path = CACHE / f"reconstructed-{name}.npy"
    if path.exists():
        return np.load(path, mmap_mode="r")
    model = autoencoder.build().to(memory_format=torch.channels_last).eval()
    model.load_state_dict(torch.load(CHECKPOINTS / "autoencoder.pt", map_location="cpu"))
    pixels = dataset.load(name)[0][::share]
    out = np.empty(pixels.shape, np.uint8)
    for at in range(0, len(pixels), 32):
        z = model.encoder(dataset.to_model(pixels[at : at + 32]).contiguous(memory_format=torch.channels_last))
        y = model.decoder(z + 0.12 * torch.randn_like(z)).clamp(-1, 1)
        out[at : at + 32] = y.add(1).mul(127.5).round().byte().permute(0, 2, 3, 1).numpy()
    np.save(path, out)
    return out


def augment(x: torch.Tensor) -> torch.Tensor:
    if torch.rand(()) < 0.5:
        x = x.flip(-1)
    if torch.rand(()) < 0.3:
        x = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)
    return x + 0.06 * torch.rand(()) * torch.randn_like(x) + 0.05 * torch.randn(len(x), 3, 1, 1)


def targets(labels: list[dict]) -> dict[str, torch.Tensor]:
    return {axis: torch.tensor([probe.target(one, axis) for one in labels]) for axis in probe.AXES}


@torch.no_grad()
def accuracy(model: probe.Probe, pixels: np.ndarray, labels: list[dict]) -> dict[str, dict]:
    """Per attribute: share right, and the least over its values."""
    logits = [model(dataset.to_model(pixels[at : at + 64])) for at in range(0, len(pixels), 64)]
    out = {}
    for axis, wanted in targets(labels).items():
        right = torch.cat([one[axis] for one in logits]).argmax(1) == wanted
        values = [right[wanted == v].float().mean().item() for v in wanted[wanted >= 0].unique()]
        out[axis] = {"all": round(right[wanted >= 0].float().mean().item(), 4), "worst_value": round(min(values), 4), "pictures": int((wanted >= 0).sum())}
    return out


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--steps", type=int, default=1600)
    args.add_argument("--out", type=Path, default=Path(__file__).parent / "probe")
    args = args.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(5000)
    rng = np.random.default_rng(5000)
    pixels, labels = dataset.load("probe")
    rebuilt = reconstructions("probe", 2)
    wanted = targets(labels)
    model = probe.Probe().to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(model.parameters(), lr=2e-3, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, 2e-3, total_steps=args.steps, pct_start=0.1)
    for step in range(args.steps):
        if rng.random() < 0.5:
            at = rng.integers(0, len(rebuilt), 48)
            x, rows = dataset.to_model(rebuilt[at]), at * 2
        else:
            rows = rng.integers(0, len(pixels), 48)
            x = dataset.to_model(pixels[rows])
        logits = model(augment(x).contiguous(memory_format=torch.channels_last))
        loss = sum(F.cross_entropy(logits[axis], wanted[axis][rows]) for axis in probe.AXES if (wanted[axis][rows] >= 0).any())
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 100 == 0:
            print(step, round(loss.item(), 4), flush=True)
    model.eval()
    test_pixels, test_labels = dataset.load("test")
    report = {"renders": accuracy(model, test_pixels, test_labels), "reconstructions": accuracy(model, reconstructions("test", 1), test_labels)}
    probe.save(model, args.out, report)
    for kind, table in report.items():
        print(kind, *(f"{axis} {row}" for axis, row in table.items()), sep="\n  ", flush=True)


if __name__ == "__main__":
    main()
