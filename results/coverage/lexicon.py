"""One sentence, every word of a category: does the same leave the device?

    python3 results/coverage/lexicon.py target/debug/obclip [--show N] [--only KIND]

Puts every word of the reader's lists into one sentence of its kind and compares the classes (template and open axes). Most words of a
category give one class; a word that gives another tells the cloud something about its value. No annotation, and nothing unseen: it holds
the reader to its own lists. A noun that says its gender or age ("landlady") or that is a role ("believer") opens more and is counted too,
so the counts of nouns have a floor; what matters is which words are there.
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess

DATA = pathlib.Path(__file__).parents[2] / "crates/obclip-device/data"
DESCRIBED = ["a {} teacher in a garden", "the teacher is {}, in a garden"]
NAMED = ["a {} in a garden", "portrait of a {}, smiling"]
AXES = {"word": DESCRIBED, "both": DESCRIBED, "near": DESCRIBED, "noun": NAMED, "near-noun": NAMED[:1]}
SMALL = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()


def sections(name):
    """(section, kind, word) of a list; plurals are left out."""
    section = ""
    for line in (DATA / name).read_text().splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif ": " in line and not line.startswith("#"):
            kind, words = line.split(": ", 1)
            yield from ((section, kind, word.split("/")[0].replace("_", " ")) for word in words.split(" "))


def capital(phrase):
    little = {"of", "and", "or", "the", "more", "than", "one"}
    return " ".join(word if word in little else word.capitalize() for word in phrase.split(" "))


def categories():
    """(kind, sentences, words)"""
    by_kind = collections.defaultdict(set)
    for axis, kind, word in sections("axes-v1.txt"):
        by_kind[axis, kind].add(word)
    for (axis, kind), words in sorted(by_kind.items()):
        if kind in AXES:
            yield f"{axis} {kind}", AXES[kind], words
    listed = collections.defaultdict(set)
    for name in ("lexicon-v1.txt", "wordnet-v1.txt", "names-v1.txt"):
        for section, _, word in sections(name):
            listed[section].add(word)
    names = {name.capitalize() for name in (DATA / "first-names-v1.txt").read_text().split()}
    called = ["a photo of {} checking a phone", "a portrait of {}, smiling, in a garden"]
    yield "first names", called, names
    yield "given names", called, {name.capitalize() for name in listed["given-name"]}
    yield "kin", NAMED, listed["kin"]
    peoples = {capital(word) for word in listed["ethnicity"] if not word.startswith("of ")}
    yield "peoples", DESCRIBED + NAMED[:1] + ["portrait of a {} woman"], peoples
    yield "peoples by capital", DESCRIBED[:1], {capital(word) for word in listed["people-by-capital"]}
    places = {capital(word) for word in listed["place"] | listed["place-by-capital"]}
    yield "places", ["a teacher from {} in a garden"], places
    tens = [f"{ten}-{one}" for ten in TENS for one in SMALL[:9]]
    aged = ["a {}-year-old teacher in a garden", "a teacher aged {} in a garden", "my neighbour, {}, waters the tomatoes"]
    yield "ages in words", aged, set(SMALL[1:] + TENS + tens)
    yield "ages in figures", aged, {str(years) for years in range(2, 105)}
    yield "roles", NAMED[:1] + ["an old {} in a garden"], set((DATA / "roles-v1.txt").read_text().replace("_", " ").split("\n")) - {""}


def classes(obclip, prompts):
    run = [obclip, "explain", "--stdin", "--cover", "mentioned"]
    done = subprocess.run(run, input="\n".join(prompts) + "\n", capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if len(lines) != len(prompts):
        raise SystemExit(f"{len(prompts)} prompts went in, {len(lines)} answers came out")
    return [f"{line.get('template', '')} {line.get('open_axes', '')}" for line in lines]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("obclip")
    parser.add_argument("--show", type=int, default=0, help="how many words of each other class")
    parser.add_argument("--only", default="", help="kinds that start so")
    args = parser.parse_args()
    for kind, sentences, words in categories():
        if not kind.startswith(args.only):
            continue
        words = sorted(words)
        for sentence in sentences:
            prompts = [re.sub(r"\b([aA]) (?=[aeiouAEIOU])", r"\1n ", sentence.format(word)) for word in words]
            answers = classes(args.obclip, prompts)
            if kind == "roles":
                # A role travels; only what stands around it is compared.
                role = re.compile(r"(\{P1\}) [^,\]]*?(?= in a garden)")
                answers = [role.sub(r"\1 ROLE", answer) for answer in answers]
            most = collections.Counter(answers).most_common(1)[0][0]
            others = collections.defaultdict(list)
            for word, answer in zip(words, answers):
                if answer != most:
                    others[answer].append(word)
            n_others = sum(map(len, others.values()))
            print(f"{kind}, {sentence!r}: {n_others} of {len(words)} in another class than most ({100 * n_others / len(words):.2f} %)")
            for answer, found in sorted(others.items(), key=lambda item: -len(item[1])) if args.show else []:
                print(f"    {len(found)} {answer} <- {', '.join(found[:args.show])}")


if __name__ == "__main__":
    main()
