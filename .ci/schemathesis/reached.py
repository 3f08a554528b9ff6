"""Names the operations that no request of the examples brought to an end: no answer with a status of 2xx.

Usage: reached.py URL METRICS_URL. The figures of the server count every answer by method, path and status.
"""

import json
import re
import sys
import urllib.request

URL, METRICS_URL = sys.argv[1:]
LINE = re.compile(r'^http_request_seconds_count\{method="(\w+)",path="([^"]*)",status="(\d+)"\} (\d+)')


def read(address):
    """The text behind an address."""
    with urllib.request.urlopen(address) as answer:
        return answer.read().decode()


reached = set()
for line in read(METRICS_URL + "/metrics").splitlines():
    found = LINE.match(line)
    if found and found.group(3).startswith("2"):
        reached.add((found.group(1).lower(), found.group(2)))
document = json.loads(read(URL + "/openapi.json"))
asked = [
    (operation["operationId"], (method, path))
    for path, methods in document["paths"].items()
    for method, operation in methods.items()
]
missed = [name for name, place in asked if place not in reached]
print(f"{len(asked) - len(missed)} of {len(asked)} operations answered 2xx; not: {', '.join(missed) or 'none'}")
