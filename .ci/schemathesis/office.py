"""Makes the first admin and a coordinator (both invented), and a key of each for every operation they may use.

Usage: accounts.py URL SETUP_TOKEN. Prints a line a role: the role and its key; nobody's is `-`.
"""

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

URL, SETUP_TOKEN = sys.argv[1:]
PASSWORD = "correct horse battery staple"
COUNTY = "422827000000"


def send(method, path, body=None, headers=None):
    """Sends a request; status, headers and JSON of the answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data=data, method=method, headers=dict(headers or {}))
    if data is not None:
        request.add_header("Content-Type", "application/json")
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


def log_in(login):
    """Logs in with both factors."""
    bearing = credentials(*good(send("POST", "/api/v1/sessions", {"login": login, "password": PASSWORD})))
    _, secret = good(send("POST", "/api/v1/me/totp", {}, bearing))
    code = {"code": one_time_code(secret["secret"])}
    headers, confirmed = good(send("POST", "/api/v1/me/totp/confirm", code, bearing))
    return credentials(headers, confirmed["session"])


def key_of(bearing, name):
    """A key for every operation its holder may use: what is refused is left out, a hundred at most."""
    _, document = good(send("GET", "/openapi.json"))
    scopes = [operation["operationId"] for path in document["paths"].values() for operation in path.values()]
    expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86_400))
    allowed = []
    for start in range(0, len(scopes), 50):
        some = scopes[start:start + 50]
        body = {"name": name, "scopes": some, "expires_at": expires}
        status, _, answer = send("POST", "/api/v1/api-keys", body, bearing)
        refused = {fault["pointer"] for fault in answer.get("errors", [])} if status == 422 else set()
        allowed += [scope for at, scope in enumerate(some) if f"/scopes/{at}" not in refused]
    body = {"name": name, "scopes": allowed[:100], "expires_at": expires}
    return good(send("POST", "/api/v1/api-keys", body, bearing))[1]["token"]


good(send("POST", "/api/v1/setup", {"token": SETUP_TOKEN, "login": "first.admin", "password": PASSWORD, "name": "甲"}))
admin = log_in("first.admin")
user = {"login": "somebody", "role": "coordinator", "region_code": COUNTY, "name": "乙"}
_, invited = good(send("POST", "/api/v1/users", user, admin))
accepted = {"token": invited["invitation"]["token"], "password": PASSWORD}
good(send("POST", "/api/v1/invitations/accept", accepted))
good(send("POST", "/api/v1/teams", {"name": "示例队", "region_code": COUNTY}, admin))
print("admin", key_of(admin, "examples"))
print("coordinator", key_of(log_in("somebody"), "examples"))
print("anonymous", "-")
