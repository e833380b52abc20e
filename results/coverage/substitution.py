"""One sentence, every value of an axis: does the same leave the device?

    python3 results/coverage/substitution.py target/debug/obclip [--show N]

Needs no annotation: `substitution.json` has sentences with an X and the words to put there, written on 2026-11-22 and 23 by menders of the
reader while they looked for leaks (so most of what it finds is mended; new words and sentences are what it is for): a first list, a second of
other constructions, and nouns. Prints, per axis, the sentences in which the word itself travels, and those whose class (template and open axes)
is another than most words' of that sentence.
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess


def classes(obclip, prompts):
    """The template of every prompt, its N, and the words in it."""
    run = [obclip, "explain", "--stdin", "--cover", "mentioned"]
    done = subprocess.run(run, input="\n".join(prompts) + "\n", capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    if len(lines) != len(prompts):
        raise SystemExit(f"{len(prompts)} prompts went in, {len(lines)} answers came out")
    return [(line.get("template", ""), line.get("n")) for line in lines]


def travels(word, template):
    """Whether the word, or a half of it that tells something, is in the template."""
    little = {"well", "full", "plus", "year", "old", "same", "based", "free", "rich", "three", "third", "only", "self"}
    parts = [word.lower()] + [part for part in word.lower().split("-") if len(part) > 3 and part not in little]
    words = re.findall(r"[a-z'-]+", template.lower())
    return any(part in words for part in parts)


def put(sentence, value, agrees):
    """The sentence with the value; "an" before a vowel where the list is written so."""
    if agrees and value[0].lower() in "aeiou":
        sentence = re.sub(r"\b([aA]) X", r"\1n X", sentence)
    return sentence.replace("X", value)


def measure(obclip, title, data, show, agrees):
    """Prints the rates of one list, axis by axis."""
    for axis, of_axis in data["axes"].items():
        sentences = of_axis.get("own") or data["sentences"] + of_axis.get("sentences", [])
        asked = [(sentence, value) for sentence in sentences for value in of_axis["values"]]
        answers = classes(obclip, [put(sentence, value, agrees) for sentence, value in asked])
        most = {
            sentence: collections.Counter(answer for (s, _), answer in zip(asked, answers) if s == sentence).most_common(1)[0][0]
            for sentence in sentences
        }
        leaks = [(s, v, a) for (s, v), a in zip(asked, answers) if travels(v, a[0])]
        others = [(s, v, a) for (s, v), a in zip(asked, answers) if not travels(v, a[0]) and a != most[s]]
        n = len(asked)
        print(f"{title}{axis}: {n} prompts, the word travels in {len(leaks)} ({100 * len(leaks) / n:.2f} %), another class than most in {len(others)} ({100 * len(others) / n:.2f} %)")
        for kind, found in (("travels", leaks), ("another class", others)):
            for sentence, value, (template, count) in found[:show]:
                print(f"    {kind}: {put(sentence, value, agrees)!r} -> {template!r}, N = {count}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("obclip")
    parser.add_argument("--show", type=int, default=3, help="examples of each kind and axis")
    args = parser.parse_args()
    data = json.loads((pathlib.Path(__file__).parent / "substitution.json").read_text())
    measure(args.obclip, "", data, args.show, agrees=False)
    measure(args.obclip, "second list, ", data["second"], args.show, agrees=True)
    measure(args.obclip, "nouns, ", data["nouns"], args.show, agrees=True)


if __name__ == "__main__":
    main()
