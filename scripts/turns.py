"""Passes turn by turn in one run: a list of programs of ours, and PyTorch, one after the other on the same cores, loaded once; the
ratios within each turn.

    cargo build --release -p obclip-engine --example turn_by_turn
    P=target/release/examples/turn_by_turn
    python scripts/turns.py forward SD15 --ours "f32=$P SD15 forward 1 1 64" --ours "bf16=$P SD15 forward 1 1 64 bf16"
    python scripts/turns.py decode SD15/vae --ours "ours=$P FOLDER decode 1 1 64" --torch f32 --torch bf16

The folder behind `decode` is the autoencoder that PyTorch runs, with channels last in bf16. Every ratio is of the first named thing
to another. Prints medians with 95 % bootstrap intervals, on the clock and, with one thread, on a processor; at the end each one's
largest resident size.
"""

import argparse
import itertools
import resource
import statistics
import subprocess
import time

import torch
from diffusers import AutoencoderKL, AutoencoderTiny

from forward_turns import interval


class Ours:
    def __init__(self, command):
        self.process = subprocess.Popen(command.split(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(self):
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return tuple(float(value) for value in self.process.stdout.readline().split())

    def end(self):
        return int(self.process.communicate()[0])


class Torch:
    """An autoencoder's decoder."""

    def __init__(self, folder, precision, size):
        kind = AutoencoderTiny if "AutoencoderTiny" in open(f"{folder}/config.json").read() else AutoencoderKL
        dtype = {"f32": torch.float32, "bf16": torch.bfloat16}[precision]
        self.vae = kind.from_pretrained(folder, torch_dtype=dtype).eval()
        self.latents = torch.randn(1, self.vae.config.latent_channels, size, size, dtype=dtype)
        if precision == "bf16":
            self.vae.to(memory_format=torch.channels_last)
            self.latents = self.latents.to(memory_format=torch.channels_last)

    def run(self):
        start, before = time.perf_counter(), time.process_time()
        with torch.no_grad():
            self.vae.decode(self.latents)
        return time.perf_counter() - start, time.process_time() - before

    def end(self):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["forward", "decode"])
    parser.add_argument("folder")
    parser.add_argument("--ours", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--torch", action="append", default=[], choices=["f32", "bf16"])
    parser.add_argument("--turns", type=int, default=30)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--size", type=int, default=64, help="of the latent")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    things = {name: Ours(command) for name, command in (ours.split("=", 1) for ours in args.ours)}
    if args.what == "decode":
        things |= {f"PyTorch {precision}": Torch(args.folder, precision, args.size) for precision in args.torch}
    for thing in things.values():
        thing.run()
    took = {name: [] for name in things}
    for turn in range(args.turns):
        for name, thing in things.items():
            took[name].append(thing.run())
        print(f"turn {turn}: " + ", ".join(f"{name} {took[name][-1][0]:.3f} s ({took[name][-1][1]:.3f})" for name in things), flush=True)
    for name, seconds in took.items():
        print(f"{name}: median {statistics.median(wall for wall, _ in seconds):.3f} s, processor {statistics.median(cpu for _, cpu in seconds):.3f} s")
    first, *others = things
    for other, (measure, what) in itertools.product(others, enumerate(["clock", "processor"])):
        if measure == 1 and args.threads != 1:
            continue
        ratios = [a[measure] / b[measure] for a, b in zip(took[first], took[other])]
        low, high = interval(ratios)
        print(f"{first} / {other}, {what}: {statistics.median(ratios):.3f} [{low:.3f}, {high:.3f}], {len(ratios)} turns")
    for name, thing in things.items():
        print(f"{name}: largest resident size {thing.end()} MiB")


if __name__ == "__main__":
    main()
