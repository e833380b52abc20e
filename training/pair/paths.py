"""Where data, caches, checkpoints and logs live: outside the work tree, named by OBCLIP_TRAIN_DIR."""

import os
from pathlib import Path

TRAIN_DIR = Path(os.environ.get("OBCLIP_TRAIN_DIR", "/work/scratch/train"))
DATA = TRAIN_DIR / "data"
CACHE = TRAIN_DIR / "cache"
CHECKPOINTS = TRAIN_DIR / "ckpt"
LOGS = TRAIN_DIR / "logs"
for folder in (DATA, CACHE, CHECKPOINTS, LOGS):
    folder.mkdir(parents=True, exist_ok=True)
