"""Judges drawn pictures with the probes: attribute accuracy per run with 95 % intervals (bootstrap by request) and the least over values.

    python judge.py RUN [RUN …] [--probe probe] [--out table.md]
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from pair import dataset, probe

JUDGED = ("age", "ethnicity", "gender", "role", "glasses", "hat", "facial_hair", "hair_colour")
RESAMPLES = 2000


def interval(right: np.ndarray, rng: np.random.Generator) -> tuple[float, float]:
    means = right[rng.integers(0, len(right), (RESAMPLES, len(right)))].mean(1)
    return float(np.quantile(means, 0.025)), float(np.quantile(means, 0.975))


def load(run: Path) -> np.ndarray:
    """Pictures (n, h, w, 3): RUN.npy as the product's bench writes them, else RUN.npz as sample.py does."""
    plain = run.with_suffix(".npy")
    return np.load(plain) if plain.exists() else np.load(run.with_suffix(".npz"))["pictures"]


@torch.no_grad()
def verdicts(model: probe.Probe, run: Path) -> tuple[list[dict], dict[str, np.ndarray], dict[str, np.ndarray]]:
    """The manifest, and per attribute the asked-for and the seen class (asked -100 where the prompt says nothing)."""
    manifest = [json.loads(line) for line in run.with_suffix(".jsonl").read_text().splitlines()]
    pictures = load(run)
    logits = [model(dataset.to_model(pictures[at : at + 64])) for at in range(0, len(pictures), 64)]
    seen = {axis: torch.cat([one[axis] for one in logits]).argmax(1).numpy() for axis in probe.AXES}
    said = lambda labels, axis: axis in labels  # an extra is judged where it was asked for
    asked = {axis: np.array([probe.target(m["labels"], axis) if said(m["labels"], axis) else -100 for m in manifest]) for axis in probe.AXES}
    return manifest, asked, seen


def table(run: Path, model: probe.Probe) -> dict:
    manifest, asked, seen = verdicts(model, run)
    rng = np.random.default_rng(0)
    out = {"run": run.name, "mode": manifest[0]["mode"], "k": manifest[0]["k"], "requests": len(manifest), "axes": {}}
    for axis in JUDGED:
        judged = asked[axis] >= 0
        if not judged.any():
            continue
        right = (asked[axis] == seen[axis])[judged].astype(float)
        values = {probe.AXES[axis][v]: float(right[asked[axis][judged] == v].mean()) for v in np.unique(asked[axis][judged])}
        worst = min(values, key=values.get)
        out["axes"][axis] = {"n": int(judged.sum()), "accuracy": float(right.mean()), "interval": interval(right, rng), "least": values[worst], "least_value": worst}
    three = np.all([asked[a] == seen[a] for a in ("age", "ethnicity", "gender")], axis=0).astype(float)
    out["axes"]["all three"] = {"n": len(three), "accuracy": float(three.mean()), "interval": interval(three, rng), "least": None, "least_value": None}
    return out


def markdown(rows: list[dict]) -> str:
    axes = [a for a in (*JUDGED, "all three") if any(a in r["axes"] for r in rows)]
    lines = ["| run | k | n | " + " | ".join(axes) + " |", "|---" * (len(axes) + 3) + "|"]
    for row in rows:
        cells = []
        for axis in axes:
            got = row["axes"].get(axis)
            least = f"; least {100 * got['least']:.0f} ({got['least_value']})" if got and got["least"] is not None else ""
            cells.append(f"{100 * got['accuracy']:.1f} [{100 * got['interval'][0]:.1f}, {100 * got['interval'][1]:.1f}]{least}" if got else "–")
        lines.append(f"| {row['mode']} | {row['k'] if row['k'] is not None else '–'} | {row['requests']} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("runs", type=Path, nargs="+")
    args.add_argument("--probe", type=Path, default=Path(__file__).parent / "probe")
    args.add_argument("--out", type=Path)
    args = args.parse_args()
    torch.set_num_threads(1)
    model = probe.load(args.probe)
    rows = [table(run, model) for run in args.runs]
    print(markdown(rows))
    if args.out:
        args.out.write_text(markdown(rows))
        args.out.with_suffix(".json").write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
