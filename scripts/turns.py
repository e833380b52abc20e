"""Passes turn by turn in one run: a list of programs of ours, and peers, one after the other on the same cores, loaded once; the
ratios within each turn.

    cargo build --release -p obclip-engine --example turn_by_turn
    P=target/release/examples/turn_by_turn
    python scripts/turns.py forward SD15 --ours "f32=$P SD15 forward 1 1 64" --ours "bf16=$P SD15 forward 1 1 64 bf16"
    python scripts/turns.py forward SD15/unet --rows 1 --ours "ours=$P SD15 forward 1 1 64 bf16" --torch bf16 --openvino bf16 \
        --onnxruntime --onnx unet.onnx
    python scripts/turns.py decode SD15/vae --ours "ours=$P FOLDER decode 1 1 64" --torch f32 --torch bf16

The folder behind `decode` is the autoencoder that PyTorch runs, behind `forward` the U-Net, with channels last in bf16. OpenVINO and
ONNX Runtime (`pip install onnx onnxruntime openvino`) read FILE of `--onnx`, made from the same weights if it does not exist, for this
many rows. Every ratio is of the first named thing to another. Prints medians with 95 % bootstrap intervals, on the clock and, with one thread, on a processor; at the end each one's
largest resident size.
"""

import argparse
import itertools
import multiprocessing
import os
import resource
import statistics
import subprocess
import time

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, UNet2DConditionModel

from forward_turns import Positional, interval


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
        return peak()


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def inputs_of(unet, rows):
    """Latents, time and text of a forward pass."""
    latents = torch.randn(rows, unet.config.in_channels, unet.config.sample_size, unet.config.sample_size)
    return latents, torch.tensor(500), torch.randn(rows, 77, unet.config.cross_attention_dim)


class Peer:
    """Somebody else's U-Net, in a process of its own, so that its memory and its seconds are its own."""

    def __init__(self, make, *args):
        self.pipe, other = multiprocessing.get_context("spawn").Pipe()
        self.process = multiprocessing.get_context("spawn").Process(target=serve, args=(other, make, args), daemon=True)
        self.process.start()
        self.pipe.recv()

    def run(self):
        self.pipe.send(True)
        return self.pipe.recv()

    def end(self):
        self.pipe.send(False)
        return self.pipe.recv()


@torch.no_grad()
def serve(pipe, make, args):
    run = make(*args)
    pipe.send(True)
    while pipe.recv():
        start, before = time.perf_counter(), time.process_time()
        run()
        pipe.send((time.perf_counter() - start, time.process_time() - before))
    pipe.send(peak())


def torch_unet(folder, precision, rows, threads):
    torch.set_num_threads(threads)
    dtype = {"f32": torch.float32, "bf16": torch.bfloat16}[precision]
    unet = UNet2DConditionModel.from_pretrained(folder, torch_dtype=dtype).eval()
    latents, timestep, text = inputs_of(unet, rows)
    latents, text = latents.to(dtype), text.to(dtype)
    if precision == "bf16":
        unet.to(memory_format=torch.channels_last)
        latents = latents.to(memory_format=torch.channels_last)
    return lambda: unet(latents, timestep, text)


@torch.no_grad()
def export(folder, rows, file):
    unet = UNet2DConditionModel.from_pretrained(folder, torch_dtype=torch.float32).eval()
    names = ["latents", "timestep", "text"]
    torch.onnx.export(Positional(unet), inputs_of(unet, rows), file, input_names=names, opset_version=18, dynamo=False)


def feed_of(folder, rows):
    config = UNet2DConditionModel.load_config(folder)
    size, text = config["sample_size"], config["cross_attention_dim"]
    latents = torch.randn(rows, config["in_channels"], size, size)
    values = {"latents": latents, "timestep": torch.tensor(500), "text": torch.randn(rows, 77, text)}
    return {name: value.numpy() for name, value in values.items()}


def openvino_unet(folder, precision, rows, threads, file):
    import openvino

    settings = {"INFERENCE_NUM_THREADS": threads, "INFERENCE_PRECISION_HINT": precision}
    compiled = openvino.Core().compile_model(file, "CPU", settings)
    feed = feed_of(folder, rows)
    return lambda: compiled(feed)


def onnxruntime_unet(folder, rows, threads, file):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that wait by spinning would take the cores from whoever runs next.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(file, options, providers=["CPUExecutionProvider"])
    feed = feed_of(folder, rows)
    return lambda: session.run(None, feed)


def peers_of_forward(args):
    if (args.openvino or args.onnxruntime) and not os.path.exists(args.onnx):
        export(args.folder, args.rows, args.onnx)
    peers = {f"PyTorch {kind}": Peer(torch_unet, args.folder, kind, args.rows, args.threads) for kind in args.torch}
    for kind in args.openvino:
        peers[f"OpenVINO {kind}"] = Peer(openvino_unet, args.folder, kind, args.rows, args.threads, args.onnx)
    if args.onnxruntime:
        peers["ONNX Runtime"] = Peer(onnxruntime_unet, args.folder, args.rows, args.threads, args.onnx)
    return peers


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["forward", "decode"])
    parser.add_argument("folder")
    parser.add_argument("--ours", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--torch", action="append", default=[], choices=["f32", "bf16"])
    parser.add_argument("--openvino", action="append", default=[], choices=["f32", "bf16"])
    parser.add_argument("--onnxruntime", action="store_true")
    parser.add_argument("--onnx", metavar="FILE")
    parser.add_argument("--rows", type=int, default=1, help="of the peers' forward pass")
    parser.add_argument("--turns", type=int, default=30)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--size", type=int, default=64, help="of the latent")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    things = {name: Ours(command) for name, command in (ours.split("=", 1) for ours in args.ours)}
    if args.what == "decode":
        things |= {f"PyTorch {precision}": Torch(args.folder, precision, args.size) for precision in args.torch}
    else:
        things |= peers_of_forward(args)
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
