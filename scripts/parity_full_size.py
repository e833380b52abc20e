"""Parity and time at real sizes, with random weights: Stable Diffusion 1.5 and BK-SDM-tiny.

    python scripts/parity_full_size.py WORK_FOLDER [sd15] [bk_sdm_tiny]

Writes model folders (f16 weights, unit gain) and what diffusers computes with them in f32 under
WORK_FOLDER (2.2 GB), then runs our `parity` and `forward_time` examples on them, single-threaded, between two
rounds of PyTorch's own forward passes. Build first:

    cargo build --release -p obclip-engine --examples

OBCLIP_EXAMPLES names the folder of the built examples, by default target/release/examples; TURNS the
number of timed forward passes in each round, by default 2; MODES what `parity` runs: a number of threads for f32,
`reference`, `bf16` or `bf16-weights`, by default "1".
"""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKL,
    AutoencoderTiny,
    DPMSolverMultistepScheduler,
    UNet2DConditionModel,
)
from safetensors.torch import save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

import make_vectors as small

torch.set_num_threads(1)
EXAMPLES = Path(os.environ.get("OBCLIP_EXAMPLES", "target/release/examples"))
TURNS = int(os.environ.get("TURNS", "2"))
MODES = os.environ.get("MODES", "1").split()

UNETS = {
    # The defaults of the class are Stable Diffusion 1.5's, but for the width of the text.
    "sd15": dict(cross_attention_dim=768, sample_size=64),
    # https://huggingface.co/nota-ai/bk-sdm-tiny, unet/config.json.
    "bk_sdm_tiny": dict(
        cross_attention_dim=768, sample_size=64, layers_per_block=1, mid_block_type=None,
        block_out_channels=[320, 640, 1280],
        down_block_types=["CrossAttnDownBlock2D"] * 3,
        up_block_types=["CrossAttnUpBlock2D"] * 3),
}


def make_vae(name):
    if name == "sd15":
        return AutoencoderKL(
            down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4,
            block_out_channels=[128, 256, 512, 512], layers_per_block=2)
    return AutoencoderTiny()


def save(model, folder, generator):
    small.give_unit_gain(model, generator)
    model.half().save_pretrained(folder, safe_serialization=True, max_shard_size="4GB")
    return model.float().eval()


@torch.no_grad()
def make(name, folder):
    """The folder, what diffusers computes, and a function that times a forward pass."""
    shutil.rmtree(folder, ignore_errors=True)
    generator = torch.Generator().manual_seed(15)
    small.make_tokenizer(folder / "tokenizer")
    tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
    DPMSolverMultistepScheduler(**small.SD_SCHEDULE).save_pretrained(folder / "scheduler")
    expected = {}

    text_encoder = save(CLIPTextModel(CLIPTextConfig(
        vocab_size=49408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12,
        num_attention_heads=12)), folder / "text_encoder", generator)
    prompts = small.PROMPTS[:2]
    ids = tokenizer(prompts, padding="max_length", max_length=77, truncation=True)["input_ids"]
    expected["text.out"] = text_encoder(torch.tensor(ids)).last_hidden_state
    del text_encoder

    vae = save(make_vae(name), folder / "vae", generator)
    expected["vae.latents"] = torch.randn(1, 4, 32, 32, generator=generator)
    expected["vae.out"] = vae.decode(expected["vae.latents"] / vae.config.scaling_factor).sample
    del vae

    unet = save(UNet2DConditionModel(**UNETS[name]), folder / "unet", generator)
    print(f"{name}: {sum(p.numel() for p in unet.parameters()) / 1e6:.1f} M parameters", flush=True)
    latents = torch.randn(1, 4, 64, 64, generator=generator)
    expected["unet.latents"] = latents
    text = expected["text.out"][:1]
    for timestep in (999,):
        small.record(unet, expected, f"unet.{timestep}", latents, timestep, text)
    # Attentions would be most of the file; every stage's output includes theirs.
    expected = {key: value.contiguous() for key, value in expected.items() if ".site." not in key}
    save_file(expected, folder / "expected.safetensors")
    (folder / "generate.json").write_text(json.dumps({"prompts": prompts}))
    return lambda: time_forward(unet, latents, text)


@torch.no_grad()
def time_forward(unet, latents, text):
    times = []
    for _ in range(TURNS):
        wall, cpu = time.perf_counter(), time.process_time()
        unet(latents, 500, encoder_hidden_states=text)
        times.append((time.perf_counter() - wall, time.process_time() - cpu))
    return times


def report(label, times):
    best_wall, mean_cpu = min(t[0] for t in times), sum(t[1] for t in times) / len(times)
    print(f"{label}: best {best_wall:.2f} s, mean on a processor {mean_cpu:.2f} s", flush=True)


def main():
    work = Path(sys.argv[1])
    for name in sys.argv[2:] or list(UNETS):
        folder = work / name
        forward = make(name, folder)
        report(f"{name}: PyTorch f32, 1 thread, before", forward())
        subprocess.run([EXAMPLES / "forward_time", folder, "1", "1", str(TURNS)], check=True)
        report(f"{name}: PyTorch f32, 1 thread, after", forward())
        del forward
        for mode in MODES:
            print(f"{name}: {mode}", flush=True)
            subprocess.run([EXAMPLES / "parity", folder, mode], check=True)


if __name__ == "__main__":
    main()
