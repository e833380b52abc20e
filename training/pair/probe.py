"""The judges: one small convolutional net per attribute group, on 64×64 pictures."""

import json
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from torch import nn

AXES = {
    "age": ["young", "middle-aged", "old"],
    "ethnicity": ["african", "asian", "european", "indian", "latino"],
    "gender": ["female", "male"],
    "glasses": ["no", "yes"],
    "hat": ["no", "yes"],
    "facial_hair": ["none", "beard", "moustache"],
    "hair_colour": ["black", "brown", "blond", "red", "grey", "other"],
    "role": ["none", "doctor", "nurse", "chef", "police officer", "firefighter", "builder", "farmer", "pilot", "soldier", "scientist", "student", "artist", "astronaut", "lawyer"],
}  # fmt: skip


def target(labels: dict, axis: str) -> int:
    """The class index of one portrait; -100 (ignored) where the picture does not show the attribute."""
    if axis in ("glasses", "hat"):
        return int(bool(labels.get(axis)))
    if axis == "hair_colour":
        return AXES[axis].index(labels["hair_colour"]) if labels.get("hair_colour") else -100
    value = labels.get(axis) or ("none" if axis in ("role", "facial_hair") else None)
    return AXES[axis].index(value) if value in AXES[axis] else -100


class Probe(nn.Module):
    """A shared trunk and one linear head per attribute."""

    def __init__(self) -> None:
        super().__init__()
        widths = (3, 24, 40, 64, 96)
        self.trunk = nn.ModuleList(nn.Conv2d(i, o, 3, 2 if n else 1, 1) for n, (i, o) in enumerate(zip(widths, widths[1:])))
        self.norms = nn.ModuleList(nn.GroupNorm(8, o) for o in widths[1:])
        self.squeeze = nn.Linear(widths[-1] * 16, 128)
        self.heads = nn.ModuleDict({axis: nn.Linear(128, len(values)) for axis, values in AXES.items()})

    def forward(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        """`x`: (b, 3, 128, 128) in [-1, 1] → logits per attribute."""
        x = F.avg_pool2d(x, 2)
        for conv, norm in zip(self.trunk, self.norms):
            x = F.silu(norm(conv(x)))
        x = F.silu(self.squeeze(F.adaptive_avg_pool2d(x, 4).flatten(1)))
        return {axis: head(x) for axis, head in self.heads.items()}


def save(probe: Probe, folder: Path, report: dict) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    save_file({k: v.half().contiguous() for k, v in probe.state_dict().items()}, folder / "probe.safetensors")
    (folder / "probe.json").write_text(json.dumps({"axes": AXES, **report}, indent=2) + "\n")


def load(folder: Path) -> Probe:
    probe = Probe()
    probe.load_state_dict({k: v.float() for k, v in load_file(folder / "probe.safetensors").items()})
    return probe.eval()
