#!/usr/bin/env python3
"""Turns the inline markup of source/*.txt into *.jsonl and checks the whole set.

    python3 tests/data/annotated/build.py          # writes the .jsonl files, prints the counts
    python3 tests/data/annotated/build.py --check  # writes nothing; fails if a file is out of date
    python3 tests/data/annotated/build.py FOLDER   # the same for another folder with source/, whose lines are checked

Standard library only. The markup is described in README.md.
"""

import json
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).parent

AXES = {
    "a": "age", "e": "ethnicity", "g": "gender", "n": "nationality", "r": "religion",
    "d": "disability", "o": "orientation", "i": "gender-identity", "b": "body-type",
    "s": "skin-tone", "h": "hair-eye-colour", "c": "socioeconomic", "m": "immigration",
    "p": "political", "f": "family", "w": "pregnancy", "j": "occupation", "N": "name",
}
VALUES = {
    "a": {"y": "young", "m": "middle-aged", "o": "old", "x": None},
    "e": {"a": "african", "s": "asian", "u": "european", "i": "indian", "l": "latino", "x": None},
    "g": {"f": "female", "m": "male", "x": None},
}
DEFAULT_ON = ("age", "ethnicity", "gender")
SPAN = re.compile(r"\{([^{}]*)#([^{}#]*)\}")
CONFUSABLE = str.maketrans("aceopxyiACEOPXTHKMB", "асеорхуіАСЕОРХТНКМВ")
SMALL_CAPS = str.maketrans("abcdefghijklmnopqrstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘǫʀꜱᴛᴜᴠᴡʏᴢ")


def letters(text, base_lower, base_upper):
    def one(c):
        if "a" <= c <= "z":
            return chr(base_lower + ord(c) - ord("a"))
        if "A" <= c <= "Z":
            return chr(base_upper + ord(c) - ord("A"))
        return c

    return "".join(map(one, text))


def words(text, change):
    return " ".join(change(word) for word in text.split(" "))


# How a span's text is disguised, by the `t=` tag of its line.
DISGUISES = {
    "zw": lambda s: words(s, lambda w: w[:2] + "\u200b" + w[2:]),
    "rtl": lambda s: words(s, lambda w: w[:1] + "\u200f" + w[1:]),
    "shy": lambda s: words(s, lambda w: w[:3] + "\u00ad" + w[3:]),
    "cyr": lambda s: s.translate(CONFUSABLE),
    "caps": lambda s: s.translate(SMALL_CAPS),
    "fw": lambda s: letters(s, 0xFF41, 0xFF21),
    "math": lambda s: letters(s, 0x1D41A, 0x1D400),
    "circ": lambda s: letters(s, 0x24D0, 0x24B6),
    "acc": lambda s: re.sub(r"([aeiou])", "\\1\u0301", s, count=1),
    "leet": lambda s: s.translate(str.maketrans("aeio", "4310")),
    "space": lambda s: "  ".join(" ".join(w) for w in s.split(" ")),
    "dot": lambda s: " ".join(".".join(w) for w in s.split(" ")),
    "nbsp": lambda s: s.replace(" ", "\u00a0"),
}


def mentions(codes):
    """The (axis, value) pairs of a code such as "ay+gf"."""
    for code in codes.split("+"):
        key, value = code[:1], code[1:]
        if key == "n":
            yield "nationality", None
            yield "ethnicity", VALUES["e"][value]
        elif key in VALUES:
            yield AXES[key], VALUES[key][value]
        elif key in AXES and not value:
            yield AXES[key], None
        else:
            raise ValueError(f"unknown code {code!r}")


def parse_line(line, tags):
    body, _, own = line.partition(" ;; ")
    own = [tag.strip() for tag in own.split(";") if tag.strip()]
    persons = next((int(tag[2:]) for tag in own if tag.startswith("p=")), None)
    disguise = next((tag[2:] for tag in own if tag.startswith("t=")), None)
    tags = tags + [tag for tag in own if not tag.startswith(("p=", "t="))]
    if disguise:
        tags = tags + [f"unicode:{disguise}"]
    body = body.replace("\\n", "\n").replace("\\t", "\t")
    plain = DISGUISES["nbsp"] if disguise == "nbsp" else str
    prompt, spans, at = "", [], 0
    for match in SPAN.finditer(body):
        prompt += plain(body[at : match.start()])
        text, (codes, _, person) = match.group(1), match.group(2).partition("@")
        text = DISGUISES[disguise](text) if disguise else text
        start = len(prompt.encode())
        prompt += text
        for axis, value in mentions(codes):
            spans.append({
                "start": start, "end": len(prompt.encode()), "text": text,
                "axis": axis, "value": value, "person": int(person or 1),
            })
        at = match.end()
    return prompt + plain(body[at:]), spans, persons, tags


def read_source(path):
    tags, rows = [], []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if line.startswith("## "):
            tags = [tag.strip() for tag in line[3:].split(",")]
        elif line.strip():
            try:
                prompt, spans, persons, own = parse_line(line, tags)
            except (ValueError, KeyError) as error:
                sys.exit(f"{path.name}:{number}: {error!r}: {line}")
            if persons is None:
                persons = max((span["person"] for span in spans), default=0)
            rows.append({
                "id": f"{path.stem}-{len(rows) + 1:03}", "prompt": prompt, "persons": persons,
                "spans": spans, "tags": own,
            })
    return rows


def check_lines(sets):
    """Whether every line is well formed; returns the list of what is broken."""
    broken, seen = [], {}
    rows = [row for rows in sets.values() for row in rows]
    for row in rows:
        data, where = row["prompt"].encode(), row["id"]
        if row["prompt"] in seen:
            broken.append(f"{where}: same prompt as {seen[row['prompt']]}")
        seen[row["prompt"]] = where
        if re.search(r"[{}]|;;", row["prompt"]):
            broken.append(f"{where}: markup left in {row['prompt']!r}")
        for span in row["spans"]:
            if data[span["start"] : span["end"]].decode() != span["text"] or not span["text"]:
                broken.append(f"{where}: wrong offsets for {span['text']!r}")
            if span["person"] > max(row["persons"], 1):
                broken.append(f"{where}: person {span['person']} of {row['persons']}")
        if "free" in row["tags"] and (row["spans"] or row["persons"]):
            broken.append(f"{where}: a person in a person-free prompt")
        if "free" not in row["tags"] and not row["persons"] and not row["spans"]:
            broken.append(f"{where}: no person, but not tagged free")
    return broken


def check(sets):
    """Every promise of README.md; returns the list of what is broken."""
    broken = check_lines(sets)
    rows = [row for rows in sets.values() for row in rows]
    spans = Counter(span["axis"] for row in rows for span in row["spans"])
    for axis in AXES.values():
        need = 300 if axis in DEFAULT_ON else 100
        if spans[axis] < need:
            broken.append(f"axis {axis}: {spans[axis]} positives, expected at least {need}")
    kinds = Counter(kind(row) for row in rows)
    adversarial = sum(any(t.startswith("adversarial") for t in row["tags"]) for row in rows)
    for what, count, need in (
        ("prompts", len(rows), 1500), ("person-free prompts", kinds["free"], 500),
        ("adversarial prompts", adversarial, 300),
    ):
        if count < need:
            broken.append(f"{what}: {count}, expected at least {need}")
    if kinds["template"] * 3 > len(rows):
        broken.append(f"{kinds['template']} of {len(rows)} prompts are from templates")
    return broken


def kind(row):
    return next((k for k in ("free", "template") if k in row["tags"]), "written")


def counts(sets):
    rows = [row for rows in sets.values() for row in rows]
    lines = [f"{len(rows)} prompts: " + ", ".join(f"{n} {k}" for k, n in Counter(map(kind, rows)).most_common())]
    axes = defaultdict(Counter)
    for row in rows:
        for span in row["spans"]:
            axes[span["axis"]][span["value"] or "-"] += 1
    for axis in AXES.values():
        values = ", ".join(f"{v} {n}" for v, n in axes[axis].most_common())
        lines.append(f"  {axis:16} {sum(axes[axis].values()):5}   {values}")
    tags = Counter(tag for row in rows for tag in set(row["tags"]))
    lines += [f"  {n:5} {tag}" for tag, n in sorted(tags.items())]
    return "\n".join(lines)


def main():
    only_check = "--check" in sys.argv[1:]
    folders = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    folder = Path(folders[0]).resolve() if folders else HERE
    sets = {path.stem: read_source(path) for path in sorted((folder / "source").glob("*.txt"))}
    # The promises of README.md are those of this folder; of any other, that its lines are well formed.
    broken = check(sets) if folder == HERE else check_lines(sets)
    for name, rows in sets.items():
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        target = folder / f"{name}.jsonl"
        if only_check and (not target.exists() or target.read_text() != text):
            broken.append(f"{target.name} is out of date: run build.py")
        elif not only_check:
            target.write_text(text)
    print(counts(sets))
    if broken:
        sys.exit("\n".join(broken))


if __name__ == "__main__":
    main()
