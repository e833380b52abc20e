"""Stage 1: writes the tokenizer folder: byte-level BPE in CLIP's layout, every caption word one token, letters as the fallback."""

import argparse
import json
from pathlib import Path

from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers

import captions

END = "</w>"
START_TOKEN, END_TOKEN = "<|startoftext|>", "<|endoftext|>"
AGED = "middle-aged"
MAX_LENGTH = 77


def byte_letters() -> list[str]:
    """The 256 printable stand-ins of bytes, in CLIP's order."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    hidden = [b for b in range(256) if b not in printable]
    return [chr(b) for b in printable] + [chr(256 + i) for i in range(len(hidden))]


def learnt_merges(words: list[str]) -> list[tuple[str, str]]:
    """Pieces shared by many words, from an ordinary BPE training."""
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix=END))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.train_from_iterator(words, trainers.BpeTrainer(vocab_size=400, end_of_word_suffix=END, show_progress=False, min_frequency=4))
    return [tuple(m) if isinstance(m, list) else tuple(m.split(" ")) for m in json.loads(tokenizer.to_str())["model"]["merges"]]


def pieces(word: str, ranks: dict) -> list[str]:
    """BPE of one word."""
    symbols = [*word[:-1], word[-1] + END]
    while len(symbols) > 1:
        best = min(range(len(symbols) - 1), key=lambda i: ranks.get((symbols[i], symbols[i + 1]), 1 << 30))
        if (symbols[best], symbols[best + 1]) not in ranks:
            break
        symbols[best : best + 2] = [symbols[best] + symbols[best + 1]]
    return symbols


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("out", type=Path)
    out = args.parse_args().out
    if (out / "vocab.json").exists():
        raise SystemExit(f"{out} holds a vocabulary already; models trained with it need it as it is (ties of the BPE trainer fall differently from run to run)")
    out.mkdir(parents=True, exist_ok=True)
    words = captions.words()
    merges = learnt_merges(words)
    ranks = {m: i for i, m in enumerate(merges)}
    for word in words:  # a later merge ranks below all earlier ones, so finished words stay whole
        symbols = pieces(word, ranks)
        while len(symbols) > 1:
            ranks.setdefault((symbols[0], symbols[1]), len(ranks))
            symbols = pieces(word, ranks)
    merges = sorted(ranks, key=ranks.get)
    letters = byte_letters()
    tokens = letters + [c + END for c in letters] + list(dict.fromkeys(a + b for a, b in merges)) + [START_TOKEN, END_TOKEN]
    tokens = list(dict.fromkeys(tokens))
    vocab = {t: i for i, t in enumerate(tokens)}
    assert all(len(pieces(w, ranks)) == 1 for w in words)
    special = {"bos_token": START_TOKEN, "eos_token": END_TOKEN, "unk_token": END_TOKEN, "pad_token": END_TOKEN}
    config = {
        "tokenizer_class": "CLIPTokenizer", "model_max_length": MAX_LENGTH, "do_lower_case": True, "add_prefix_space": False, "errors": "replace", **special,
        "added_tokens_decoder": {
            str(vocab[START_TOKEN]): {"content": START_TOKEN, "lstrip": False, "normalized": True, "rstrip": False, "single_word": False, "special": True},
            str(vocab[END_TOKEN]): {"content": END_TOKEN, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False, "special": True},
            str(len(vocab)): {"content": AGED, "lstrip": False, "normalized": True, "rstrip": False, "single_word": True, "special": False},
        },
    }  # fmt: skip
    write = lambda name, value: (out / name).write_text(json.dumps(value, ensure_ascii=False, indent=None if name == "vocab.json" else 2) + "\n")
    write("vocab.json", vocab)
    write("added_tokens.json", {AGED: len(vocab)})
    write("special_tokens_map.json", special)
    write("tokenizer_config.json", config)
    (out / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges))
    print(f"{len(vocab) + 1} tokens, {len(merges)} merges, {len(words)} whole words")


if __name__ == "__main__":
    main()
