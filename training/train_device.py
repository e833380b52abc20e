"""Stage 6: distils the device U-Net from the cloud model: data loss, output loss, and features projected to the teacher's (BK-SDM's way).

The text encoder is the cloud's averaged one and stays as it is: both models share it.
"""

import argparse
import csv
import time

import torch
import torch.nn.functional as F
from torch import nn
from transformers import CLIPTokenizer

from pair import models
from pair.diffusion import EVERY, Average, alphas_cumprod, noised, rate_at
from pair.latents import LatentSource
from pair.paths import CHECKPOINTS, LOGS

DATA, OUTPUT, FEATURES = 0.5, 1.0, 0.1


class Taps:
    """Keeps the output of every down and up block of a U-Net's last forward."""

    def __init__(self, unet: nn.Module):
        self.kept: list[torch.Tensor] = []
        for block in [*unet.down_blocks, *unet.up_blocks]:
            block.register_forward_hook(lambda _b, _i, out: self.kept.append(out[0] if isinstance(out, tuple) else out))

    def take(self) -> list[torch.Tensor]:
        kept, self.kept = self.kept, []
        return kept


def feature_loss(student: list, teacher: list, bridges: nn.ModuleList) -> torch.Tensor:
    """Squared error relative to the teacher's own power, averaged over blocks."""
    pairs = zip(student, teacher, bridges)
    return sum(F.mse_loss(bridge(s), t) / t.square().mean() for s, t, bridge in pairs) / len(bridges)


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--tokenizer", required=True)
    args.add_argument("--minutes", type=float, default=25)
    args.add_argument("--until", type=float, default=0)
    args.add_argument("--batch", type=int, default=16)
    args.add_argument("--rate", type=float, default=1.5e-3)
    args.add_argument("--threads", type=int, default=1)
    args.add_argument("--plain", action="store_true", help="data loss only, while the cloud model is still training: its text encoder is read anew every minute")
    args.add_argument("--resume", action="store_true")
    args = args.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(4000)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = CLIPTokenizer.from_pretrained(args.tokenizer)
    state = torch.load(CHECKPOINTS / "cloud.pt", map_location=device)
    text = models.text_encoder(len(tokenizer)).to(device).eval().requires_grad_(False)
    text.load_state_dict(state["text_ema"])
    teacher = models.cloud_unet().to(device).eval().requires_grad_(False)
    teacher.load_state_dict(state["unet_ema"])
    unet = models.device_unet().to(device)
    bridges = nn.ModuleList(nn.Conv2d(s, t, 1) for s, t in zip(widths(unet), widths(teacher))).to(device)
    average = Average(unet)
    parameters = [*unet.parameters(), *bridges.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=args.rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    parts = {"unet": unet, "unet_ema": average.model, "bridges": bridges, "optimiser": optimiser}
    path, step = CHECKPOINTS / "device.pt", 0
    if args.resume and path.exists():
        saved_state = torch.load(path, map_location=device)
        step = saved_state["step"]
        for name, part in parts.items():
            part.load_state_dict(saved_state[name])

    def save() -> None:
        torch.save({"step": step, **{name: part.state_dict() for name, part in parts.items()}}, path.with_suffix(".part"))
        path.with_suffix(".part").rename(path)

    student_taps, teacher_taps = Taps(unet), Taps(teacher)
    source, alphas = LatentSource(seed=6000 + step), alphas_cumprod(device)
    log = csv.writer(open(LOGS / "device.csv", "a", buffering=1))
    start = reported = saved = time.time()
    end = args.until or start + 60 * args.minutes
    sums, count = torch.zeros(3), 0
    while (now := time.time()) < end:
        for group in optimiser.param_groups:
            group["lr"] = rate_at((now - start) / (end - start), step, args.rate, flat=1.0 if args.plain else 0.5)
        latents, texts = source.batch(args.batch)
        ids = tokenizer(texts, padding="max_length", max_length=models.TOKENS, truncation=True, return_tensors="pt").input_ids
        t, noisy, velocity = noised(latents.to(device), alphas)
        with torch.no_grad():
            context = text(ids.to(device)).last_hidden_state
            told = velocity if args.plain else teacher(noisy, t, context).sample
        predicted = unet(noisy, t, context).sample
        taps = student_taps.take(), teacher_taps.take()
        features = torch.zeros(()) if args.plain else feature_loss(*taps, bridges)
        losses = torch.stack([F.mse_loss(predicted, velocity), F.mse_loss(predicted, told), features.to(device)])
        loss = DATA * losses[0] + OUTPUT * losses[1] + FEATURES * losses[2]
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        step += 1
        if step % EVERY == 0:
            average.update(unet, step)
        sums, count = sums + losses.detach().cpu(), count + 1
        if now - reported > 60:
            row = [step, step * args.batch, round(now - start), *(round(v, 5) for v in (sums / count).tolist())]
            log.writerow(row)
            print(*row, flush=True)
            reported, sums, count = now, torch.zeros(3), 0
            if args.plain:
                text.load_state_dict(torch.load(CHECKPOINTS / "cloud.pt", map_location=device)["text_ema"])
        if now - saved > 180:
            saved = now
            save()
    save()


def widths(unet) -> list[int]:
    """Channels after every down and up block."""
    channels = list(unet.config.block_out_channels)
    return channels + channels[::-1]


if __name__ == "__main__":
    main()
