"""One sentence, every value of an axis: does the same leave the device?

    python3 results/coverage/substitution.py target/debug/obclip [--show N]

Needs no annotation: `substitution.json` has sentences with an X and the words to put there, written on 2026-11-22 by two menders of the
reader while they looked for leaks (so most of what it finds is mended; new words and sentences are what it is for). Prints, per axis, the
sentences in which the word itself travels, and those whose class (template and open axes) is another than most words' of that sentence.
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


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("obclip")
    parser.add_argument("--show", type=int, default=3, help="examples of each kind and axis")
    args = parser.parse_args()
    data = json.loads((pathlib.Path(__file__).parent / "substitution.json").read_text())
    for axis, of_axis in data["axes"].items():
        sentences = of_axis.get("own") or data["sentences"] + of_axis["sentences"]
        asked = [(sentence, value) for sentence in sentences for value in of_axis["values"]]
        answers = classes(args.obclip, [sentence.replace("X", value) for sentence, value in asked])
        most = {
            sentence: collections.Counter(answer for (s, _), answer in zip(asked, answers) if s == sentence).most_common(1)[0][0]
            for sentence in sentences
        }
        leaks = [(s, v, a) for (s, v), a in zip(asked, answers) if travels(v, a[0])]
        others = [(s, v, a) for (s, v), a in zip(asked, answers) if not travels(v, a[0]) and a != most[s]]
        n = len(asked)
        print(f"{axis}: {n} prompts, the word travels in {len(leaks)} ({100 * len(leaks) / n:.2f} %), another class than most in {len(others)} ({100 * len(others) / n:.2f} %)")
        for kind, found in (("travels", leaks), ("another class", others)):
            for sentence, value, (template, count) in found[: args.show]:
                print(f"    {kind}: {sentence.replace('X', value)!r} -> {template!r}, N = {count}")


if __name__ == "__main__":
    main()
