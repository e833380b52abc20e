"""U-Net forward passes turn by turn: the peers in f32, then ours, the same cores, and our ratio to each within each turn.

    python scripts/full_size_pair.py PAIR
    cargo build --release -p obclip-engine --example forward_time
    python scripts/forward_turns.py PAIR/cloud target/release/examples/forward_time \
        [--turns 30] [--threads 1] [--rows 1] [--passes 1] [--onnx unet.onnx] [--peers onnxruntime,openvino]

PyTorch is always a peer. With `--onnx FILE` so are those of `--peers` (`pip install onnx onnxruntime openvino`); FILE is made from the
same weights if it does not exist, for this many rows. Full-size models take 4 to 7 GiB in each peer. Prints wall-clock seconds and, with
one thread, seconds on a processor, which other programs on the machine do not stretch.
"""

import argparse
import os
import random
import re
import statistics
import subprocess
import time

import torch
from diffusers import UNet2DConditionModel

TIMESTEP = 500


def interval(ratios: list[float]) -> tuple[float, float]:
    """95 % of the median, bootstrap over turns."""
    draw = random.Random(1)
    medians = sorted(statistics.median(draw.choices(ratios, k=len(ratios))) for _ in range(10_000))
    return medians[250], medians[9750]


class Positional(torch.nn.Module):
    """The U-Net with inputs and output that can be exported."""

    def __init__(self, unet):
        super().__init__()
        self.unet = unet

    def forward(self, latents, timestep, text):
        return self.unet(latents, timestep, encoder_hidden_states=text, return_dict=False)[0]


def onnx_peers(args, unet, inputs) -> dict:
    """A function each that runs one forward pass."""
    names = ["latents", "timestep", "text"]
    if not os.path.exists(args.onnx):
        torch.onnx.export(Positional(unet), inputs, args.onnx, input_names=names, opset_version=18, dynamo=False)
    feed = {name: value.numpy() for name, value in zip(names, inputs)}
    peers = {}
    if "onnxruntime" in args.peers:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = args.threads
        # Threads that wait by spinning would take the cores from whoever runs next.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        session = onnxruntime.InferenceSession(args.onnx, options, providers=["CPUExecutionProvider"])
        peers["ONNX Runtime"] = lambda: session.run(None, feed)[0]
    if "openvino" in args.peers:
        import openvino

        settings = {"INFERENCE_NUM_THREADS": args.threads, "INFERENCE_PRECISION_HINT": "f32"}
        compiled = openvino.Core().compile_model(args.onnx, "CPU", settings)
        peers["OpenVINO"] = lambda: compiled(feed)[0]
    return peers


def timed(run, passes: int) -> tuple[float, float]:
    """The median pass on the clock, the mean on a processor."""
    wall, start_cpu = [], time.process_time()
    for _ in range(passes):
        start = time.perf_counter()
        run()
        wall.append(time.perf_counter() - start)
    return statistics.median(wall), (time.process_time() - start_cpu) / passes


def ours(args) -> tuple[float, float]:
    command = [args.program, args.folder, str(args.rows), str(args.threads), str(args.passes)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(re.search(r"median ([\d.]+) s", said)[1]), float(re.search(r"processor ([\d.]+) s", said)[1])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder")
    parser.add_argument("program")
    parser.add_argument("--turns", type=int, default=30)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rows", type=int, default=1)
    parser.add_argument("--passes", type=int, default=1, help="of each in a turn")
    parser.add_argument("--onnx")
    parser.add_argument("--peers", default="onnxruntime,openvino", type=lambda text: text.split(","))
    return parser.parse_args()


@torch.no_grad()
def main() -> None:
    args = arguments()
    torch.set_num_threads(args.threads)
    unet = UNet2DConditionModel.from_pretrained(args.folder, subfolder="unet", torch_dtype=torch.float32).eval()
    latents = torch.randn(args.rows, unet.config.in_channels, unet.config.sample_size, unet.config.sample_size)
    text = torch.randn(args.rows, 77, unet.config.cross_attention_dim)
    inputs = (latents, torch.tensor(TIMESTEP), text)
    peers = {"PyTorch": lambda: Positional(unet)(*inputs)}
    if args.onnx:
        peers |= onnx_peers(args, unet, inputs)
    expected = peers["PyTorch"]()
    for name, run in list(peers.items())[1:]:
        print(f"{name} differs from PyTorch by at most {abs(torch.as_tensor(run()) - expected).max():.1e}")
    ratios = {name: ([], []) for name in peers}
    for turn in range(args.turns):
        took = {name: timed(run, args.passes) for name, run in peers.items()}
        took["ours"] = ours(args)
        for name, (wall, cpu) in ratios.items():
            wall.append(took["ours"][0] / took[name][0])
            cpu.append(took["ours"][1] / took[name][1])
        said = ", ".join(f"{name} {wall:.4g} s ({cpu:.4g} on a processor)" for name, (wall, cpu) in took.items())
        print(f"turn {turn}: {said}", flush=True)
    for name, (wall, cpu) in ratios.items():
        # Our program counts the processor seconds of its main thread alone.
        measures = {"wall clock": wall} | ({"processor": cpu} if args.threads == 1 else {})
        for what, values in measures.items():
            low, high = interval(values)
            print(f"ours / {name}, {what}: {statistics.median(values):.3f} [{low:.3f}, {high:.3f}], {len(values)} turns")


if __name__ == "__main__":
    main()
