#!/bin/sh
# Paints the judged requests by every plan of the study and judges them, paired with vanilla oblivious (plain).
#   results/plans/study.sh OUT [LIMIT] [BENCH]
# BENCH is the obclip-bench binary; PYTHON has torch. About 0.3 s of one AVX2 core per picture.
set -eu
out=$1 limit=${2:-510} bench=${3:-target/debug/obclip-bench} python=${PYTHON:-python3}
mkdir -p "$out"
paint() { # name, then options
    name=$1; shift
    [ -f "$out/$name.jsonl" ] || "$bench" plans run --limit "$limit" --out "$out/$name" "$@"
}
paint plain --plan plain
paint neutral-only --plan neutral-only
for plan in trunk2-delta trunk4-delta delta paper-k5 trunk3-delta trunk1-axis0to4-delta trunk1-axis0to3-axis2to4-delta trunk1-axis0to5-delta; do
    paint "$plan" --plan "$plan"
done
# The device's tail and the hand-over, all after vanilla cloud steps.
for tail in cache1x2 delta cache1x3 delta4 delta4-cache1x2; do
    paint "tail-$tail" --plan plain --tail "$tail"
done
paint tail-10 --plan plain --tail-steps 10
paint tail-10-cache1x2 --plan plain --tail-steps 10 --tail cache1x2
# Both sides' savings at once.
for plan in trunk1-axis0to4-delta trunk1-axis0to5-delta; do
    paint "$plan-tail-10-cache1x2" --plan "$plan" --tail-steps 10 --tail cache1x2
done
paint last-x0 --plan plain --hand-over last-x0
paint single-step --plan plain --hand-over single-step
paint device-only --plan device-only
paint cloud-only --plan cloud-only
# One axis waits to the end of the cloud's steps, the others open at once: what can wait for the device altogether?
paint wait-age --plan axis1to0-axis2to5
paint wait-ethnicity --plan axis0to0-axis2to5
paint wait-gender --plan axis0to0-axis1to5
# What each choice does alone.
for plan in one side delta2 trunk2 trunk1-delta-deep2 trunk2-delta-hold2 delta-extra2; do
    paint "$plan" --plan "$plan"
done
cd training
runs=$(cd "$out" && ls ./*.jsonl | sed "s#^\./##; s#\.jsonl\$##" | grep -v '^plain$' | sed "s#^#$out/#")
"$python" compare_plans.py "$out/plain" $runs --out "$out/judged"
