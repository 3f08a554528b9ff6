"""On what machine, with which versions and by which command figures were taken."""

import importlib.metadata
import os
import pathlib
import re
import subprocess

HERE = pathlib.Path(__file__).resolve().parent


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, cwd=HERE, check=False).stdout.strip()


def lock_version(crate):
    lock = (HERE / "rust/Cargo.lock").read_text()
    return re.search(rf'name = "{crate}"\nversion = "([^"]+)"', lock).group(1)


def conditions(work, chosen):
    processor = re.search(r"model name\s*: (.*)", pathlib.Path("/proc/cpuinfo").read_text())
    memory = re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())
    versions = {name: importlib.metadata.version(name) for name in ("numpy", "ortools", "scipy", "lapx")}
    versions["LEMON"] = output("dpkg-query", "-W", "-f=${Version}", "liblemon-dev")
    versions |= {crate: lock_version(crate) for crate in ("pathfinding", "lapjv", "sparse_linear_assignment")}
    options = [f"--repeats {chosen.repeats}", f"--limit {chosen.limit:g}"]
    if chosen.solvers:
        options.append(f"--solvers {chosen.solvers}")
    # What the measurement itself writes is no change to what is measured.
    changed = output("git", "status", "--porcelain", "--", "../../src", "../families", "../../Cargo.toml", ".")
    changed = [line for line in changed.splitlines() if not line.endswith("results.json")]
    return {
        "processor": processor.group(1) if processor else "unknown",
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(memory.group(1)) / 2**20) if memory else 0,
        "kernel": f"{os.uname().sysname} {os.uname().release.split('-')[0]} {os.uname().machine}",
        "load_before": round(os.getloadavg()[0], 2),
        "commit": output("git", "rev-parse", "--short=12", "HEAD") + (" with changes" if changed else ""),
        "rustc": output("rustc", "--version"),
        "g++": output("g++", "-dumpfullversion"),
        "python": ".".join(map(str, os.sys.version_info[:3])),
        "versions": versions,
        "options": " ".join(options),
    }
