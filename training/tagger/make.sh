#!/usr/bin/env bash
# Makes crates/obclip-device/data/tagger-v1.safetensors anew: make.sh FOLDER (for GloVe's vectors and the lines of the reader, 400 MB).
# Python with training/requirements.txt, npm, cargo; about ten minutes on one core.
set -euo pipefail
work=$(realpath -m "$1")
cd "$(dirname "$0")/../.."
mkdir -p "$work/prompts"
[ -f "$work/vectors.npy" ] || python3 training/tagger/glove.py "$work"

cargo build --release -q -p obclip-device --example tagger_lines
lines=target/release/examples/tagger_lines
# The annotated prompts without the half that is held out; the fresh lists; those that were written for this.
cat tests/data/annotated/*.jsonl | "$lines" --open > "$work/annotated.lines"
for set in tests/data/fresh training/tagger/prompts; do
    name=$(basename "$set")
    rm -rf "$work/prompts/$name"
    mkdir -p "$work/prompts/$name"
    cp -r "$set/source" "$work/prompts/$name/"
    # It names prompts that occur twice, ends with 1 for them, and has written all.
    python3 tests/data/annotated/build.py "$work/prompts/$name" > "$work/$name.log" 2>&1 || tail -n 3 "$work/$name.log"
    cat "$work/prompts/$name"/*.jsonl | "$lines" > "$work/$name.lines"
done

python3 training/tagger/train.py --glove "$work" --out crates/obclip-device/data/tagger-v1.safetensors \
    "$work"/annotated.lines "$work"/fresh.lines "$work"/prompts.lines
mv crates/obclip-device/data/tagger-v1-golden.json crates/obclip-device/src/tagger/golden.json
(cd crates/obclip-device/data && sha256sum *-v1.* > SHA256SUMS)
