"""Stage 4: trains the cloud U-Net and the text encoder together on cached latents. Resumable; stops at a wall-clock time."""

import argparse
import csv
import time

import torch
import torch.nn.functional as F
from transformers import CLIPTokenizer

from pair import models
from pair.diffusion import EVERY, Average, alphas_cumprod, noised, rate_at
from pair.latents import LatentSource
from pair.paths import CHECKPOINTS, LOGS


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("--tokenizer", required=True, help="the folder written by make_tokenizer.py")
    args.add_argument("--minutes", type=float, default=60)
    args.add_argument("--until", type=float, default=0, help="wall-clock end (epoch seconds) instead of --minutes")
    args.add_argument("--batch", type=int, default=16)
    args.add_argument("--rate", type=float, default=8e-4)
    args.add_argument("--threads", type=int, default=1)
    args.add_argument("--compile", action="store_true")
    args.add_argument("--warm", help="start from the averaged weights of this file (pack.py unpack writes warm.pt)")
    args.add_argument("--resume", action="store_true")
    args = args.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(2000)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    tokenizer = CLIPTokenizer.from_pretrained(args.tokenizer)
    text = models.text_encoder(len(tokenizer)).to(device)
    unet = models.cloud_unet().to(device)
    if args.warm:
        weights = torch.load(args.warm, map_location=device)["cloud"]
        text.load_state_dict(weights["text_ema"])
        unet.load_state_dict(weights["unet_ema"])
    text_ema, unet_ema = Average(text), Average(unet)
    parameters = [*unet.parameters(), *text.parameters()]
    optimiser = torch.optim.AdamW(parameters, lr=args.rate, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
    parts = {"unet": unet, "text": text, "unet_ema": unet_ema.model, "text_ema": text_ema.model, "optimiser": optimiser}
    path, step = CHECKPOINTS / "cloud.pt", 0
    if args.resume and path.exists():
        state = torch.load(path, map_location=device)
        step = state["step"]
        for name, part in parts.items():
            part.load_state_dict(state[name])

    def save() -> None:
        torch.save({"step": step, **{name: part.state_dict() for name, part in parts.items()}}, path.with_suffix(".part"))
        path.with_suffix(".part").rename(path)

    source = LatentSource(seed=3000 + step)
    alphas = alphas_cumprod(device)
    predict = torch.compile(unet) if args.compile else unet
    log = csv.writer(open(LOGS / "cloud.csv", "a", buffering=1))
    start = reported = saved = time.time()
    end = args.until or start + 60 * args.minutes
    mean, count = 0.0, 0
    while (now := time.time()) < end:
        for group in optimiser.param_groups:
            group["lr"] = rate_at((now - start) / (end - start), step, args.rate)
        latents, texts = source.batch(args.batch)
        ids = tokenizer(texts, padding="max_length", max_length=models.TOKENS, truncation=True, return_tensors="pt").input_ids
        x = latents.to(device)
        t, noisy, velocity = noised(x, alphas)
        context = text(ids.to(device)).last_hidden_state
        loss = F.mse_loss(predict(noisy, t, context).sample, velocity)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        step += 1
        if step % EVERY == 0:
            text_ema.update(text, step)
            unet_ema.update(unet, step)
        mean, count = mean + loss.item(), count + 1
        if now - reported > 60:
            row = [step, step * args.batch, round(now - start), round(mean / count, 5), f"{optimiser.param_groups[0]['lr']:.2e}"]
            log.writerow(row)
            print(*row, flush=True)
            reported, mean, count = now, 0.0, 0
        if now - saved > 180:
            saved = now
            save()
    save()


if __name__ == "__main__":
    main()
