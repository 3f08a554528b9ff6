"""An office in the middle of its season: the first admin, a coordinator, a county of invented people, runs, offers and pairings.

Usage: ground.py URL SETUP_TOKEN SHEETS CONFIG. SHEETS is a folder of `jiedui generate` whose run is today. Prints a line a role: the role,
the cookie of a session and its token against forged requests; nobody has none. Appends to CONFIG what parameters may be.
"""

import json
import pathlib
import sys
import time

from office import PASSWORD, good, log_in, send

_, SETUP_TOKEN, SHEETS, CONFIG = sys.argv[1:]
COUNTY = "990001000000"
TODAY = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3_600))
# Of so many requests each parameter names something that is there.
PROBABILITY = 0.8
# People to archive, erase and bar, so that others stay.
SPARE = 20
ENDING = {
    "child_id": ["archive_child", "erase_child"],
    "volunteer_id": ["archive_volunteer", "erase_volunteer", "bar_volunteer"],
}


def ids(listed):
    """The ids of a list."""
    return [item["id"] for item in listed["items"]]


class Caller:
    """Somebody who is logged in; what she asks must go well."""

    def __init__(self, login, enrolled=True):
        self.bearing = log_in(login, enrolled)

    def post(self, path, body=None):
        return good(send("POST", "/api/v1" + path, {} if body is None else body, self.bearing))[1]

    def get(self, path):
        return good(send("GET", "/api/v1" + path, None, self.bearing))[1]

    def put(self, path, body):
        return good(send("PUT", "/api/v1" + path, body, self.bearing))[1]

    def patch(self, path, body):
        """Changes what is there, of the version that is there."""
        seen, _ = good(send("GET", "/api/v1" + path, None, self.bearing))
        return good(send("PATCH", "/api/v1" + path, body, self.bearing | {"If-Match": seen["ETag"]}))[1]


def invite(admin, login, role, **more):
    """A user of the county, who is to log in; her id."""
    made = admin.post("/users", {"login": login, "role": role, "region_code": COUNTY, "name": "乙"} | more)
    accepted = {"token": made["invitation"]["token"], "password": PASSWORD}
    good(send("POST", "/api/v1/invitations/accept", accepted))
    return made["user"]["id"]


def take_in(admin, coordinator):
    """The county with whoever hears concerns, and its people; the id of an import."""
    divisions = f"code,name,provinceCode\n99,示例省,\n{COUNTY[:6]},示例县,99\n"
    admin.post("/regions/import", divisions.encode())
    admin.patch(f"/regions/{COUNTY[:6]}", {"duty_phone": "011-12345678"})
    invite(admin, "who.hears", "supervisor")
    sheet = lambda name: (pathlib.Path(SHEETS) / name).read_bytes()
    coordinator.put(f"/regions/{COUNTY[:6]}/places", sheet("places.csv"))
    for kind in ["volunteers", "children"]:
        import_id = coordinator.post(f"/imports?kind={kind}&region={COUNTY[:6]}", sheet(f"{kind}.csv"))["id"]
        coordinator.post(f"/imports/{import_id}/commit")
    return import_id


def make_run(coordinator, policy_id):
    """A run that has ended."""
    run_id = coordinator.post("/runs", {"region_code": COUNTY[:6], "policy_id": policy_id})["id"]
    for _ in range(600):
        state = coordinator.get(f"/runs/{run_id}")["state"]
        if state == "succeeded":
            return run_id
        if state not in ("queued", "running"):
            sys.exit(f"the run is {state}")
        time.sleep(0.1)
    sys.exit("the run does not end")


def say_yes(coordinator, pairing_id):
    """Guardian and child agree, and the two may meet."""
    heard = {"answer": "yes", "witness": "证人甲"}
    guardian = {"giver": "guardian", "relation": "grandparent", "method": "thumbprint", "text_version": "2026-1",
                "channel": "paper_thumbprint", "given_on": TODAY}
    coordinator.post(f"/pairings/{pairing_id}/guardian-answer", heard | guardian)
    coordinator.post(f"/pairings/{pairing_id}/child-answer", heard | {"channel": "in_person", "asked_on": TODAY})
    coordinator.post(f"/pairings/{pairing_id}/activate")


def season(admin, coordinator):
    """Runs, offers, pairings; what there is, by the name of the parameter that stands for it."""
    there = {"import_id": [take_in(admin, coordinator)]}
    content = (pathlib.Path(SHEETS) / "policy.toml").read_text()
    policy_id = admin.post("/policies", {"name": "示例规则", "region_code": COUNTY[:6], "content": content})["id"]
    admin.post(f"/policies/{policy_id}/publish")
    run_ids = [make_run(coordinator, policy_id) for _ in range(2)]
    run_id = run_ids[0]
    coordinator.post(f"/runs/{run_id}/publish")
    proposal_ids = ids(coordinator.get(f"/runs/{run_id}/proposals?limit=200"))
    some = {"proposal_ids": proposal_ids[: len(proposal_ids) // 2]}
    coordinator.post(f"/runs/{run_id}/proposals/approve", some)
    links = [coordinator.post(f"/proposals/{proposal_id}/offer")["link"] for proposal_id in some["proposal_ids"]]
    offer_ids = ids(coordinator.get("/offers?limit=200"))
    for offer_id in offer_ids[::2]:
        yes = {"answer": "accept", "channel": "phone", "witness": "证人甲"}
        coordinator.post(f"/offers/{offer_id}/record", yes)
    pairing_ids = ids(coordinator.get("/pairings?limit=200"))
    for pairing_id in pairing_ids[::2]:
        say_yes(coordinator, pairing_id)
    child_ids, volunteer_ids = (ids(coordinator.get(f"/{people}?limit=200")) for people in ["children", "volunteers"])
    lists = {"policy_id": "/policies", "team_id": "/teams", "task_id": "/tasks", "bar_id": "/bars"}
    return there | {name: ids(coordinator.get(path)) for name, path in lists.items()} | {
        "run_id": run_ids, "other_run_id": run_ids, "proposal_id": proposal_ids, "offer_id": offer_ids,
        "pairing_id": pairing_ids, "child_id": child_ids, "volunteer_id": volunteer_ids,
        "consent_id": ids(coordinator.get(f"/children/{child_ids[0]}/consents")),
        "legal_basis_id": ids(coordinator.get(f"/children/{child_ids[0]}/legal-bases")),
        "user_id": [invite(admin, f"spare.{at}", "analyst") for at in range(4)],
        "token": [link.rsplit("/", 1)[1] for link in links],
        "code": [COUNTY[:6]], "version": ["2026-1"], "file": ["children.csv", "volunteers.xlsx"],
    }


def herself(admin, coordinator):
    """The account of a volunteer who has an active pairing."""
    paired = coordinator.get("/pairings?state=active&limit=1")["items"][0]["volunteer_id"]
    invite(admin, "volunteer.one", "volunteer", volunteer_id=paired)
    return Caller("volunteer.one", enrolled=False)


def written(there):
    """The same, as lines of the tool's configuration."""
    dictionaries = there | {"version_seen": [f'"{version}"' for version in range(1, 6)]}
    for name in ENDING:
        dictionaries["spare_" + name] = there[name][-SPARE:]
        dictionaries[name] = there[name][:-SPARE]
    for name, values in dictionaries.items():
        if values:
            yield f"[dictionaries.{name}]\nvalues = {json.dumps(values)}"
    said = lambda parameter, name: f'"{parameter}" = {{ dictionary = "{name}", probability = {PROBABILITY} }}'
    yield "[parameters]"
    yield from (said(f"path.{name}", name) for name, values in there.items() if values)
    yield said("header.If-Match", "version_seen")
    for name, operations in ENDING.items():
        yield f"[[operations]]\ninclude-operation-id = {json.dumps(operations)}\n[operations.parameters]"
        yield said(f"path.{name}", "spare_" + name)


first = {"token": SETUP_TOKEN, "login": "first.admin", "password": PASSWORD, "name": "甲"}
good(send("POST", "/api/v1/setup", first))
admin = Caller("first.admin")
invite(admin, "somebody", "coordinator")
coordinator = Caller("somebody")
admin.post("/teams", {"name": "示例队", "region_code": COUNTY})
there = season(admin, coordinator)
with open(CONFIG, "a") as config:
    config.write("\n".join(["", *written(there), ""]))
volunteer = herself(admin, coordinator)
# Whoever may lock others out comes after them.
print("anonymous")
for role, caller in [("volunteer", volunteer), ("coordinator", coordinator), ("admin", admin)]:
    print(role, caller.bearing["Cookie"], caller.bearing["X-CSRF-Token"])
