"""PyTorch (eager and torch.compile) and our CUDA backend on the same blocks and the same U-Nets, turn by turn. Needs a GPU.

    cargo build --release -p obclip-engine --features cuda --example cuda_probe      # here; carry it to the GPU
    python3 scripts/cuda_probe.py --ours .gpu/cuda_probe --out cuda_probe.json       # there, under ten minutes

Random weights; f16 and bf16, channels last; medians over turns. Errors are max |ours − f32 of PyTorch| / max |f32 of PyTorch|.
`--libraries` prints where PyTorch's wheels keep NVIDIA's libraries, for LD_LIBRARY_PATH. `--check` compares the U-Net below with a
golden model's recorded output, on the processor. `--seconds` bounds the whole: U-Nets that are left over then are left out, and said so.
"""

import argparse
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "vectors/engine/sd1"
START = time.monotonic()


def libraries() -> str:
    """`nvidia/*/lib` of every site-packages folder."""
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), *sys.path}
    found = [str(lib) for folder in sorted(filter(None, folders)) for lib in sorted(pathlib.Path(folder).glob("nvidia/*/lib"))]
    return ":".join(dict.fromkeys(found))


if "--libraries" in sys.argv:
    print(libraries())
    sys.exit(0)
try:
    import torch
    from torch import nn
    from torch.nn import functional as F
except ImportError as error:
    sys.exit(f"cuda_probe: PyTorch is needed: {error}")


# --- Stable Diffusion's U-Net with diffusers' names, as little of it as there is to time -------------------------------------


class Resnet(nn.Module):
    def __init__(self, c_in, c_out, groups, time_width):
        super().__init__()
        self.norm1, self.conv1 = nn.GroupNorm(groups, c_in), nn.Conv2d(c_in, c_out, 3, padding=1)
        self.time_emb_proj = nn.Linear(time_width, c_out)
        self.norm2, self.conv2 = nn.GroupNorm(groups, c_out), nn.Conv2d(c_out, c_out, 3, padding=1)
        self.conv_shortcut = nn.Conv2d(c_in, c_out, 1) if c_in != c_out else None

    def forward(self, x, moment):
        h = self.conv1(F.silu(self.norm1(x))) + self.time_emb_proj(F.silu(moment))[:, :, None, None]
        h = self.conv2(F.silu(self.norm2(h)))
        return h + (x if self.conv_shortcut is None else self.conv_shortcut(x))


class Attention(nn.Module):
    def __init__(self, width, source_width, heads):
        super().__init__()
        self.heads = heads
        self.to_q = nn.Linear(width, width, bias=False)
        self.to_k, self.to_v = (nn.Linear(source_width, width, bias=False) for _ in range(2))
        self.to_out = nn.ModuleList([nn.Linear(width, width)])

    def forward(self, x, source):
        split = lambda y: y.unflatten(-1, (self.heads, -1)).transpose(1, 2)
        q, k, v = split(self.to_q(x)), split(self.to_k(source)), split(self.to_v(source))
        return self.to_out[0](F.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(-2))


class Geglu(nn.Module):
    def __init__(self, width, inner):
        super().__init__()
        self.proj = nn.Linear(width, inner * 2)

    def forward(self, x):
        value, gate = self.proj(x).chunk(2, -1)
        return value * F.gelu(gate)


class FeedForward(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.net = nn.Sequential(Geglu(width, 4 * width), nn.Identity(), nn.Linear(4 * width, width))

    def forward(self, x):
        return self.net(x)


class TransformerLayer(nn.Module):
    def __init__(self, width, text_width, heads):
        super().__init__()
        self.norm1, self.attn1 = nn.LayerNorm(width), Attention(width, width, heads)
        self.norm2, self.attn2 = nn.LayerNorm(width), Attention(width, text_width, heads)
        self.norm3, self.ff = nn.LayerNorm(width), FeedForward(width)

    def forward(self, x, text):
        h = self.norm1(x)
        x = x + self.attn1(h, h)
        x = x + self.attn2(self.norm2(x), text)
        return x + self.ff(self.norm3(x))


class Transformer(nn.Module):
    def __init__(self, width, text_width, heads, groups):
        super().__init__()
        self.norm = nn.GroupNorm(groups, width, eps=1e-6)
        self.proj_in, self.proj_out = nn.Conv2d(width, width, 1), nn.Conv2d(width, width, 1)
        self.transformer_blocks = nn.ModuleList([TransformerLayer(width, text_width, heads)])

    def forward(self, x, text):
        h = self.proj_in(self.norm(x))
        tokens = h.flatten(2).transpose(1, 2)
        for block in self.transformer_blocks:
            tokens = block(tokens, text)
        return x + self.proj_out(tokens.transpose(1, 2).unflatten(2, h.shape[2:]))


class Conv(nn.Module):
    """`downsamplers.0.conv`, `upsamplers.0.conv`"""

    def __init__(self, width, stride):
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, stride, 1)

    def forward(self, x):
        return self.conv(x)


class Level(nn.Module):
    def __init__(self, sizes, width, make, has_attention, resize):
        super().__init__()
        self.resnets = nn.ModuleList(make["resnet"](c_in, width) for c_in in sizes)
        if has_attention:
            self.attentions = nn.ModuleList(make["transformer"](width) for _ in sizes)
        if resize:
            setattr(self, resize, nn.ModuleList([Conv(width, 2 if resize == "downsamplers" else 1)]))

    def layer(self, idx, x, moment, text):
        x = self.resnets[idx](x, moment)
        return self.attentions[idx](x, text) if hasattr(self, "attentions") else x


class UNet(nn.Module):
    def __init__(self, config):
        super().__init__()
        widths, groups = config["block_out_channels"], config["norm_num_groups"]
        text_width, heads, n = config["cross_attention_dim"], config["attention_head_dim"], config["layers_per_block"]
        self.features, last = widths[0], len(widths) - 1
        make = {
            "resnet": lambda c_in, c_out: Resnet(c_in, c_out, groups, 4 * widths[0]),
            "transformer": lambda width: Transformer(width, text_width, heads, groups),
        }
        self.conv_in = nn.Conv2d(config["in_channels"], widths[0], 3, padding=1)
        self.time_embedding = nn.Module()
        self.time_embedding.linear_1 = nn.Linear(widths[0], 4 * widths[0])
        self.time_embedding.linear_2 = nn.Linear(4 * widths[0], 4 * widths[0])
        down = []
        for level, width in enumerate(widths):
            sizes = [widths[max(level - 1, 0)]] + [width] * (n - 1)
            down.append(Level(sizes, width, make, level < last, "downsamplers" if level < last else None))
        self.down_blocks = nn.ModuleList(down)
        self.mid_block = Level([widths[-1]] * 2, widths[-1], make, False, None)
        self.mid_block.attentions = nn.ModuleList([make["transformer"](widths[-1])])
        up = []
        for level in range(last, -1, -1):
            below, above, width = widths[min(level + 1, last)], widths[max(level - 1, 0)], widths[level]
            sizes = [(below if idx == 0 else width) + (above if idx == n else width) for idx in range(n + 1)]
            up.append(Level(sizes, width, make, level < last, "upsamplers" if level > 0 else None))
        self.up_blocks = nn.ModuleList(up)
        self.conv_norm_out = nn.GroupNorm(groups, widths[0])
        self.conv_out = nn.Conv2d(widths[0], config["out_channels"], 3, padding=1)

    def forward(self, latents, timestep, text):
        half = self.features // 2
        angles = timestep * torch.exp(-math.log(10_000) * torch.arange(half, device=latents.device) / half)
        features = torch.cat([angles.cos(), angles.sin()])[None].to(latents.dtype)
        moment = self.time_embedding.linear_2(F.silu(self.time_embedding.linear_1(features)))
        x = self.conv_in(latents)
        skips = [x]
        for block in self.down_blocks:
            for idx in range(len(block.resnets)):
                x = block.layer(idx, x, moment, text)
                skips.append(x)
            if hasattr(block, "downsamplers"):
                x = block.downsamplers[0](x)
                skips.append(x)
        x = self.mid_block.resnets[0](x, moment)
        x = self.mid_block.resnets[1](self.mid_block.attentions[0](x, text), moment)
        for block in self.up_blocks:
            for idx in range(len(block.resnets)):
                x = block.layer(idx, torch.cat([x, skips.pop()], 1), moment, text)
            if hasattr(block, "upsamplers"):
                x = block.upsamplers[0](F.interpolate(x, size=skips[-1].shape[2:]))
        return self.conv_out(F.silu(self.conv_norm_out(x)))


SD15 = {
    "_class_name": "UNet2DConditionModel",
    "block_out_channels": [320, 640, 1280, 1280],
    "down_block_types": ["CrossAttnDownBlock2D"] * 3 + ["DownBlock2D"],
    "up_block_types": ["UpBlock2D"] + ["CrossAttnUpBlock2D"] * 3,
    "mid_block_type": "UNetMidBlock2DCrossAttn",
    "layers_per_block": 2,
    "attention_head_dim": 8,
    "cross_attention_dim": 768,
    "norm_num_groups": 32,
    "norm_eps": 1e-5,
    "in_channels": 4,
    "out_channels": 4,
    "sample_size": 64,
    "act_fn": "silu",
    "flip_sin_to_cos": True,
    "freq_shift": 0,
}


@torch.no_grad()
def check() -> None:
    """The U-Net above is diffusers' one."""
    from safetensors.torch import load_file

    unet = UNet(json.loads((GOLDEN / "unet/config.json").read_text()))
    unet.load_state_dict({name: value.float() for name, value in load_file(GOLDEN / "unet/diffusion_pytorch_model.safetensors").items()})
    golden = load_file(GOLDEN / "expected.safetensors")
    found, expected = unet(golden["unet.latents"], 999.0, golden["text.out"][:2]), golden["unet.999.out"]
    error = float((found - expected).abs().max() / expected.abs().max())
    print(f"U-Net of this script against diffusers: {error:.1e}")
    sys.exit(0 if error < 1e-4 else 1)


# --- What is timed -----------------------------------------------------------------------------------------------------------


class Block:
    """A function of named f32 tensors in PyTorch, and the folder that our program reads."""

    def __init__(self, name, kind, tensors, run, flops, n_heads=None):
        self.name, self.kind, self.tensors, self.run, self.flops, self.n_heads = name, kind, tensors, run, flops, n_heads

    def write(self, folder):
        folder.mkdir(parents=True)
        shapes = {name: list(value.shape) for name, value in self.tensors.items()}
        (folder / "block.json").write_text(json.dumps({"kind": self.kind, "shapes": shapes, "n_heads": self.n_heads}))
        for name, value in self.tensors.items():
            value.numpy().tofile(folder / f"{name}.f32")

    def inputs(self, dtype):
        return [place(value, dtype) for value in self.tensors.values()]


def place(value, dtype):
    value = value.to("cuda", dtype)
    return value.to(memory_format=torch.channels_last) if value.dim() == 4 else value


def blocks(n):
    noise = lambda *shape, scale=1.0: torch.randn(*shape) * scale
    for c_in, c_out, side in [(320, 320, 64), (640, 640, 32), (1280, 1280, 16), (960, 320, 64), (2560, 1280, 16), (1280, 1280, 8)]:
        tensors = {"x": noise(n, c_in, side, side), "weight": noise(c_out, c_in, 3, 3, scale=(9 * c_in) ** -0.5), "bias": noise(c_out)}
        flops = 2 * 9 * n * c_in * c_out * side * side
        yield Block(f"conv {c_in}-{c_out}@{side}", "conv", tensors, lambda x, w, b: F.conv2d(x, w, b, padding=1), flops)
    for tokens, c_in, c_out in [(4096, 320, 320), (4096, 320, 2560), (4096, 1280, 320), (1024, 640, 5120), (256, 1280, 10240)]:
        tensors = {"x": noise(n, tokens, c_in), "weight": noise(c_out, c_in, scale=c_in**-0.5), "bias": noise(c_out)}
        yield Block(f"linear {tokens}x{c_in}x{c_out}", "linear", tensors, F.linear, 2 * n * tokens * c_in * c_out)
    for queries, keys, d in [(4096, 4096, 40), (1024, 1024, 80), (256, 256, 160), (4096, 77, 40)]:
        tensors = {"q": noise(n, queries, 8 * d), "k": noise(n, keys, 8 * d), "v": noise(n, keys, 8 * d)}
        split = lambda y: y.unflatten(-1, (8, -1)).transpose(1, 2)
        run = lambda q, k, v: F.scaled_dot_product_attention(split(q), split(k), split(v)).transpose(1, 2).flatten(-2)
        yield Block(f"attention 8x{queries}x{keys}x{d}", "attention", tensors, run, 4 * n * 8 * queries * keys * d, 8)
    tensors = {"x": noise(n, 320, 64, 64), "weight": noise(320), "bias": noise(320)}
    yield Block("group norm + SiLU 320@64", "group_norm", tensors, lambda x, w, b: F.silu(F.group_norm(x, 32, w, b)), 0)
    yield Block("GEGLU 4096x2560", "geglu", {"x": noise(n, 4096, 2560)}, lambda x: (lambda v, g: v * F.gelu(g))(*x.chunk(2, -1)), 0)


class Ours:
    """Our program, command by command."""

    def __init__(self, program, scratch):
        paths = [libraries(), os.environ.get("LD_LIBRARY_PATH", "")]
        environment = os.environ | {"LD_LIBRARY_PATH": ":".join(filter(None, paths))}
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment)
        self.scratch = scratch

    def ask(self, *words):
        self.process.stdin.write(" ".join(map(str, words)) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        if not answer:
            raise RuntimeError(f"our program ended at {words}: status {self.process.wait()}")
        return answer

    def output(self, name, shape):
        file = self.scratch / "out.f32"
        self.ask("run", name, file)
        return torch.from_file(str(file), size=math.prod(shape), dtype=torch.float32).reshape(shape).clone()


def milliseconds(run, times):
    run()
    torch.cuda.synchronize()
    start = time.perf_counter()
    for _ in range(times):
        run()
    torch.cuda.synchronize()
    return (time.perf_counter() - start) * 1e3 / times


def relative(found, expected):
    return float((found - expected).abs().max() / expected.abs().max())


DTYPES = {"f16": torch.float16, "bf16": torch.bfloat16}


def probe_blocks(ours, turns):
    """Per block: medians of every contestant, errors, share of the tensor cores' peak."""
    found = [(f"b{idx}", block) for idx, block in enumerate(blocks(2))]
    rows = {block.name: {} for _, block in found}
    for name, block in found:
        block.write(ours.scratch / name)
        full = [place(value, torch.float32) for value in block.tensors.values()]
        block.expected = block.run(*full).float().cpu().contiguous()
    for storage, dtype in [("f32", None), *DTYPES.items()]:
        ours.ask("open", f"0:{storage}")
        for name, block in found:
            ours.ask("load", name, ours.scratch / name)
            rows[block.name][f"error_{storage}"] = relative(ours.output(name, block.expected.shape), block.expected)
            if dtype is None:
                continue
            inputs, compiled = block.inputs(dtype), torch.compile(block.run, dynamic=False)
            contestants = {
                f"eager_{storage}": lambda: milliseconds(lambda: block.run(*inputs), 20),
                f"compile_{storage}": lambda: milliseconds(lambda: compiled(*inputs), 20),
                f"ours_{storage}": lambda: float(ours.ask("time", name, 20)),
            }
            rows[block.name] |= in_turns(contestants, turns)
            torch._dynamo.reset()
    return rows


def in_turns(contestants, turns):
    taken = {name: [] for name in contestants}
    for _ in range(turns):
        for name, run in contestants.items():
            taken[name].append(run())
    return {name: statistics.median(values) for name, values in taken.items()}


def write_model(folder, unet):
    """A diffusers folder that our program loads: the U-Net, and the least of everything else."""
    from safetensors.torch import load_file, save_file

    for part in ["tokenizer", "scheduler"]:
        shutil.copytree(GOLDEN / part, folder / part)
    (folder / "unet").mkdir()
    (folder / "unet/config.json").write_text(json.dumps(SD15))
    save_file({name: value.half().contiguous() for name, value in unet.state_dict().items()}, folder / "unet/diffusion_pytorch_model.safetensors")
    (folder / "text_encoder").mkdir()
    config = json.loads((GOLDEN / "text_encoder/config.json").read_text())
    factor = SD15["cross_attention_dim"] // config["hidden_size"]
    config |= {"hidden_size": config["hidden_size"] * factor, "intermediate_size": config["intermediate_size"] * factor}
    (folder / "text_encoder/config.json").write_text(json.dumps(config))
    widen = lambda name, value: value.repeat(*[factor if keep_out(name, axis) else 1 for axis in range(value.dim())])
    # Embeddings have a row per token and per position; everything else is as wide as the layers.
    keep_out = lambda name, axis: not (name.endswith("embedding.weight") and axis == 0)
    weights = load_file(GOLDEN / "text_encoder/model.safetensors")
    save_file({name: widen(name, value).contiguous() for name, value in weights.items()}, folder / "text_encoder/model.safetensors")


def probe_unet(ours, turns, rows, unet, deadline):
    latents, text = torch.randn(rows, 4, 64, 64), torch.randn(rows, 77, 768)
    folder = ours.scratch / f"unet{rows}"
    folder.mkdir()
    shapes = {"latents": list(latents.shape), "text": list(text.shape)}
    (folder / "block.json").write_text(json.dumps({"kind": "unet", "shapes": shapes, "rows": rows}))
    (folder / "model").symlink_to(ours.scratch / "model")
    latents.numpy().tofile(folder / "latents.f32"), text.numpy().tofile(folder / "text.f32")
    expected = unet.to("cuda", torch.float32)(latents.cuda(), 500.0, text.cuda()).float().cpu()
    row = {}
    for storage, dtype in [*DTYPES.items(), ("f32", None)]:
        if time.monotonic() > deadline:
            row[f"left out {storage}"] = "no time"
            continue
        ours.ask("open", f"0:{storage}")
        ours.ask("load", "unet", folder)
        row[f"error_{storage}"] = relative(ours.output("unet", expected.shape), expected)
        row[f"ours_mib_{storage}"] = int(ours.ask("memory"))
        if dtype is not None:
            model = unet.to("cuda", dtype).to(memory_format=torch.channels_last)
            x, told = place(latents, dtype), place(text, dtype)
            row[f"eager_error_{storage}"] = relative(model(x, 500.0, told).float().cpu(), expected)
            contestants = {
                f"eager_{storage}": lambda: milliseconds(lambda: model(x, 500.0, told), 5),
                f"ours_{storage}": lambda: float(ours.ask("time", "unet", 5)),
            }
            if time.monotonic() < deadline - 90:
                compiled = torch.compile(model, dynamic=False)
                contestants[f"compile_{storage}"] = lambda: milliseconds(lambda: compiled(x, 500.0, told), 5)
            row |= in_turns(contestants, turns)
            torch._dynamo.reset()
        ours.ask("drop")
    return row


def ceilings():
    """Measured: TFLOP/s of a large f16 product, GB/s of a large copy, read and written."""
    a = torch.randn(8192, 8192, device="cuda", dtype=torch.float16)
    product = 2 * 8192**3 / (milliseconds(lambda: a @ a, 10) * 1e9)
    big = torch.empty(1 << 30, dtype=torch.uint8, device="cuda")
    copy = 2 * (1 << 30) / (milliseconds(lambda: big.clone(), 10) * 1e6)
    return {"tflops": product, "gb_per_s": copy}


def show(rows):
    columns = ["eager_f16", "compile_f16", "ours_f16", "eager_bf16", "compile_bf16", "ours_bf16", "error_f32", "error_f16", "error_bf16"]
    print(f"{'milliseconds; relative errors of ours':34}" + "".join(f"{column:>14}" for column in columns))
    for name, row in rows.items():
        print(f"{name:34}" + "".join(f"{row[column]:14.3g}" if column in row else f"{'-':>14}" for column in columns))


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ours", help="the built example cuda_probe")
    parser.add_argument("--out", type=pathlib.Path)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=540)
    parser.add_argument("--quick", action="store_true", help="no whole U-Nets")
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    if args.check:
        check()
    if not args.ours or not args.out:
        sys.exit("cuda_probe: --ours PROGRAM and --out FILE are needed")
    if not torch.cuda.is_available():
        sys.exit(f"cuda_probe: no GPU: PyTorch {torch.__version__} finds none (is this the CUDA build? does nvidia-smi list one?)")
    torch.manual_seed(1)
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    # Choose the fastest convolution for each shape: the way it is run in earnest.
    torch.backends.cudnn.benchmark = True
    report = {"gpu": torch.cuda.get_device_name(), "torch": torch.__version__, "cuda": torch.version.cuda, "cudnn": torch.backends.cudnn.version()}
    with tempfile.TemporaryDirectory() as folder:
        ours = Ours(args.ours, pathlib.Path(folder))
        report["ours"] = ours.ask("open", "0:f16")
        report["ceilings"] = ceilings()
        report["blocks"] = probe_blocks(ours, args.turns)
        for block in blocks(2):
            row = report["blocks"][block.name]
            if block.flops:
                row["peak_share"] = block.flops / (row["ours_f16"] * 1e9) / report["ceilings"]["tflops"]
        show(report["blocks"])
        args.out.write_text(json.dumps(report, indent=1))
        if not args.quick:
            unet = UNet(SD15).eval()
            # Weights that f16 holds exactly, so that all start from the same ones.
            for value in unet.parameters():
                value.copy_(value.half())
            (ours.scratch / "model").mkdir()
            write_model(ours.scratch / "model", unet)
            report["unet"] = {}
            for rows in (2, 12):
                # Several precisions of one network: from the exact weights each time.
                report["unet"][f"U-Net of SD 1.5, {rows} rows"] = probe_unet(ours, args.turns, rows, fresh(unet), START + args.seconds)
                args.out.write_text(json.dumps(report, indent=1))
            show(report["unet"])
    print(f"took {time.monotonic() - START:.0f} s; {args.out}")


def fresh(unet):
    import copy

    return copy.deepcopy(unet)


if __name__ == "__main__":
    main()
