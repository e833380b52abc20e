"""Contact sheets: one row per member of the class, one column per seed, as a PNG below 400 kB: python sheets.py RUN OUT.png"""

import argparse
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

SIDE = 88
TURNS = 3  # seeds shown
HALVES = 2  # the 30 members stand in two blocks side by side
LABEL = 150


def main() -> None:
    args = argparse.ArgumentParser(description=__doc__)
    args.add_argument("run", type=Path)
    args.add_argument("out", type=Path)
    args = args.parse_args()
    manifest = [json.loads(line) for line in args.run.with_suffix(".jsonl").read_text().splitlines()]
    pictures = np.load(args.run.with_suffix(".npz"))["pictures"]
    members = sum(m["turn"] == 0 for m in manifest)
    manifest, pictures = manifest[: TURNS * members], pictures[: TURNS * members]
    rows, block = members // HALVES, LABEL + TURNS * SIDE
    sheet = Image.new("RGB", (HALVES * block, rows * SIDE), "white")
    draw = ImageDraw.Draw(sheet)
    for at, (row, picture) in enumerate(zip(manifest, pictures)):
        turn, member = divmod(at, members)
        left, top = (member // rows) * block, (member % rows) * SIDE
        sheet.paste(Image.fromarray(picture).resize((SIDE, SIDE), Image.LANCZOS), (left + LABEL + turn * SIDE, top))
        if turn == 0:
            draw.text((left + 4, top + SIDE // 2 - 14), "\n".join([f"{row['labels']['age']} {row['labels']['ethnicity']}", row["labels"]["gender"]]), fill="black")
    args.out.parent.mkdir(parents=True, exist_ok=True)
    sheet.quantize(256, method=Image.Quantize.MEDIANCUT, kmeans=1, dither=Image.Dither.NONE).save(args.out, optimize=True)
    print(args.out, args.out.stat().st_size // 1000, "kB")


if __name__ == "__main__":
    main()
