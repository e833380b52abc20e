"""Draws pictures with the pair in PyTorch: cloud-only, device-only, neutral-only (the cloud sees "person") or hybrid.

    python sample.py --models DIR --requests prompts/judge.jsonl --mode hybrid --cloud-steps 5 --out RUN

Each request has `prompt`, `neutral` (the same with all three axes closed), `labels` and `seed`. RUN.npz holds the pictures, RUN.jsonl the manifest.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny, DPMSolverMultistepScheduler, UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTokenizer

MODES = ("cloud-only", "device-only", "neutral-only", "hybrid")


class Pair:
    """Both models with what they share."""

    def __init__(self, folder: Path, device: str):
        self.device = device
        self.tokenizer = CLIPTokenizer.from_pretrained(folder / "shared/tokenizer")
        load = lambda kind, part: kind.from_pretrained(folder / part, torch_dtype=torch.float32).to(device).eval()
        self.text = load(CLIPTextModel, "shared/text_encoder")
        self.vae = load(AutoencoderTiny, "shared/vae")
        self.cloud = load(UNet2DConditionModel, "cloud/unet").to(memory_format=torch.channels_last)
        self.device_unet = load(UNet2DConditionModel, "device/unet").to(memory_format=torch.channels_last)
        self.schedule = DPMSolverMultistepScheduler.from_pretrained(folder / "shared/scheduler")

    def context(self, prompts: list[str]) -> torch.Tensor:
        """Guidance pairs: empty prompts first."""
        ids = self.tokenizer([""] * len(prompts) + prompts, padding="max_length", max_length=77, truncation=True, return_tensors="pt").input_ids
        return self.text(ids.to(self.device)).last_hidden_state

    def steps(self, unet, latents, context, steps: int, begin: int, end: int, guidance: float):
        """Steps begin..end of `steps`; the solver starts at first order, as after a hand-over."""
        solver = DPMSolverMultistepScheduler.from_config(self.schedule.config)
        solver.set_timesteps(steps)
        solver.set_begin_index(begin)
        for t in solver.timesteps[begin:end]:
            twice = torch.cat([latents, latents]).contiguous(memory_format=torch.channels_last)
            blank, told = unet(twice, t, context).sample.chunk(2)
            latents = solver.step(blank + guidance * (told - blank), t, latents).prev_sample
        return latents

    def draw(self, requests: list[dict], mode: str, k: int, steps: int, guidance: float) -> np.ndarray:
        noise = [torch.randn(8, 16, 16, generator=torch.Generator().manual_seed(r["seed"])) for r in requests]
        latents = torch.stack(noise).to(self.device)
        true = self.context([r["prompt"] for r in requests])
        k = {"cloud-only": steps, "device-only": 0}.get(mode, k)
        if k:
            seen = self.context([r["neutral"] for r in requests]) if mode == "neutral-only" else true
            latents = self.steps(self.cloud, latents, seen, steps, 0, k, guidance)
        if k < steps:
            latents = self.steps(self.device_unet, latents, true, steps, k, steps, guidance)
        pictures = self.vae.decode(latents / self.vae.config.scaling_factor).sample
        return pictures.clamp(-1, 1).add(1).mul(127.5).round().byte().permute(0, 2, 3, 1).cpu().numpy()


@torch.no_grad()
def main() -> None:
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--models", type=Path, required=True)
    args.add_argument("--requests", type=Path, required=True)
    args.add_argument("--mode", choices=MODES, required=True)
    args.add_argument("--cloud-steps", type=int, default=5)
    args.add_argument("--steps", type=int, default=25)
    args.add_argument("--guidance", type=float, default=3.0)
    args.add_argument("--limit", type=int, default=0)
    args.add_argument("--out", type=Path, required=True)
    args = args.parse_args()
    torch.set_num_threads(1)
    pair = Pair(args.models, "cuda" if torch.cuda.is_available() else "cpu")
    requests = [json.loads(line) for line in args.requests.read_text().splitlines()][: args.limit or None]
    drawn = [pair.draw(requests[at : at + 30], args.mode, args.cloud_steps, args.steps, args.guidance) for at in range(0, len(requests), 30)]
    args.out.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(args.out.with_suffix(".npz"), pictures=np.concatenate(drawn))
    k = args.cloud_steps if args.mode in ("hybrid", "neutral-only") else None
    rows = [{**r, "mode": args.mode, "k": k, "guidance": args.guidance} for r in requests]
    args.out.with_suffix(".jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows))


if __name__ == "__main__":
    main()
