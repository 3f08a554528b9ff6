"""Requests of somebody who is logged in at a server: what `ground.py` is made with."""

import base64
import hashlib
import hmac
import json
import struct
import sys
import time
import urllib.error
import urllib.request
import uuid

URL = sys.argv[1]
PASSWORD = "correct horse battery staple"


def send(method, path, body=None, headers=None):
    """Sends a request, of bytes as CSV; status, headers and JSON of the answer."""
    sheet = isinstance(body, bytes)
    data = body if sheet or body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data=data, method=method, headers=dict(headers or {}))
    if data is not None:
        request.add_header("Content-Type", "text/csv" if sheet else "application/json")
    if method == "POST":
        request.add_header("Idempotency-Key", str(uuid.uuid4()))
    try:
        answer = urllib.request.urlopen(request)
    except urllib.error.HTTPError as refused:
        answer = refused
    text = answer.read()
    return answer.status, answer.headers, json.loads(text) if text else None


def good(answer):
    """Headers and JSON of an answer that must have gone well."""
    status, headers, body = answer
    if status >= 300:
        sys.exit(f"{status}: {body}")
    return headers, body


def one_time_code(secret):
    """What an authenticator app shows now (RFC 6238)."""
    key = base64.b32decode(secret.replace(" ", "").upper() + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[19] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def credentials(headers, session):
    """What a session's requests bear."""
    return {"Cookie": headers["Set-Cookie"].split(";")[0], "X-CSRF-Token": session["csrf_token"]}


def log_in(login, enrolled=True):
    """Logs in with both factors, or as a role that needs one alone."""
    bearing = credentials(*good(send("POST", "/api/v1/sessions", {"login": login, "password": PASSWORD})))
    if not enrolled:
        return bearing
    _, secret = good(send("POST", "/api/v1/me/totp", {}, bearing))
    code = {"code": one_time_code(secret["secret"])}
    headers, confirmed = good(send("POST", "/api/v1/me/totp/confirm", code, bearing))
    return credentials(headers, confirmed["session"])
