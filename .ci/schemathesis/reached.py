"""Names the operations that no request of the examples brought to an end: no answer with a status of 2xx.

Usage: reached.py URL METRICS_URL BEFORE. The figures of the server count every answer by method, path and status; BEFORE is a file of
them from before the examples, written where it is not there yet.
"""

import json
import pathlib
import re
import sys
import urllib.request

URL, METRICS_URL, BEFORE = sys.argv[1:]
LINE = re.compile(r'^http_request_seconds_count\{method="(\w+)",path="([^"]*)",status="(\d+)"\} (\d+)')


def read(address):
    """The text behind an address."""
    with urllib.request.urlopen(address) as answer:
        return answer.read().decode()


def answered(figures):
    """How often each operation answered 2xx, by method and path."""
    counts = {}
    for found in filter(None, map(LINE.match, figures.splitlines())):
        method, path, status, count = found.groups()
        if status.startswith("2"):
            place = (method.lower(), path)
            counts[place] = counts.get(place, 0) + int(count)
    return counts


before, now = pathlib.Path(BEFORE), read(METRICS_URL + "/metrics")
if not before.exists():
    before.write_text(now)
    sys.exit()
first, last = answered(before.read_text()), answered(now)
document = json.loads(read(URL + "/openapi.json"))
asked = [
    (operation["operationId"], (method, path))
    for path, methods in document["paths"].items()
    for method, operation in methods.items()
]
missed = [name for name, place in asked if last.get(place, 0) == first.get(place, 0)]
print(f"{len(asked) - len(missed)} of {len(asked)} operations answered 2xx; not: {', '.join(missed) or 'none'}")
