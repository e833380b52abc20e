"""Local SGD between processes: each trains its own copy, and at wall-clock slots they average their weights through files."""

import time
from pathlib import Path

import torch


class Peers:
    """`rank` of `count` processes that share `folder`; slots are `period` seconds of wall-clock time."""

    def __init__(self, folder: Path, rank: int, count: int, period: float = 90.0, patience: float = 3.0):
        self.folder, self.rank, self.count, self.period, self.patience = folder, rank, count, period, patience
        self.slot = int(time.time() // period)
        self.steps = 0
        folder.mkdir(parents=True, exist_ok=True)

    def after_step(self, modules: list[torch.nn.Module]) -> bool:
        """Averages the modules' weights, weighted by the steps each peer did, when a new slot has begun."""
        self.steps += 1
        slot = int(time.time() // self.period)
        if self.count < 2 or slot == self.slot:
            return False
        tensors = [p.data for m in modules for p in m.parameters()]
        mine = self.folder / f"{slot}.{self.rank}.pt"
        partial = mine.with_suffix(".part")
        torch.save((self.steps, tensors), partial)
        partial.rename(mine)
        joined = self._join(slot, tensors)
        self.slot, self.steps = slot, 0
        (self.folder / f"{slot - 2}.{self.rank}.pt").unlink(missing_ok=True)
        return joined

    def _join(self, slot: int, tensors: list[torch.Tensor]) -> bool:
        others = [self.folder / f"{slot}.{r}.pt" for r in range(self.count) if r != self.rank]
        deadline = time.time() + self.patience
        while time.time() < deadline and not all(o.exists() for o in others):
            time.sleep(0.05)
        total = self.steps
        shares = [(self.steps, [t.clone() for t in tensors])]
        for other in others:
            if other.exists():
                shares.append(torch.load(other, map_location="cpu"))
                total += shares[-1][0]
        for at, tensor in enumerate(tensors):
            tensor.copy_(sum(steps / total * share[at].to(tensor) for steps, share in shares))
        return len(shares) > 1
