#!/bin/sh
# Last stage: draws and judges every mode, and the contact sheets: sh evaluate.sh MODELS RUNS RESULTS [GUIDANCE] [LIMIT of the k sweep]
set -eu
models=$1 runs=$2 results=$3 guidance=${4:-3} limit=${5:-240}
here=$(dirname "$0")
python=${PYTHON:-python}
mkdir -p "$runs" "$results"
draw() { # requests mode k name [limit]
    [ -f "$runs/$4.npz" ] || "$python" "$here/sample.py" --models "$models" --requests "$here/prompts/$1.jsonl" --mode "$2" --cloud-steps "$3" --guidance "$guidance" --limit "${5:-0}" --out "$runs/$4"
}
for mode in cloud-only device-only hybrid neutral-only; do
    draw sheet $mode 5 sheet-$mode
    "$python" "$here/sheets.py" "$runs/sheet-$mode" "$results/sheet-$mode.png"
    draw judge $mode 5 $mode-5
done
for k in 3 10; do
    draw judge hybrid $k hybrid-$k "$limit"
    draw judge neutral-only $k neutral-only-$k "$limit"
done
"$python" "$here/judge.py" "$runs/cloud-only-5" "$runs/device-only-5" "$runs/hybrid-3" "$runs/hybrid-5" "$runs/hybrid-10" \
    "$runs/neutral-only-3" "$runs/neutral-only-5" "$runs/neutral-only-10" --out "$results/attributes.md"
for mode in cloud-only hybrid; do draw held-out $mode 5 held-out-$mode; done
"$python" "$here/judge.py" "$runs/held-out-cloud-only" "$runs/held-out-hybrid" --out "$results/held-out.md"
