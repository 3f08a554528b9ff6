"""The code that an authenticator app shows now for a secret (RFC 6238), for a machine without one.

Usage: python3 docs/one_time_code.py SECRET
"""

import base64
import hashlib
import hmac
import struct
import sys
import time

secret = sys.argv[1].replace(" ", "").upper()
key = base64.b32decode(secret + "=" * (-len(secret) % 8))
digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
at = digest[19] & 15
print(f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}")
