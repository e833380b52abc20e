"""Times the main job at N = 1, 6, 30: python3 measure.py BINARY TURNS. Wall time and peak memory of the whole process."""

import os, resource, subprocess, sys, time, json, statistics
binary, turns = sys.argv[1], int(sys.argv[2])
jobs = {1: "closeup portrait of a person wearing glasses", 6: "closeup portrait of a woman wearing glasses", 30: "closeup portrait of an old asian woman wearing glasses"}
rows = {n: [] for n in jobs}
for _ in range(turns):
    for n, prompt in jobs.items():
        start = time.time()
        pid = os.fork()
        if pid == 0:
            fd = os.open(f"/tmp/mj-{n}.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC); os.dup2(fd, 1); os.dup2(os.open("/dev/null", os.O_WRONLY), 2)
            os.execv(binary, [binary, "generate", prompt, "--json", "--out", f"/tmp/mj-{n}.png"])
        _, status, usage = os.wait4(pid, 0)
        report = json.load(open(f"/tmp/mj-{n}.json"))
        assert status == 0 and report["n"] == n, (status, report)
        rows[n].append((time.time() - start, usage.ru_maxrss / 1024, report["seconds"]))
for n, found in rows.items():
    wall = sorted(r[0] for r in found)
    parts = {k: statistics.median(r[2][k] for r in found) for k in ("load", "cloud", "device")}
    print(f"N={n:2}: wall median {statistics.median(wall):.2f} s (min {wall[0]:.2f}, max {wall[-1]:.2f}), peak {max(r[1] for r in found):.0f} MiB, {parts}")
