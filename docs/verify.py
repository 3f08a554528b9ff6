"""Checks a jiedui plan folder: python3 docs/verify.py PLAN. Needs nothing but Python 3.8 or later.

Proves from the files alone that no cheaper plan exists over the arcs of arcs.csv: with v >= 0 the price of a
volunteer's place and u = min(unmatched, min(cost + v)) of a group, every chosen arc is tight, every group that
stays alone has u = unmatched, spare places are free, and the totals agree:
sum cost + sum load + sum unmatched = sum u - sum max(0, v - load). All whole numbers. Exit status 0 if it holds.
"""
import csv, hashlib, json, os, sys
from collections import Counter, defaultdict
TERMS = ["travel", "wished_need_missed", "time_short", "home_language", "continuity"]
CSV_FILES = ["arcs.csv", "pairs.csv", "unmatched.csv"]
findings = set()
def wrong(file, line, text, *values):
    findings.add((file, line, text % values))

def table(folder, file):
    """Rows by pass; cells by the code that ends each header, with their line; parts checked against the cost."""
    rows = defaultdict(list)
    with open(os.path.join(folder, file), encoding="utf-8-sig", newline="") as lines:
        reader = csv.reader(lines)
        codes = [header.split(" ")[-1] for header in next(reader)]
        for cells in reader:
            row = dict(zip(codes, cells), line=reader.line_num)
            rows[row["pass"]].append(row)
            if row.get("cost") and int(row["cost"]) != sum(int(row[term]) for term in TERMS):
                wrong(file, row["line"], "the parts do not sum to the cost")
    return rows

def check_pairs(proof, groups, pairs, cost):
    """The volunteer of each group, and the places that stay free after leads and backups."""
    rows_of, spare = {}, {entry["id"]: entry["capacity"] for entry in proof["right"]}
    for row in pairs:
        if not row["group"]:  # a pair that stood before
            if row["origin"] == "proposed":
                wrong("pairs.csv", row["line"], "a proposed pair has no group")
            continue
        key, group = (row["group"], row["volunteer"]), groups.get(row["group"])
        if group is None or row["child"] not in group["children"] or row["need"] != group.get("need", ""):
            wrong("pairs.csv", row["line"], "child, need and group do not belong together")
        elif key not in cost or any(row[part] != cost[key][part] for part in ["cost"] + TERMS):
            wrong("pairs.csv", row["line"], "arcs.csv has no such arc at this cost")
        first = rows_of.setdefault(row["group"], row)
        if (first["volunteer"], first["backup"]) != (row["volunteer"], row["backup"]):
            wrong("pairs.csv", row["line"], "volunteer or backup differs within one group")
    for row in rows_of.values():
        spare[row["volunteer"]] = spare.get(row["volunteer"], 0) - 1
    left = dict(spare)
    for group, unit, row in ((group, row["backup"], row) for group, row in rows_of.items()):
        left[unit] = left.get(unit, 0) - 1
        if unit and (left[unit] < 0 or (group, unit) not in cost or unit == row["volunteer"]):
            wrong("pairs.csv", row["line"], "the backup is not admissible, has no place left, or is the lead")
    return {group: row["volunteer"] for group, row in rows_of.items()}, spare

def check_pass(proof, arcs, pairs, alone, totals, at):
    name, groups = proof["pass"], {entry["id"]: entry for entry in proof["left"]}
    units, cost, previous = {entry["id"]: entry for entry in proof["right"]}, {}, ("", "")
    for row in arcs:
        key = (row["left"], row["right"])
        if key <= previous or key[0] not in groups or key[1] not in units:
            wrong("arcs.csv", row["line"], "out of order, repeated, or not in the certificate")
        previous, cost[key] = key, row
    chosen, spare = check_pairs(proof, groups, pairs, cost)
    stands = Counter((row["child"], row["need"]) for row in pairs + alone)
    for row in (row for row in pairs if stands[row["child"], row["need"]] > 1):
        wrong("pairs.csv", row["line"], "child %s stands more than once", row["child"])
    best = {entry["id"]: entry["unmatched"] for entry in proof["left"]}
    for (left, right), row in cost.items():
        if left in best and right in units:
            best[left] = min(best[left], int(row["cost"]) + units[right].get("v", 0))
    load = lambda entry, k: (entry["standing"] + k) * proof["load_step"]
    primal = sum(int(cost[key]["cost"]) for key in chosen.items() if key in cost)
    primal += sum(entry["unmatched"] for entry in proof["left"] if entry["id"] not in chosen)
    primal += sum(load(e, k) for e in proof["right"] for k in range(e["capacity"] - spare[e["id"]]))
    for entry in proof["left"]:
        line, key = at(name, "left", entry["id"]), (entry["id"], chosen.get(entry["id"]))
        if entry["rank"] * proof["step"] != entry["unmatched"]:
            wrong("certificate.json", line, "unmatched is not rank x step")
        if any(stands[child, entry.get("need", "")] != 1 for child in entry["children"]):
            wrong("certificate.json", line, "each child must stand once, paired or unmatched")
        taken = int(cost[key]["cost"]) + units[key[1]].get("v", 0) if key in cost and key[1] in units else entry["unmatched"]
        if "dual" in proof and not entry["u"] == best[entry["id"]] == taken:
            wrong("certificate.json", line, "u is %d, cheapest option %d, taken at %d", entry["u"], best[entry["id"]], taken)
    for entry in proof["right"]:
        line, v, used = at(name, "right", entry["id"]), entry.get("v", 0), entry["capacity"] - spare[entry["id"]]
        if entry["offered"] - entry["standing"] != entry["capacity"] or used > entry["capacity"]:
            wrong("certificate.json", line, "capacity is not offered - standing, or is exceeded")
        elif "dual" in proof and (v < 0 or used and v < load(entry, used - 1) or used < entry["capacity"] and v > load(entry, used)):
            wrong("certificate.json", line, "the price does not fit the places in use and to spare")
    dual = sum(best.values()) - sum(max(0, e["v"] - load(e, k)) for e in proof["right"] for k in range(e["capacity"])) if "dual" in proof else None
    if str(primal) != proof["primal"] or "dual" in proof and not str(dual) == proof["dual"] == str(primal) or any(totals.get(key) != proof.get(key) for key in ("primal", "dual")):
        wrong("certificate.json", at(name, "left", ""), "pass %s costs %d, the prices prove %s; the totals differ", name, primal, dual)
    return "%s: optimal, cost = dual = %d" % (name, dual) if "dual" in proof else "%s: feasible, not proven optimal, cost = %d" % (name, primal)

def main(folder):
    read = lambda file: open(os.path.join(folder, file), "rb").read()
    plan, text = json.loads(read("plan.json")), read("certificate.json").decode("utf-8")
    certificate, lines = json.loads(text), text.split("\n")
    def at(name, side, entry):
        line = 0
        for start in ['{"pass":"%s"' % name, '"%s":[' % side, '{"id":"%s' % entry]:
            line = next((n for n in range(line, len(lines)) if lines[n].startswith(start)), 0)
        return line + 1
    tables, totals = [table(folder, file) for file in CSV_FILES], {entry["pass"]: entry for entry in plan["passes"]}
    said = [check_pass(p, *(rows.pop(p["pass"], []) for rows in tables), totals.get(p["pass"], {}), at) for p in certificate["passes"]]
    for file, row in ((file, row) for file, rows in zip(CSV_FILES, tables) for of_pass in rows.values() for row in of_pass):
        wrong(file, row["line"], "the certificate knows no such pass")
    for file, written in plan["files"].items():
        if os.path.exists(os.path.join(folder, file)) and hashlib.sha256(read(file)).hexdigest() != written:
            wrong(file, 0, "changed since it was written (SHA-256 differs from plan.json)")
    if plan["plan"] != certificate["plan"] or (plan["status"] == "optimal") != all("dual" in p for p in certificate["passes"]):
        wrong("plan.json", 0, "plan and certificate do not belong together")
    return said
if __name__ == "__main__":
    try:
        said = main(sys.argv[1])
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        sys.exit("this is no whole plan folder: %s: %s" % (type(error).__name__, error))
    print("\n".join(["%s:%d: %s" % finding for finding in sorted(findings)] + ["does not hold: %d findings" % len(findings)] if findings else said))
    sys.exit(1 if findings else 0)
