"""The words of annotated prompts, swapped for others of their kind: does the same leave the device?

    python3 results/coverage/swap.py target/debug/obclip [--show KIND] [--examples N]

Wherever a prompt of `training/tagger/prompts`, `tests/data/annotated`, `independent` or `sealed` has one of the words below marked as a
description of a person, four others of its kind take its place, with the article that fits them. Prints, per kind, how many of these
prompts are of another class (template and open axes) than most of their five.
"""

import argparse
import collections
import json
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[2]
PEOPLES = """Kenyan Korean Swedish Peruvian Pakistani Nigerian Japanese Irish Mexican Moroccan Turkish German Ethiopian Thai Polish Brazilian
Egyptian Chinese Indian Italian Greek Vietnamese Russian French Iranian Spanish Ghanaian Canadian Cuban"""
# Kind: the axes that a mark may have, and words of one form.
KINDS = {
    "people": ({"nationality", "ethnicity"}, PEOPLES.split()),
    "ethnicity": ({"ethnicity"}, "Black Asian Caucasian Hispanic".split()),
    "age": ({"age"}, "young old elderly teenage middle-aged".split()),
    "name": ({"name"}, "Maria James Fatima Hiroshi Olga Kwame Priya Diego Aoife Ximena Sven Mei Yusuf".split()),
    "full name": (
        {"name"},
        ["Maria Lopez", "James Carter", "Fatima Hassan", "Hiroshi Tanaka", "Olga Petrova", "Kwame Mensah", "Priya Sharma", "Aoife Byrne", "Mei Chen"],
    ),
    "religion": ({"religion"}, "Muslim Christian Jewish Hindu Buddhist Sikh Catholic".split()),
    "disability": ({"disability"}, "blind deaf autistic diabetic epileptic".split()),
    "hair": ({"hair-eye-colour"}, [f"{colour} hair" for colour in "red black blonde grey brown white auburn".split()]),
    "eyes": ({"hair-eye-colour"}, [f"{colour} eyes" for colour in "blue brown green hazel grey".split()]),
    "orientation": ({"orientation"}, "gay bisexual queer straight pansexual".split()),
    "body": ({"body-type"}, "fat thin muscular slim chubby stocky skinny plump".split()),
    "skin": ({"skin-tone"}, [f"{tone} skin" for tone in "dark pale olive brown fair".split()]),
    "fortune": ({"socioeconomic"}, "rich poor wealthy homeless".split()),
}


def annotated():
    """All annotated prompts that may be read; those of the tagger are built in a folder of their own."""
    folders = [ROOT / "tests/data" / name for name in ("annotated", "independent", "sealed")]
    with tempfile.TemporaryDirectory() as built:
        shutil.copytree(ROOT / "training/tagger/prompts/source", f"{built}/source")
        # It names prompts that occur twice and ends with 1 for them; all are written.
        subprocess.run([sys.executable, ROOT / "tests/data/annotated/build.py", built], capture_output=True, check=False)
        files = [file for folder in [pathlib.Path(built), *folders] for file in sorted(folder.glob("*.jsonl"))]
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]


def like(word, model):
    """The word in the letters of the one whose place it takes."""
    if model.islower():
        return word.lower()
    if model.isupper() and len(model) > 1:
        return word.upper()
    return word[0].upper() + word[1:] if model[0].isupper() else word


def swapped(prompt, span, word):
    text = prompt.encode()
    before, after = text[: span["start"]].decode(), text[span["end"] :].decode()
    word = like(word, span["text"])
    before = re.sub(r"\b([Aa])n? $", lambda a: a[1] + ("n " if word[0].lower() in "aeiou" else " "), before)
    return re.sub(r"\s+", " ", before + word + after)


def groups(prompts, draws):
    """(kind, the prompt and four like it) for every mark that is a word of a kind."""
    for row in prompts:
        if any(tag.startswith("unicode") for tag in row["tags"]):
            continue
        for kind, (axes, words) in KINDS.items():
            for span in row["spans"]:
                if span["axis"] in axes and is_of(kind, words, span["text"]) and not twice(row, span):
                    others = [word for word in words if word.lower() != span["text"].lower()]
                    chosen = [span["text"], *draws.sample(others, min(4, len(others)))]
                    yield kind, [swapped(row["prompt"], span, word) for word in chosen]


def is_of(kind, words, text):
    """Any name of one or two words is of its kind."""
    if kind in ("name", "full name"):
        return re.fullmatch(r"[A-Z][a-z]+" if kind == "name" else r"[A-Z][a-z]+ [A-Z][a-z]+", text) is not None
    return text.lower() in [word.lower() for word in words]


def twice(row, span):
    """Nationality and ethnicity are marked on the same word: it is swapped once."""
    same = [s for s in row["spans"] if (s["start"], s["end"]) == (span["start"], span["end"])]
    return same[0] is not span and same[0]["axis"] in {"nationality", "ethnicity"}


def classes(obclip, prompts):
    done = subprocess.run([obclip, "explain", "--stdin"], input="\n".join(prompts) + "\n", capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if len(lines) != len(prompts):
        raise SystemExit(f"{len(prompts)} prompts went in, {len(lines)} answers came out")
    return [(line.get("template", ""), str(line.get("open_axes"))) for line in lines]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("obclip")
    parser.add_argument("--show", choices=KINDS, help="print examples of this kind")
    parser.add_argument("--examples", type=int, default=10)
    args = parser.parse_args()
    asked = list(groups(annotated(), random.Random(1)))
    answers = iter(classes(args.obclip, [prompt for _, prompts in asked for prompt in prompts]))
    counts, others = collections.Counter(), collections.defaultdict(list)
    for kind, prompts in asked:
        of_group = [next(answers) for _ in prompts]
        most = collections.Counter(of_group).most_common(1)[0][0]
        counts[kind] += len(prompts)
        others[kind] += [(prompt, answer, most) for prompt, answer in zip(prompts, of_group) if answer != most]
    for kind in KINDS:
        n = len(others[kind])
        print(f"{kind}: {n} of {counts[kind]} in another class than most of their group ({100 * n / max(1, counts[kind]):.2f} %)")
    for prompt, answer, most in others.get(args.show, [])[: args.examples]:
        print(f"    {prompt!r}\n        {answer}\n        most: {most}")


if __name__ == "__main__":
    main()
