"""Last stage: writes the pair as diffusers folders in half precision: shared/, cloud/, device/. Without checkpoints the weights are random."""

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import CLIPTokenizer

from pair import autoencoder, models
from pair.paths import CHECKPOINTS

LIMIT = "15MB"


def weights(model, name: str, part: str | None = None):
    path = CHECKPOINTS / f"{name}.pt"
    if path.exists():
        state = torch.load(path, map_location="cpu")
        model.load_state_dict(state[part] if part else state)
        print(f"{name}: from {path}")
    else:
        print(f"{name}: random weights")
    return model.half().eval()


def index(unet: str) -> dict:
    return {
        "_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.42.1", "feature_extractor": [None, None], "safety_checker": [None, None],
        "requires_safety_checker": False, "scheduler": ["diffusers", "DPMSolverMultistepScheduler"], "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "UNet2DConditionModel"], "vae": ["diffusers", "AutoencoderTiny"],
    }  # fmt: skip


def write_scheduler(path: Path) -> None:
    """The scheduler's config without its infinity, which is not JSON and is diffusers' default anyway."""
    path.parent.mkdir(parents=True, exist_ok=True)
    config = {k: v for k, v in json.loads(models.scheduler().to_json_string()).items() if v not in (float("inf"), float("-inf"))}
    path.write_text(json.dumps(config, indent=2) + "\n")


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("out", type=Path, help="the models folder; its shared/tokenizer must exist (stage 1)")
    out = args.parse_args().out
    tokenizer = CLIPTokenizer.from_pretrained(out / "shared/tokenizer")
    scale = json.loads((CHECKPOINTS / "latents.json").read_text())["scaling_factor"] if (CHECKPOINTS / "latents.json").exists() else 1.0
    for part, model in {
        "shared/text_encoder": weights(models.text_encoder(len(tokenizer)), "cloud", "text_ema"),
        "shared/vae": weights(autoencoder.build(scale), "autoencoder"),
        "cloud/unet": weights(models.cloud_unet(), "cloud", "unet_ema"),
        "device/unet": weights(models.device_unet(), "device", "unet_ema"),
    }.items():
        shutil.rmtree(out / part, ignore_errors=True)
        model.save_pretrained(out / part, safe_serialization=True, max_shard_size=LIMIT)
        if part == "shared/text_encoder":
            save_file({f"text_model.{k}": v.contiguous() for k, v in model.state_dict().items()}, out / part / "model.safetensors", {"format": "pt"})
    write_scheduler(out / "shared/scheduler/scheduler_config.json")
    for side in ("cloud", "device"):
        (out / side / "model_index.json").write_text(json.dumps(index(side), indent=2) + "\n")
    total = sum(f.stat().st_size for f in out.rglob("*") if f.is_file())
    print(f"{total / 1e6:.2f} MB; largest {max(f.stat().st_size for f in out.rglob('*.safetensors')) / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
