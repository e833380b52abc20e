"""U-Net forward passes turn by turn: PyTorch f32, then ours, same core, and the ratio within each turn.

    python scripts/full_size_pair.py PAIR
    cargo build --release -p obclip-engine --example forward_time
    python scripts/forward_turns.py PAIR/cloud target/release/examples/forward_time [TURNS] [THREADS] [ROWS]

Prints wall-clock seconds and, with one thread, seconds on a processor, which other programs on the machine do not stretch.
"""

import random
import re
import statistics
import subprocess
import sys
import time

import torch
from diffusers import UNet2DConditionModel


def interval(ratios: list[float]) -> tuple[float, float]:
    """95 % of the median, bootstrap over turns."""
    draw = random.Random(1)
    medians = sorted(statistics.median(draw.choices(ratios, k=len(ratios))) for _ in range(10_000))
    return medians[250], medians[9750]


@torch.no_grad()
def main() -> None:
    folder, program = sys.argv[1:3]
    turns, threads, rows = ([int(arg) for arg in sys.argv[3:]] + [10, 1, 1][len(sys.argv) - 3 :])
    torch.set_num_threads(threads)
    unet = UNet2DConditionModel.from_pretrained(folder, subfolder="unet", torch_dtype=torch.float32).eval()
    latents = torch.randn(rows, unet.config.in_channels, unet.config.sample_size, unet.config.sample_size)
    text = torch.randn(rows, 77, unet.config.cross_attention_dim)
    unet(latents, 500, encoder_hidden_states=text)
    wall, cpu = [], []
    for turn in range(turns):
        start, start_cpu = time.perf_counter(), time.process_time()
        unet(latents, 500, encoder_hidden_states=text)
        torch_wall, torch_cpu = time.perf_counter() - start, time.process_time() - start_cpu
        said = subprocess.run([program, folder, str(rows), str(threads), "1"], check=True, capture_output=True, text=True).stdout
        ours_wall = float(re.search(r"best ([\d.]+) s", said)[1])
        ours_cpu = float(re.search(r"processor ([\d.]+) s", said)[1])
        wall.append(ours_wall / torch_wall)
        cpu.append(ours_cpu / torch_cpu)
        print(f"turn {turn}: PyTorch {torch_wall:.2f} s ({torch_cpu:.2f} on a processor), ours {ours_wall:.2f} ({ours_cpu:.2f})", flush=True)
    for what, ratios in (("wall clock", wall), ("processor", cpu)):
        low, high = interval(ratios)
        print(f"{what}: ours / PyTorch {statistics.median(ratios):.3f} [{low:.3f}, {high:.3f}], {len(ratios)} turns")


if __name__ == "__main__":
    main()
