"""Judges pictures of step plans (`obclip-bench plans run`) with the probes, paired by request with a vanilla run: utility, ratios with bootstrap
intervals, failures by member, leakage, distance.

    python compare_plans.py VANILLA RUN [RUN …] --out OUT

A run is RUN.npy or RUN.npz with RUN.jsonl. OUT.md is the table, OUT.json the same for `obclip-bench plans front`.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch

from judge import JUDGED, RESAMPLES, load, verdicts
from pair import probe

PERSON = ("age", "ethnicity", "gender")


def right(asked: dict, seen: dict, axes: tuple[str, ...]) -> np.ndarray:
    """Per request: 1 where every axis that was asked for is seen."""
    return np.all([(asked[a] < 0) | (asked[a] == seen[a]) for a in axes], axis=0).astype(float)


def ratio_interval(mine: np.ndarray, vanilla: np.ndarray, rng: np.random.Generator) -> tuple[float, float]:
    """95 % interval of mean(mine) / mean(vanilla), both drawn by the same requests."""
    draws = rng.integers(0, len(mine), (RESAMPLES, len(mine)))
    ratios = mine[draws].mean(1) / np.maximum(vanilla[draws].mean(1), 1e-9)
    return float(np.quantile(ratios, 0.025)), float(np.quantile(ratios, 0.975))


def values(asked: dict, seen: dict) -> dict[str, tuple[float, int]]:
    """Share right for every value of the person's axes."""
    out = {}
    for axis in PERSON:
        for v in np.unique(asked[axis]):
            these = asked[axis] == v
            out[probe.AXES[axis][v]] = (float((seen[axis][these] == v).mean()), int(these.sum()))
    return out


def failures(asked: dict, ok: np.ndarray) -> tuple[float, float]:
    """The largest and the least failure rate over the members; half a failure is added to each, so that none is 0."""
    members = np.stack([asked[a] for a in PERSON], 1)
    rates = [(1 - ok[(members == m).all(1)]).sum() + 0.5 for m in np.unique(members, axis=0)]
    counts = [(members == m).all(1).sum() + 1 for m in np.unique(members, axis=0)]
    shares = np.array(rates) / np.array(counts)
    return float(shares.max()), float(shares.min())


def confusion(asked: dict, seen: dict) -> dict[str, int]:
    """Requests by what was seen instead of what was asked for: a trunk or a pivot that leaks pulls towards its own value."""
    out = {}
    for axis in PERSON:
        for wanted, got in zip(asked[axis], seen[axis]):
            if wanted >= 0 and wanted != got:
                key = f"{probe.AXES[axis][wanted]} as {probe.AXES[axis][got]}"
                out[key] = out.get(key, 0) + 1
    return out


def judge(name: str, run: Path, vanilla: tuple, model: probe.Probe) -> dict:
    manifest, asked, seen = verdicts(model, run)
    pictures = load(run).astype(np.float32)
    n = min(len(manifest), len(vanilla[3]))
    asked, seen = {a: v[:n] for a, v in asked.items()}, {a: v[:n] for a, v in seen.items()}
    base_asked, base_seen = ({a: v[:n] for a, v in one.items()} for one in vanilla[1:3])
    assert all((asked[a] == base_asked[a]).all() for a in PERSON), f"{name}: other requests than the vanilla run's"
    rng = np.random.default_rng(0)
    everything, person = right(asked, seen, JUDGED), right(asked, seen, PERSON)
    base = right(base_asked, base_seen, PERSON)
    draws = everything[rng.integers(0, n, (RESAMPLES, n))].mean(1)
    mine, theirs = values(asked, seen), values(base_asked, base_seen)
    by_value = {v: mine[v][0] / max(theirs[v][0], 1e-9) for v in mine}
    worst = min(by_value, key=by_value.get)
    high, low = failures(asked, person)
    base_high, base_low = failures(base_asked, base)
    extras = tuple(a for a in JUDGED if a not in PERSON)
    # An attribute that was not asked of this member but shows: wrong value seen where vanilla is right.
    leaked = {a: float(((seen[a] != asked[a]) & (base_seen[a] == base_asked[a])).mean()) for a in PERSON}
    return {
        "plan": manifest[0]["mode"], "name": name, "k": manifest[0]["k"], "n": n, "tail": manifest[0].get("tail"), "tail_steps": manifest[0].get("tail_steps"),
        "hand_over": manifest[0].get("hand_over"),
        "utility": float(everything.mean()), "interval": [float(np.quantile(draws, q)) for q in (0.025, 0.975)],
        "person": float(person.mean()), "axes": {a: float((asked[a] == seen[a]).mean()) for a in PERSON},
        "of_vanilla": float(person.mean() / max(base.mean(), 1e-9)), "of_vanilla_interval": ratio_interval(person, base, rng),
        "alignment": float(right(asked, seen, extras).mean()), "alignment_of_vanilla": float(right(asked, seen, extras).mean() / right(base_asked, base_seen, extras).mean()),
        "worst_value": worst, "worst_value_of_vanilla": by_value[worst], "values": {v: share for v, (share, _) in mine.items()},
        "failure_ratio": high / low, "failure_ratio_of_vanilla": (high / low) / (base_high / base_low), "lost_to_vanilla": leaked, "confusion": confusion(asked, seen),
        "distance": float(np.abs(pictures[:n] - vanilla[3][:n]).mean() / 255),
    }  # fmt: skip


def markdown(rows: list[dict]) -> str:
    head = "| run | k | n | all asked for | person | age / ethnicity / gender | person ÷ vanilla | worst value ÷ vanilla | extras ÷ vanilla | failure ratio ÷ vanilla's | mean pixel distance |"
    lines = [head, "|---" * 11 + "|"]
    for r in rows:
        low, high = r["of_vanilla_interval"]
        axes = " / ".join(f"{100 * r['axes'][a]:.1f}" for a in PERSON)
        lines.append(
            f"| {r['name']} | {r['k']} | {r['n']} | {100 * r['utility']:.1f} [{100 * r['interval'][0]:.1f}, {100 * r['interval'][1]:.1f}] | {100 * r['person']:.1f} | {axes} | "
            f"{r['of_vanilla']:.3f} [{low:.3f}, {high:.3f}] | {r['worst_value_of_vanilla']:.3f} ({r['worst_value']}) | {r['alignment_of_vanilla']:.3f} | {r['failure_ratio_of_vanilla']:.2f} | {r['distance']:.4f} |"
        )
    return "\n".join(lines) + "\n"


@torch.no_grad()
def main() -> None:
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("vanilla", type=Path)
    args.add_argument("runs", type=Path, nargs="*")
    args.add_argument("--probe", type=Path, default=Path(__file__).parent / "probe")
    args.add_argument("--out", type=Path, required=True)
    args = args.parse_args()
    torch.set_num_threads(1)
    model = probe.load(args.probe)
    vanilla = (*verdicts(model, args.vanilla), load(args.vanilla).astype(np.float32))
    rows = [judge(run.name, run, vanilla, model) for run in (args.vanilla, *args.runs)]
    print(markdown(rows))
    args.out.with_suffix(".md").write_text(markdown(rows))
    args.out.with_suffix(".json").write_text(json.dumps(rows, indent=1) + "\n")


if __name__ == "__main__":
    main()
