"""Whether a session is still good: what was asked in one that ended on the way would be 401, and green.

Usage: session.py URL COOKIE.
"""

import sys

from office import send

status, _, _ = send("GET", "/api/v1/me", None, {"Cookie": sys.argv[2]})
if status != 200:
    sys.exit(f"her session ended on the way: {status}")
