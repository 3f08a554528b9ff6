"""Runs all solvers on the same instances, turn by turn, and checks that their optima agree.

In a round every solver solves once, each in a process of its own, in an order that is turned round from round to
round; the median over the rounds counts. A rival that gains from numbering neighbours close to each other is tried on
both numberings in the first round and keeps its better one; jiedui always gets the numbering as it comes.
Called by `run`, which makes what it needs.
"""

import argparse
import json
import os
import pathlib
import statistics
import struct
import subprocess
import sys
import threading

import machine
import table

HERE = pathlib.Path(__file__).resolve().parent
OURS = ["jiedui", "jiedui_1"]
RUST = ["pathfinding_kuhn_munkres", "crate_lapjv", "crate_sparse_forward", "crate_sparse_khosla"]
LEMON = ["lemon_network_simplex", "lemon_cost_scaling"]
PYTHON = [
    "ortools_min_cost_flow",
    "ortools_linear_sum_assignment",
    "scipy_min_weight_full_bipartite_matching",
    "scipy_linear_sum_assignment",
    "lapx_lapmod",
    "lapx_lapjvs",
    "lapx_lapjvx",
]
# Those who are often fast come first: they set how long the others may take.
SOLVERS = OURS + LEMON + PYTHON + RUST
# A rival is stopped at so many times the fastest one's solve, though not before so many seconds.
PATIENCE, PATIENCE_S = 10, 10
# A rival that took so many times the fastest one's solve in the first round does not run again.
NEAR = 3
# Left out unless named: minutes a solve, or gigabytes.
ON_REQUEST = {"towns_1m"}


def arguments(known):
    parser = argparse.ArgumentParser(prog="run", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("families", nargs="*", metavar="FAMILY", help=f"any of: {' '.join(known)}")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full size; below 1 nothing is recorded")
    parser.add_argument("--repeats", type=int, default=5, help="rounds")
    parser.add_argument("--limit", type=float, default=60, help="seconds a solve may take at most, with reading its file")
    parser.add_argument("--solvers", help="only these, by comma")
    parser.add_argument("--seed", type=int, help="another instance of each family; nothing is recorded")
    parser.add_argument("--dry", action="store_true", help="record nothing")
    parser.add_argument("--work", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    for family in chosen.families:
        if family not in known:
            parser.error(f"no family {family}; there are {' '.join(known)}")
    return chosen


def command(work, solver, path):
    if solver in OURS + RUST:
        return [work / "cargo/release/peers", "solve", solver, path]
    if solver in LEMON:
        return [work / "lemon", solver.removeprefix("lemon_"), path]
    return [sys.executable, HERE / "peer.py", solver, path]


def solve(work, solver, path, limit):
    """One solve in a process of its own: what it printed, with its peak memory, or an `error`."""
    process = subprocess.Popen(command(work, solver, path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    late = threading.Event()

    def stop():
        late.set()
        process.kill()

    timer = threading.Timer(limit, stop)
    timer.start()
    # The few lines that a solver may print on the error stream fit its pipe.
    said = process.stdout.read()
    complaint = process.stderr.read().strip().splitlines()
    _, status, usage = os.wait4(process.pid, 0)
    timer.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if late.is_set():
        return {"error": f"stopped after {limit:.0f} s"}
    if process.returncode != 0 or not said:
        return {"error": complaint[-1] if complaint else f"ended with code {process.returncode}"}
    answer = json.loads(said)
    answer["peak_mb"] = round(usage.ru_maxrss / 1024)
    return answer


def first_round(work, solvers, files, limit):
    """Each solver once, rivals on every numbering: per solver the better numbering and its answer."""
    runs = {}
    fastest_s = float("inf")
    for solver in solvers:
        tried = {}
        for numbering, path in files.items():
            if numbering != "given" and solver in OURS:
                continue
            patience = limit if solver in OURS else min(limit, max(PATIENCE_S, PATIENCE * fastest_s))
            tried[numbering] = solve(work, solver, path, patience)
            show(solver, numbering, tried[numbering])
            if solver not in OURS and "error" not in tried[numbering]:
                fastest_s = min(fastest_s, tried[numbering]["solve_ms"] / 1e3)
        fine = {numbering: answer for numbering, answer in tried.items() if "error" not in answer}
        if not fine:
            runs[solver] = {"error": tried["given"]["error"]}
            continue
        best = min(fine, key=lambda numbering: fine[numbering]["solve_ms"])
        runs[solver] = {"numbering": best, "answers": [fine[best]]}
        runs[solver]["objectives"] = {answer["objective"] for answer in fine.values()}
    return runs


def show(solver, numbering, answer):
    what = answer.get("error") or f"{answer['solve_ms']:.1f} ms"
    print(f"  {solver:42} {numbering:8} {what}", flush=True)


def demand_agreement(family, runs):
    """Ends everything if two solvers found different optima, or jiedui none."""
    for solver in OURS:
        if solver in runs and "error" in runs[solver]:
            sys.exit(f"{family}: {solver} did not solve it: {runs[solver]['error']}")
    found = {solver: run["objectives"] for solver, run in runs.items() if "objectives" in run}
    totals = set().union(*found.values())
    if len(totals) != 1:
        lines = "\n".join(f"  {solver}: {', '.join(sorted(found[solver]))}" for solver in found)
        sys.exit(f"{family}: the optima differ\n{lines}")
    return totals.pop()


def measure(chosen, family, about, seed):
    print(f"{family}: {about}", flush=True)
    work = chosen.work
    paths = {"given": work / f"{family}.given", "curve": work / f"{family}.curve"}
    for path in paths.values():
        path.unlink(missing_ok=True)
    writer = [work / "cargo/release/peers", "write", family, str(chosen.scale), str(seed), *paths.values()]
    subprocess.run(writer, check=True)
    files = {numbering: path for numbering, path in paths.items() if path.exists()}
    with open(files["given"], "rb") as file:
        lefts, rights, arcs = struct.unpack("<8x3Q", file.read(32))
    print(f"  {lefts} x {rights}, {arcs} arcs", flush=True)

    solvers = chosen.solvers.split(",") if chosen.solvers else SOLVERS
    runs = first_round(work, solvers, files, chosen.limit)
    objective = demand_agreement(family, runs)
    again = near(runs)
    for number in range(1, chosen.repeats):
        for solver in again if number % 2 == 0 else reversed(again):
            run = runs[solver]
            answer = solve(work, solver, files[run["numbering"]], chosen.limit)
            if "error" in answer:
                sys.exit(f"{family}: {solver} solved it once, and then: {answer['error']}")
            run["objectives"].add(answer["objective"])
            run["answers"].append(answer)
        demand_agreement(family, runs)
    for path in files.values():
        path.unlink()
    record = {"about": about, "lefts": lefts, "rights": rights, "arcs": arcs, "objective": objective, "seed": seed}
    return record | {"solvers": {solver: summary(run) for solver, run in runs.items()}}


def near(runs):
    """Jiedui, and the rivals that may turn out to be the fastest."""
    first = {solver: run["answers"][0]["solve_ms"] for solver, run in runs.items() if "answers" in run}
    fastest = min((ms for solver, ms in first.items() if solver not in OURS), default=0)
    return [solver for solver, ms in first.items() if solver in OURS or ms <= NEAR * fastest]


def summary(run):
    if "error" in run:
        return {"error": run["error"]}
    times = [answer["solve_ms"] for answer in run["answers"]]
    return {
        "numbering": run["numbering"],
        "median_ms": round(statistics.median(times), 3),
        "times_ms": times,
        "build_ms": statistics.median(answer["build_ms"] for answer in run["answers"]),
        "peak_mb": max(answer["peak_mb"] for answer in run["answers"]),
    }


def main():
    work = pathlib.Path(sys.argv[sys.argv.index("--work") + 1])
    listed = subprocess.run([work / "cargo/release/peers", "families"], capture_output=True, text=True, check=True)
    first, *lines = listed.stdout.splitlines()
    known = dict(line.split("\t") for line in lines)
    chosen = arguments(known)
    seed = int(first) if chosen.seed is None else chosen.seed
    recording = chosen.scale == 1 and chosen.seed is None and not chosen.dry
    conditions = machine.conditions(work, chosen)
    for family in chosen.families or [family for family in known if family not in ON_REQUEST]:
        result = measure(chosen, family, known[family], seed) | {"conditions": conditions}
        print(table.verdict(result), flush=True)
        if recording:
            table.record(family, result, list(known))


if __name__ == "__main__":
    main()
