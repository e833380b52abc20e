"""Runs of the same plans at several seeds, pooled: what one run of 510 is too small for.

    python pool_plans.py VANILLA,VANILLA2,… PLAN,PLAN2,… [PLAN,PLAN2,… …] [--sheet OUT.png]

Per plan, each group paired with the vanilla group by request and seed: requests lost and won against vanilla with McNemar's exact p, accuracy per
value, whether failures fall on some members more than chance would have it (permutation of the failures over the requests, statistic: chi²; vanilla's p beside it),
and how much the pictures of one prompt differ from seed to seed. `--sheet` draws the first requests, a column per plan.
"""

import argparse
from math import comb
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from compare_plans import PERSON, ratio_interval, right
from judge import load, verdicts
from pair import probe

PERMUTATIONS = 10_000


def pooled(model: probe.Probe, runs: list[Path]) -> tuple[dict, dict]:
    judged = [verdicts(model, run)[1:] for run in runs]
    join = lambda side: {a: np.concatenate([one[side][a] for one in judged]) for a in judged[0][side]}
    return join(0), join(1)


def mcnemar(lost: int, won: int) -> float:
    """Two-sided exact p that lost and won are equally likely."""
    n = lost + won
    tail = sum(comb(n, i) for i in range(min(lost, won) + 1)) / 2**n
    return min(1.0, 2 * tail)


def heterogeneity(asked: dict, ok: np.ndarray, rng: np.random.Generator) -> tuple[float, float, float]:
    """p that the failures are spread over the members by chance; failure rates of the worst and the best member (half a failure added to each)."""
    members = np.unique(np.stack([asked[a] for a in PERSON], 1), axis=0, return_inverse=True)[1].ravel()
    sizes = np.bincount(members)
    failed = 1 - ok

    def statistic(failures: np.ndarray) -> float:
        expected = sizes * failures.mean()
        return float((((np.bincount(members, failures, len(sizes)) - expected) ** 2) / np.maximum(expected, 1e-9)).sum())

    own = statistic(failed)
    above = sum(statistic(rng.permutation(failed)) >= own - 1e-9 for _ in range(PERMUTATIONS))
    rates = (np.bincount(members, failed, len(sizes)) + 0.5) / (sizes + 1)
    return (above + 1) / (PERMUTATIONS + 1), float(rates.max()), float(rates.min())


def spread(runs: list[Path]) -> float:
    """Mean absolute pixel difference between two seeds of one prompt, of 1."""
    pictures = [load(run).astype(np.float32) for run in runs]
    pairs = [(a, b) for i, a in enumerate(pictures) for b in pictures[i + 1 :]]
    return float(np.mean([np.abs(a - b).mean() for a, b in pairs]) / 255) if pairs else float("nan")


def sheet(groups: list[list[Path]], out: Path, n: int = 8) -> None:
    columns = [load(group[0]) for group in groups]
    step = max(1, len(columns[0]) // n)
    rows = [np.concatenate([column[i] for column in columns], 1) for i in range(0, step * n, step)]
    # A palette keeps the file small.
    Image.fromarray(np.concatenate(rows, 0)).quantize(128).save(out, optimize=True)


@torch.no_grad()
def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("groups", nargs="+", type=lambda text: [Path(one) for one in text.split(",")])
    args.add_argument("--probe", type=Path, default=Path(__file__).parent / "probe")
    args.add_argument("--sheet", type=Path)
    args = args.parse_args()
    torch.set_num_threads(1)
    if args.sheet:
        return sheet(args.groups, args.sheet)
    model, rng = probe.load(args.probe), np.random.default_rng(0)
    print("| plan | n | person | ÷ vanilla | lost / won, p | worst value ÷ vanilla | failures by member: p, worst / best rate | seed to seed |\n" + "|---" * 8 + "|")
    base = None
    for group in args.groups:
        asked, seen = pooled(model, group)
        ok = right(asked, seen, PERSON)
        base = (ok, asked, seen) if base is None else base
        lost, won = int(((base[0] == 1) & (ok == 0)).sum()), int(((base[0] == 0) & (ok == 1)).sum())
        low, high = ratio_interval(ok, base[0], rng)
        share = lambda seen, a, v: (seen[a] == v)[asked[a] == v].mean()
        ratios = {probe.AXES[a][v]: share(seen, a, v) / share(base[2], a, v) for a in PERSON for v in np.unique(asked[a])}
        worst = min(ratios, key=ratios.get)
        p, most, least = heterogeneity(asked, ok, rng)
        print(
            f"| {group[0].name} | {len(ok)} | {100 * ok.mean():.2f} | {ok.mean() / base[0].mean():.4f} [{low:.4f}, {high:.4f}] | {lost} / {won}, {mcnemar(lost, won):.3f} | "
            f"{ratios[worst]:.3f} ({worst}) | {p:.2f}, {100 * most:.1f} / {100 * least:.1f} % = {most / least:.2f} | {spread(group):.4f} |"
        )


if __name__ == "__main__":
    main()
