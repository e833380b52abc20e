#!/bin/sh
# The server under load on a quiet machine with two cores: the server has one of them, the load generator the other.
#   sh results/server/load.sh TARGET_DIR [PEAK_SECONDS [OVERLOAD_SECONDS [CHURN_SECONDS]]]
# TARGET_DIR holds obclip-cloud and obclip-bench: cargo build --release --bin obclip-cloud --bin obclip-bench
set -eu
target=$1 peak=${2:-30} overload=${3:-60} churn=${4:-600}
work=$(mktemp -d)
trap 'kill "$server" 2>/dev/null || true; rm -r "$work"' EXIT
printf 'listen = "127.0.0.1:0"\n[compute]\nthreads = 1\n' > "$work/config.toml"
taskset -c 0 "$target/obclip-cloud" serve --config "$work/config.toml" > "$work/said" 2> "$work/log" &
server=$!
until grep -q listening "$work/said"; do sleep 0.1; done
address=$(sed -n 's/listening on //p' "$work/said")
uptime
taskset -c 1 "$target/obclip-bench" server-load --cloud "http://$address" --pid "$server" \
  --peak-seconds "$peak" --overload-seconds "$overload" --churn-seconds "$churn"
uptime
