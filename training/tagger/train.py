#!/usr/bin/env python3
"""Trains the tagger of the reader (crates/obclip-device/src/tagger.rs) on annotated prompts.

    python train.py --glove FOLDER --out FILE.safetensors LINES...          # all of them
    python train.py --glove FOLDER --test LINES --folds 5 LINES...          # what it finds in a fifth of --test at a time

LINES are files of `cargo run -p obclip-device --example tagger_lines`: one scene a line, what the reader made of each of
its terms, and the annotation. FOLDER holds vectors.npy and words.json (glove.py). A linear classifier over endings and
words, and one hidden layer over the terms around and the whole scene; every axis and value is a yes or no of its own.
"""

import argparse
import collections
import json
import random

import numpy as np
import torch

REACH = 3
FATES = {"travels": 1, "held": 2, "found": 3}
# As in crates/obclip-device/src/reading/tagging.rs.
THRESHOLDS = {"held": 0.2, "alone": 0.7, "found": 0.4, "name": 0.1, "name_alone": 0.4}
N_SYMBOL, N_SHAPE, N_FATE, N_LISTED, N_SCENE, N_PLACE = 8, 4, 3, 8, 24, 4


def fnv(word):
    value = 0x811C9DC5
    for byte in word.encode():
        value = ((value ^ byte) * 0x01000193) & 0xFFFFFFFF
    return value


def pieces(word):
    """Three endings, a start, the word; "" where it is too short."""
    ends = ["$" + word[-n:] if len(word) > n else "" for n in (2, 3, 4)]
    return [*ends, "^" + word[:3] if len(word) > 4 else "", "w=" + word]


def axis(name):
    return name.split(".")[0]


class Names:
    """Every name that occurs has a number; 0 is for others."""

    def __init__(self, names, first=1):
        self.names = sorted(set(names))
        self.first = first
        self.index = {name: i + first for i, name in enumerate(self.names)}

    def __getitem__(self, name):
        return self.index.get(name, 0)

    def __len__(self):
        return len(self.names) + self.first


class Inventory:
    def __init__(self, scenes, words, n_words, least):
        terms = [term for scene in scenes for term in scene["terms"]]
        self.words = {word: i for i, word in enumerate(words[:n_words])}
        self.symbols = Names(term["symbol"] for term in terms)
        self.shapes = Names(term["shape"] for term in terms)
        self.places = Names((term["place"] for term in terms), first=0)
        self.classes = sorted({name for term in terms for name in term["gold"]})
        self.axes = sorted({axis(name) for name in self.classes})
        counts = collections.Counter(piece for term in terms for piece in pieces(term["word"]) if piece)
        self.pieces = Names(piece for piece, n in counts.items() if n >= least)


class Scenes:
    """Terms of all scenes one after the other, as numbers."""

    def __init__(self, scenes, inv):
        terms = [term for scene in scenes for term in scene["terms"]]
        n = len(terms)
        self.word = torch.tensor([inv.words.get(t["word"], len(inv.words)) for t in terms])
        self.symbol = torch.tensor([inv.symbols[t["symbol"]] for t in terms])
        self.shape = torch.tensor([inv.shapes[t["shape"]] for t in terms])
        self.place = torch.tensor([inv.places[t["place"]] for t in terms])
        self.fate = torch.tensor([FATES[t["fate"]] for t in terms])
        self.pieces = torch.tensor([[inv.pieces[p] for p in pieces(t["word"])] for t in terms])
        self.listed = torch.zeros(n, len(inv.axes))
        self.gold = torch.zeros(n, len(inv.classes))
        for i, term in enumerate(terms):
            for name in term["listed"]:
                if name in inv.axes:
                    self.listed[i, inv.axes.index(name)] = 1
            for name in term["gold"]:
                if name in inv.classes:
                    self.gold[i, inv.classes.index(name)] = 1
        ends = np.cumsum([len(scene["terms"]) for scene in scenes])
        self.ranges = list(zip([0, *ends[:-1].tolist()], ends.tolist()))

    def batch(self, which):
        """Terms of these scenes, the scene of each, and where its neighbours are (0 is outside, i + 1 is term i)."""
        rows, scene, window, at = [], [], [], 0
        for number, s in enumerate(which):
            first, end = self.ranges[s]
            n = end - first
            rows.append(torch.arange(first, end))
            scene.append(torch.full((n,), number))
            near = torch.arange(n).unsqueeze(1) + torch.arange(-REACH, REACH + 1)
            window.append(torch.where((near >= 0) & (near < n), near + at + 1, 0))
            at += n
        return torch.cat(rows), torch.cat(scene), torch.cat(window)


class Tagger(torch.nn.Module):
    def __init__(self, inv, vectors, n_dims, n_hidden, drop):
        super().__init__()
        self.vectors = torch.tensor(np.concatenate([vectors[: len(inv.words)] / 6, np.zeros((1, vectors.shape[1]), np.float32)]))
        n_classes, n_axes = len(inv.classes), len(inv.axes)
        self.project = torch.nn.Linear(vectors.shape[1], n_dims, bias=False)
        self.unknown = torch.nn.Parameter(torch.zeros(2, n_dims))
        self.symbol = torch.nn.Embedding(len(inv.symbols), N_SYMBOL)
        self.shape = torch.nn.Embedding(len(inv.shapes), N_SHAPE)
        self.fate = torch.nn.Embedding(4, N_FATE)
        self.place = torch.nn.Embedding(len(inv.places), N_PLACE)
        self.listed = torch.nn.Linear(n_axes, N_LISTED, bias=False)
        n_term = n_dims + N_SYMBOL + N_SHAPE + N_FATE + N_LISTED
        self.scene = torch.nn.Linear(n_term, N_SCENE)
        self.hidden = torch.nn.Linear((2 * REACH + 1) * n_term + N_PLACE + N_SCENE, n_hidden)
        self.out = torch.nn.Linear(n_hidden, n_classes)
        self.out.bias.data.fill_(-4)
        self.listed_out = torch.nn.Linear(n_axes, n_classes, bias=False)
        self.pieces = torch.nn.ModuleList(
            torch.nn.EmbeddingBag(len(inv.pieces), n_classes, mode="sum", padding_idx=0) for _ in range(3)
        )
        for bag in self.pieces:
            torch.nn.init.zeros_(bag.weight)
        self.drop = torch.nn.Dropout(drop)
        self.unknown_symbol = inv.symbols["<unknown>"]

    def words(self, word):
        n_words = len(self.vectors) - 1
        vector = self.project(self.vectors[word])
        return torch.where((word == n_words).unsqueeze(-1), self.unknown[0], vector)

    def terms(self, word, symbol, shape, fate, listed):
        return torch.cat([self.words(word), self.symbol(symbol), self.shape(shape), self.fate(fate), self.listed(listed)], -1)

    def forward(self, data, which, hide=False):
        rows, scene, window = data.batch(which)
        word, symbol, shape, fate = data.word[rows], data.symbol[rows], data.shape[rows], data.fate[rows]
        listed, place = data.listed[rows], data.place[rows]
        terms = self.terms(word, symbol, shape, fate, listed)
        zero = torch.zeros(1, dtype=torch.long)
        outside = torch.cat([self.unknown[1:2], self.symbol(zero), self.shape(zero), self.fate(zero), torch.zeros(1, N_LISTED)], -1)
        around = torch.cat([outside, terms])[window]
        parts = torch.cat([torch.zeros(1, 5, dtype=torch.long), data.pieces[rows]])[window[:, REACH - 1 : REACH + 2]].clone()
        if hide:
            # The word itself as one that the lists lack, so that the network learns more than the lists.
            n = len(rows)
            hidden = torch.rand(n) < 0.6
            lone = self.terms(word, torch.full_like(symbol, self.unknown_symbol), shape, torch.full_like(fate, 2), torch.zeros_like(listed))
            around = around.clone()
            around[:, REACH] = torch.where(hidden.unsqueeze(1), lone, terms)
            listed = listed * (~hidden).float().unsqueeze(1)
            parts[hidden, 1, 4] = 0
            parts[torch.rand(n) < 0.3, 1] = 0
            parts[torch.rand(n) < 0.3, 0] = 0
            parts[torch.rand(n) < 0.3, 2] = 0
        pooled = torch.relu(self.scene(terms))
        n_scenes = len(which)
        index = scene.unsqueeze(1).expand_as(pooled)
        mean = torch.zeros(n_scenes, N_SCENE).scatter_reduce(0, index, pooled, "mean", include_self=False)
        most = torch.zeros(n_scenes, N_SCENE).scatter_reduce(0, index, pooled, "amax", include_self=True)
        x = torch.cat([around.flatten(1), self.place(place), (mean + most)[scene]], 1)
        scores = self.out(self.drop(torch.relu(self.hidden(self.drop(x))))) + self.listed_out(listed)
        return rows, scores + sum(bag(parts[:, side]) for side, bag in enumerate(self.pieces))


def train(scenes, vectors, words, args):
    inv = Inventory(scenes, words, args.words, args.least)
    data = Scenes(scenes, inv)
    net = Tagger(inv, vectors, args.dims, args.hidden, args.drop)
    optimizer = torch.optim.AdamW(net.parameters(), lr=args.rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, args.epochs * (len(scenes) // 32 + 1))
    loss_of = torch.nn.BCEWithLogitsLoss()
    for epoch in range(args.epochs):
        order, total = random.sample(range(len(scenes)), len(scenes)), 0.0
        net.train()
        for at in range(0, len(order), 32):
            rows, scores = net(data, order[at : at + 32], hide=True)
            loss = loss_of(scores, data.gold[rows]) * len(inv.classes)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(rows)
        print(f"epoch {epoch}: {total / len(data.word):.4f}", flush=True)
    net.eval()
    return net, inv


@torch.no_grad()
def judge(net, inv, scenes):
    """Probabilities of every class, (terms, classes) a scene."""
    data, judged = Scenes(scenes, inv), []
    for s in range(len(scenes)):
        judged.append(torch.sigmoid(net(data, [s])[1]).numpy())
    return judged


def save(net, inv, scenes, path):
    from safetensors.torch import save_file

    def unsigned(values):
        return torch.tensor(np.array(values, dtype=np.uint32))

    def signed(values):
        return torch.tensor(np.clip(np.round(values), -127, 127).astype(np.int8))

    words = sorted({fnv(word): i for word, i in reversed(inv.words.items())}.items())
    with torch.no_grad():
        vectors = torch.cat([net.project(net.vectors[[i for _, i in words]]), net.unknown]).numpy()
    scales = np.percentile(np.abs(vectors), 99.9, axis=0) / 127 + 1e-9
    listed = sorted((fnv(piece), i) for piece, i in inv.pieces.index.items())
    weights = np.stack([bag.weight.detach().numpy()[[i for _, i in listed]] for bag in net.pieces])
    piece_scales = np.abs(weights).max(1) / 127 + 1e-9
    tensors = {
        "word_hashes": unsigned([h for h, _ in words]), "word_vectors": signed(vectors / scales),
        "word_scales": torch.tensor(scales.astype(np.float32)),
        "piece_hashes": unsigned([h for h, _ in listed]), "piece_weights": signed(weights / piece_scales[:, None]),
        "piece_scales": torch.tensor(piece_scales.astype(np.float32)),
        "symbols": net.symbol.weight, "shapes": net.shape.weight, "places": net.place.weight, "fates": net.fate.weight,
    }
    for name in ("listed", "scene", "hidden", "out", "listed_out"):
        layer = getattr(net, name)
        tensors[f"{name}.weight"] = layer.weight
        tensors[f"{name}.bias"] = layer.bias if layer.bias is not None else torch.zeros(layer.weight.shape[0])
    names = {
        "classes": inv.classes, "axes": inv.axes, "symbols": ["_", *inv.symbols.names],
        "shapes": ["_", *inv.shapes.names], "places": inv.places.names,
    }
    tensors = {name: tensor.detach().contiguous() for name, tensor in tensors.items()}
    save_file(tensors, path, metadata={name: " ".join(list_) for name, list_ in names.items()})
    # What the reader's forward pass must give: a test compares.
    golden = []
    for scene, judged in zip(scenes, judge(net, inv, scenes)):
        keys = ("word", "symbol", "shape", "place", "fate", "listed")
        terms = [{key: term[key] for key in keys} for term in scene["terms"]]
        golden.append({"terms": terms, "classes": inv.classes, "judged": np.round(judged, 4).tolist()})
    with open(path.replace(".safetensors", "-golden.json"), "w") as file:
        json.dump(golden, file, ensure_ascii=False, default=float)
        file.write("\n")


def report(scenes, judged, inv, thresholds, scale):
    """What the labels would do: spans found before and with them, alarms in scenes without persons."""
    spans, before, after, wrong = (collections.Counter() for _ in range(4))
    free = alarms_before = alarms_after = 0
    for scene, probabilities in zip(scenes, judged):
        labels = [set(term["got"]) for term in scene["terms"]]
        nobody = all(term["place"] == "nobody" for term in scene["terms"])
        was = any(labels_ - {"occupation"} for labels_ in labels)
        for i, term in enumerate(scene["terms"]):
            name = inv.classes.index("name")
            if "name" in labels[i] and probabilities[i][name] < thresholds["name_alone" if nobody else "name"]:
                labels[i] = labels[i] - {"name"}
            if term["fate"] == "travels":
                continue
            least = thresholds["found" if term["fate"] == "found" else "alone" if nobody else "held"]
            least = 1 - (1 - least) * scale
            # The values of an axis exclude each other.
            sums = collections.Counter()
            for c, p in zip(inv.classes, probabilities[i]):
                sums[axis(c)] += p
            new = {name for name, p in sums.items() if p >= least} - labels[i]
            for name in new - {axis(g) for g in term["gold"]}:
                wrong[name] += 1
            labels[i] = labels[i] | new
        for number, span in enumerate(scene["spans"]):
            terms = [i for i, term in enumerate(scene["terms"]) if number in term["spans"]]
            spans[axis(span)] += 1
            before[axis(span)] += any(axis(span) in scene["terms"][i]["got"] for i in terms)
            after[axis(span)] += any(axis(span) in labels[i] for i in terms)
        if scene["free"]:
            free += 1
            alarms_before += was
            alarms_after += any(labels_ - {"occupation"} for labels_ in labels)
    return spans, before, after, wrong, np.array([free, alarms_before, alarms_after])


def folds(test, rest, vectors, words, args):
    random.shuffle(test)
    thresholds = {key: getattr(args, key) for key in THRESHOLDS}
    totals = {}
    for fold in range(args.folds if not args.one else 1):
        inside = test[fold :: args.folds]
        outside = rest + [s for i, s in enumerate(test) if i % args.folds != fold]
        net, inv = train(outside, vectors, words, args)
        judged = judge(net, inv, inside)
        for scale in (0.5, 0.75, 1.0, 1.25, 1.5):
            one = report(inside, judged, inv, thresholds, scale)
            totals[scale] = tuple(a + b for a, b in zip(totals[scale], one)) if scale in totals else one
    for scale, (spans, before, after, wrong, free) in totals.items():
        n = sum(spans.values())
        print(f"scale {scale}: spans {n}, found {sum(before.values())} -> {sum(after.values())} ({100 * sum(before.values()) / n:.2f} -> {100 * sum(after.values()) / n:.2f} %), wrong labels {sum(wrong.values())}, alarms {free[1]} -> {free[2]} of {free[0]}")
    spans, before, after, wrong, free = totals[1.0]
    for name in sorted(spans):
        print(f"  {name:16} {spans[name]:5} {100 * before[name] / spans[name]:6.2f} -> {100 * after[name] / spans[name]:6.2f} %, wrong {wrong[name]}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lines", nargs="+")
    parser.add_argument("--glove", required=True)
    parser.add_argument("--out")
    parser.add_argument("--test", nargs="*", default=[])
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--one", action="store_true", help="only the first fold")
    parser.add_argument("--seed", type=int, default=0)
    for name, value in (("epochs", 10), ("dims", 24), ("hidden", 128), ("words", 150_000), ("least", 4)):
        parser.add_argument(f"--{name}", type=int, default=value)
    for name, value in (("rate", 3e-3), ("drop", 0.3), *THRESHOLDS.items()):
        parser.add_argument(f"--{name}", type=float, default=value)
    args = parser.parse_args()
    torch.manual_seed(args.seed)
    random.seed(args.seed)
    torch.set_num_threads(1)
    read = lambda paths: [json.loads(line) for path in paths for line in open(path)]
    words = json.load(open(f"{args.glove}/words.json"))
    vectors = np.load(f"{args.glove}/vectors.npy")
    if args.test:
        folds(read(args.test), read(args.lines), vectors, words, args)
    if args.out:
        scenes = read(args.lines)
        net, inv = train(scenes, vectors, words, args)
        save(net, inv, scenes[:: len(scenes) // 6], args.out)


if __name__ == "__main__":
    main()
