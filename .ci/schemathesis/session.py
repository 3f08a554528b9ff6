"""Whether sessions are still good, which keeps them so: what was asked in one that ended on the way would be 401, and green.

Usage: session.py URL COOKIE...
"""

import sys

from office import send

for cookie in sys.argv[2:]:
    status, _, _ = send("GET", "/api/v1/me", None, {"Cookie": cookie})
    if status != 200:
        sys.exit(f"a session ended on the way: {status}")
