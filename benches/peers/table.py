"""Keeps results and writes them into docs/PERFORMANCE.md, between its markers; the prose there is written by hand."""

import json
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
RESULTS = HERE / "results.json"
PAGE = HERE.parent.parent / "docs/PERFORMANCE.md"
OURS = ("jiedui", "jiedui_1")


def rivals(result):
    """Rivals that solved it, the fastest first."""
    fine = [(run["median_ms"], name) for name, run in result["solvers"].items() if "median_ms" in run]
    return [name for _, name in sorted(fine) if name not in OURS]


def ratio(result, rival, ours):
    own = result["solvers"].get(ours, {})
    return result["solvers"][rival]["median_ms"] / own["median_ms"] if "median_ms" in own else None


def times(factor):
    if factor is None:
        return "–"
    return f"{factor:.0f}×" if factor >= 10 else f"{factor:.1f}×" if factor >= 2 else f"{factor:.2f}×"


def duration(run):
    if "median_ms" not in run:
        return run.get("error", "–")
    ms = run["median_ms"]
    return f"{ms / 1e3:.1f} s" if ms >= 10_000 else f"{ms / 1e3:.2f} s" if ms >= 1_000 else f"{ms:.3g} ms"


def verdict(result):
    first = next(iter(rivals(result)), None)
    if first is None:
        return "  no rival solved it"
    factors = "".join(f", {ours} {times(ratio(result, first, ours))}" for ours in OURS if ours in result["solvers"])
    return f"  fastest rival {first}{factors}"


def record(family, result, order):
    """Adds a family's result and renders the page anew."""
    results = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    results[family] = result
    results = {name: results[name] for name in order if name in results}
    RESULTS.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    render(results)


def render(results):
    page = PAGE.read_text()
    for name, text in {
        "summary": summary(results),
        "lost": lost(results),
        "all": everything(results),
        "conditions": conditions(results),
    }.items():
        begin, end = f"<!-- {name}: written by benches/peers -->", f"<!-- {name}: end -->"
        head, rest = page.split(begin)
        page = f"{head}{begin}\n{text}\n{end}{rest.split(end)[1]}"
    PAGE.write_text(page)


def summary(results):
    lines = [
        "| family | lefts × rights, arcs | jiedui, all cores | one thread | fastest rival | ratio | one thread |",
        "|---|---|---:|---:|---|---:|---:|",
    ]
    for family, result in results.items():
        size = f"{result['lefts']:,} × {result['rights']:,}, {result['arcs']:,}"
        own = [duration(result["solvers"].get(ours, {})) for ours in OURS]
        first = next(iter(rivals(result)), None)
        rival = f"{first}, {duration(result['solvers'][first])}" if first else "none solved it"
        factors = [f"**{times(ratio(result, first, OURS[0]))}**", times(ratio(result, first, OURS[1]))] if first else ["–"] * 2
        lines.append(f"| `{family}`: {result['about']} | {size} | {own[0]} | {own[1]} | {rival} | {' | '.join(factors)} |")
    return "\n".join(lines)


def lost(results):
    lines = []
    for family, result in results.items():
        for rival in rivals(result):
            best = max((ratio(result, rival, ours) or 0) for ours in OURS)
            if best < 1:
                lines.append(f"- `{family}`: {rival} takes {best:.2f} of our time.")
    return "\n".join(lines) or "- Nothing in the families above. That says more of the choice of families than of us."


def everything(results):
    lines = [
        "| family | solver | numbering | rounds | median | least–most, ms | building, ms | peak, MB | × jiedui |",
        "|---|---|---|---:|---:|---|---:|---:|---:|",
    ]
    for family, result in results.items():
        solved = [name for name in OURS if name in result["solvers"]] + rivals(result)
        for name in solved:
            run = result["solvers"][name]
            spread = f"{min(run['times_ms']):.1f}–{max(run['times_ms']):.1f}"
            lines.append(
                f"| `{family}` | {name} | {run['numbering']} | {len(run['times_ms'])} | {duration(run)} | {spread} "
                f"| {run['build_ms']:.1f} | {run['peak_mb']} | {times(ratio(result, name, OURS[0]))} |"
            )
        for name, run in result["solvers"].items():
            if name not in solved:
                lines.append(f"| `{family}` | {name} | | | {run['error']} | | | | |")
    return "\n".join(lines)


def conditions(results):
    groups = {}
    for family, result in results.items():
        groups.setdefault(json.dumps(result["conditions"]), []).append((family, result["seed"]))
    lines = []
    for text, families in groups.items():
        told = json.loads(text)
        versions = ", ".join(f"{name} {version}" for name, version in told["versions"].items())
        names = ", ".join(f"`{family}`" for family, _ in families)
        lines.append(
            f"- {names}: {told['processor']}, {told['cores']} cores, {told['memory_gb']} GB, {told['kernel']}, "
            f"load {told['load_before']} before the first run; commit {told['commit']}, seed {families[0][1]}, "
            f"`bash benches/peers/run {told['options']} {' '.join(family for family, _ in families)}`; "
            f"{told['rustc']}, g++ {told['g++']}, Python {told['python']}; {versions}."
        )
    return "\n".join(lines)
