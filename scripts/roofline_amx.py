"""A roofline of the bf16 tier on AMX, layer class by layer class: no measurement, a count.

    python scripts/roofline_amx.py UNET_CONFIG_JSON [--rows 1] [--tflops 5.4] [--gbytes 15]

Walks a U-Net of Stable Diffusion 1's kind as `crates/obclip-engine/src/unet` does and counts, for one forward pass, the
multiply-accumulates of each class and the bytes its operations read and write, every tensor once per operation, as if nothing
stayed in a cache from one operation to the next. *Before*: activations are f32 between all operations, and each product rounds
what it reads. *After*: what only products read is written in bf16 (normalisations, gated feed-forward, both sides of an attention), and what follows a product
(time embedding, residual, GEGLU, enlarging) touches no memory of its own. The two rates are assumptions.
"""

import argparse
import collections
import json

F32, BF16 = 4, 2
CLASSES = ["3x3 convolutions", "group norm and SiLU", "1x1 and shortcuts", "q, k, v, out", "self-attention", "text attention",
           "feed-forward", "layer norm", "sums, copies"]


class Count:
    def __init__(self):
        self.macs = collections.Counter()
        self.weights = collections.Counter()
        self.before = collections.Counter()
        self.after = collections.Counter()

    def add(self, what, macs=0, weights=0, before=0, after=None):
        self.macs[what] += macs
        self.weights[what] += BF16 * weights
        self.before[what] += before
        self.after[what] += before if after is None else after

    def conv(self, p_in, p_out, c_in, c_out, rounded=True):
        """The input is f32 and rounded to a bordered copy; or that copy is all there is."""
        out = F32 * p_out * c_out
        copy = F32 * p_in * c_in + 2 * BF16 * p_in * c_in
        self.add("3x3 convolutions", 9 * p_out * c_in * c_out, 9 * c_in * c_out, copy + out,
                 (BF16 * p_in * c_in if rounded else copy) + out)

    def norm(self, what, n, reads):
        """`reads` passes over the f32 input, one written output."""
        self.add(what, before=(reads + 1) * F32 * n, after=reads * F32 * n + BF16 * n)

    def linear(self, what, p, c_in, c_out, rounded, adds=False, rounds=False):
        """A sum was an operation of its own: it read both sides and wrote one. `rounds`: bf16 out."""
        out = p * c_out
        self.add(what, p * c_in * c_out, c_in * c_out, F32 * (p * c_in + (4 if adds else 1) * out),
                 (BF16 if rounded else F32) * p * c_in + (BF16 if rounds else F32) * out + (F32 * out if adds else 0))

    def pointwise(self, what, reads, writes):
        self.add(what, before=F32 * (reads + writes), after=0)


def resnet(count, p, c_in, c_out):
    count.norm("group norm and SiLU", p * c_in, 2)
    count.conv(p, p, c_in, c_out)
    count.pointwise("sums, copies", p * c_out, p * c_out)  # the time embedding
    count.norm("group norm and SiLU", p * c_out, 2)
    count.conv(p, p, c_out, c_out)
    if c_in != c_out:
        count.linear("1x1 and shortcuts", p, c_in, c_out, rounded=False, adds=True)
    else:
        count.add("sums, copies", before=3 * F32 * p * c_out, after=F32 * p * c_out)


def attention(count, what, p, keys, c, text):
    """Queries in, mixed values out; keys and values are packed once, and the packed ones read once per 48 queries from a cache.
    Those of the text stay f32."""
    packed = 2 * keys * c * 2 * BF16
    after = 2 * BF16 * p * c + packed + 2 * keys * c * (F32 if text else BF16)
    count.add(what, 2 * p * keys * c, before=2 * F32 * p * c + packed + 2 * keys * c * F32, after=after)


def transformer(count, p, c, text_width, n_tokens):
    count.norm("group norm and SiLU", p * c, 2)
    count.linear("1x1 and shortcuts", p, c, c, rounded=True)
    for text in (False, True):
        count.norm("layer norm", p * c, 1)
        for _ in range(1 if text else 3):
            count.linear("q, k, v, out", p, c, c, rounded=True, rounds=True)
        attention(count, "text attention" if text else "self-attention", p, n_tokens if text else p, c, text)
        count.linear("q, k, v, out", p, c, c, rounded=True)
        count.add("sums, copies", before=3 * F32 * p * c)
    count.norm("layer norm", p * c, 1)
    inner = 4 * c
    # The gated layer's 8 c outputs were written, read and written as 4 c, which the next layer rounded.
    count.add("feed-forward", p * c * 2 * inner, 2 * c * inner, F32 * p * (c + 2 * inner + 2 * inner + inner),
              BF16 * p * (c + inner))
    count.add("feed-forward", p * inner * c, inner * c, F32 * p * (inner + c) + 3 * F32 * p * c,
              BF16 * p * inner + 2 * F32 * p * c)
    count.linear("1x1 and shortcuts", p, c, c, rounded=False, adds=True)


def walk(config, side, n_tokens):
    widths, per_level = config["block_out_channels"], config["layers_per_block"]
    count, text = Count(), config["cross_attention_dim"]
    p = [(side >> level) ** 2 for level in range(len(widths))]
    last = len(widths) - 1
    skips = [widths[0]]
    for level, kind in enumerate(config["down_block_types"]):
        for layer in range(per_level):
            resnet(count, p[level], widths[max(level - 1, 0)] if layer == 0 else widths[level], widths[level])
            if "CrossAttn" in kind:
                transformer(count, p[level], widths[level], text, n_tokens)
            skips.append(widths[level])
        if level < last:
            count.conv(p[level], p[level + 1], widths[level], widths[level], rounded=False)
            skips.append(widths[level])
    if config.get("mid_block_type", "UNetMidBlock2DCrossAttn"):
        resnet(count, p[last], widths[last], widths[last])
        transformer(count, p[last], widths[last], text, n_tokens)
        resnet(count, p[last], widths[last], widths[last])
    c = widths[last]
    for step, kind in enumerate(config["up_block_types"]):
        level = last - step
        for _ in range(per_level + 1):
            c_in = c + skips.pop()
            count.add("sums, copies", before=2 * F32 * p[level] * c_in)  # put beside each other
            resnet(count, p[level], c_in, widths[level])
            c = widths[level]
            if "CrossAttn" in kind:
                transformer(count, p[level], c, text, n_tokens)
        if level > 0:
            large = p[level - 1]
            count.add("sums, copies", before=F32 * c * (p[level] + large), after=0)  # enlarging
            before = F32 * large * c + 2 * BF16 * large * c + F32 * large * c
            count.add("3x3 convolutions", 9 * large * c * c, 9 * c * c, before, F32 * p[level] * c + 2 * BF16 * large * c + F32 * large * c)
    return count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("config")
    parser.add_argument("--rows", type=int, default=1)
    parser.add_argument("--tokens", type=int, default=77)
    parser.add_argument("--tflops", type=float, default=5.4, help="bf16, what the tiles reach")
    parser.add_argument("--gbytes", type=float, default=15.0, help="a second, to and from memory")
    args = parser.parse_args()
    with open(args.config) as file:
        config = json.load(file)
    count = walk(config, config["sample_size"], args.tokens)
    print("| class | GMAC | weights, MB | activations before, MB | after, MB | products, ms | memory before, ms | after, ms |")
    print("|---|---|---|---|---|---|---|---|")
    total = collections.Counter()
    for name in CLASSES:
        macs, weights = args.rows * count.macs[name] / 1e9, count.weights[name] / 1e6
        before, after = (args.rows * c[name] / 1e6 for c in (count.before, count.after))
        times = [2 * macs / args.tflops, (weights + before) / args.gbytes, (weights + after) / args.gbytes]
        cells = [macs, weights, before, after, *times]
        total.update(dict(enumerate(cells)))
        print(f"| {name} | " + " | ".join(f"{cell:.1f}" if cell < 10 else f"{cell:,.0f}" for cell in cells) + " |")
    print("| all | " + " | ".join(f"{total[i]:,.0f}" for i in range(len(cells))) + " |")


if __name__ == "__main__":
    main()
