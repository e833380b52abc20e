"""Writes prompts/judge.jsonl: 510 requests that cover the 30 members evenly, plain, with extras and with roles; prompts/sheet.jsonl; and
prompts/held-out.jsonl: 120 requests for the role × ethnicity pairs that training never sees."""

import json
import random
from pathlib import Path

from captions import AGE, ETHNICITY, ROLES, article

RENDERED_ROLES = ROLES[:14]
EXTRAS = [({"glasses": True}, "wearing glasses"), ({"hat": True}, "wearing a hat"), ({"hair_colour": "red"}, "with red hair"), ({"hair_colour": "blond"}, "with blond hair"),
          ({"glasses": True, "hat": True}, "wearing glasses and a hat"), ({}, "on a blue background"), ({"facial_hair": "beard"}, "with a beard")]  # fmt: skip
HELD_OUT = [("chef", "latino"), ("pilot", "african"), ("farmer", "asian"), ("firefighter", "indian"), ("student", "european")]  # render/render.mjs
NOUN = {"female": "woman", "male": "man"}


def request(member: tuple[str, str, str], kind: str, rng: random.Random, seed: int, role: str | None = None) -> dict:
    age, ethnicity, gender = member
    labels = {"age": age, "ethnicity": ethnicity, "gender": gender}
    view = rng.choice(["closeup portrait of", "portrait of", "a photo of"])
    noun, neutral_noun, tail = NOUN[gender], "person", ""
    if kind == "role":
        labels["role"] = role or rng.choice(RENDERED_ROLES)
        noun, neutral_noun = f"{gender} {labels['role']}", labels["role"]
    elif kind == "extra":
        shown, words = rng.choice([e for e in EXTRAS if gender == "male" or "facial_hair" not in e[0]])
        labels |= shown
        tail = f" {words}"
    phrase = f"{age} {ethnicity} {noun}"
    return {
        "prompt": f"{view} {article(phrase)} {phrase}{tail}", "neutral": f"{view} {article(neutral_noun)} {neutral_noun}{tail}",
        "labels": labels, "kind": kind, "seed": seed,
    }  # fmt: skip


def main() -> None:
    folder = Path(__file__).parent / "prompts"
    folder.mkdir(exist_ok=True)
    members = [(a, e, g) for a in AGE for e in ETHNICITY for g in NOUN]
    rng = random.Random(7000)
    judged = [request(m, ("plain", "plain", "extra", "role")[turn % 4], rng, 100_000 + 30 * turn + i) for turn in range(17) for i, m in enumerate(members)]
    (folder / "judge.jsonl").write_text("".join(json.dumps(r) + "\n" for r in judged))
    sheet = [{**request(m, "plain", random.Random(0), 900_000 + 30 * turn + i), "turn": turn} for turn in range(4) for i, m in enumerate(members)]
    (folder / "sheet.jsonl").write_text("".join(json.dumps(r) + "\n" for r in sheet))
    unseen = [((a, e, g), role) for role, e in HELD_OUT for a in AGE for g in NOUN for _ in range(4)]
    held_out = [request(m, "role", rng, 800_000 + i, role) for i, (m, role) in enumerate(unseen)]
    (folder / "held-out.jsonl").write_text("".join(json.dumps(r) + "\n" for r in held_out))
    print(len(judged), "judged requests;", len(sheet), "for the sheets;", len(held_out), "for held-out pairs")


if __name__ == "__main__":
    main()
