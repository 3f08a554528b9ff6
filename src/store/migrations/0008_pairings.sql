-- A living pair (结对): awaiting_guardian → active ⇄ suspended → ended. All children of one household take one place with
-- the volunteer; it is named by the proposal that took it. `guardian_*` and `child_*` are the answers to this very volunteer.
CREATE TABLE pairings (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  child_id TEXT NOT NULL REFERENCES children (id),
  volunteer_id TEXT NOT NULL REFERENCES volunteers (id),
  proposal_id TEXT NOT NULL REFERENCES proposals (id),
  household TEXT NOT NULL REFERENCES proposals (id),
  policy_id TEXT NOT NULL REFERENCES policies (id),
  region_code TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  approved_by TEXT NOT NULL,
  guardian_answer TEXT NOT NULL,
  guardian_consent_id TEXT,
  child_answer TEXT NOT NULL,
  child_wish_id TEXT,
  began_on TEXT,
  ends_on TEXT,
  ended_on TEXT,
  went_well BOOLEAN,
  -- What was told to the child, whether there was a farewell, what follows (S30): words, `pending` until somebody says.
  notice TEXT NOT NULL,
  farewell TEXT NOT NULL,
  replacement TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  updated_at_ms BIGINT NOT NULL
);
-- One live lead a child, whatever two requests do at once.
CREATE UNIQUE INDEX pairings_live ON pairings (child_id) WHERE state <> 'ended';
CREATE INDEX pairings_by_child ON pairings (child_id, id);
CREATE INDEX pairings_by_volunteer ON pairings (volunteer_id, state, id);
CREATE INDEX pairings_by_region ON pairings (region_code, id);
CREATE INDEX pairings_by_state ON pairings (state, id);
CREATE INDEX pairings_by_proposal ON pairings (proposal_id);
CREATE INDEX pairings_by_household ON pairings (household);
-- Who meets a child together: what befalls one of them befalls the pairs of all.
CREATE INDEX volunteers_by_unit ON volunteers (county_code, unit);

-- The places of a volunteer that living pairs hold: one a household, numbered from 1. A row is added only where its place is
-- within her capacity, which is asked for in the same statement under her row's lock.
CREATE TABLE pairing_places (
  volunteer_id TEXT NOT NULL REFERENCES volunteers (id),
  place BIGINT NOT NULL,
  proposal_id TEXT NOT NULL REFERENCES proposals (id),
  PRIMARY KEY (volunteer_id, place)
);
CREATE UNIQUE INDEX pairing_places_by_proposal ON pairing_places (proposal_id);

-- Every step of a pairing, with who, when and why. Names of witnesses are sealed under the child's key.
CREATE TABLE pairing_steps (
  pairing_id TEXT NOT NULL REFERENCES pairings (id),
  number BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  reason TEXT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT,
  channel TEXT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (pairing_id, number)
);

-- What was done (联系记录): append-only; a correction is a further row that names the one it corrects.
CREATE TABLE contacts (
  id TEXT NOT NULL PRIMARY KEY,
  pairing_id TEXT NOT NULL REFERENCES pairings (id),
  region_code TEXT NOT NULL,
  kind TEXT NOT NULL,
  setting TEXT NOT NULL,
  took_place BOOLEAN NOT NULL,
  happened_on TEXT NOT NULL,
  minutes BIGINT NOT NULL,
  present TEXT NOT NULL,
  sealed TEXT NOT NULL,
  amends_id TEXT,
  recorded_at_ms BIGINT NOT NULL,
  recorded_by TEXT NOT NULL
);
CREATE INDEX contacts_by_pairing ON contacts (pairing_id, happened_on);
CREATE INDEX contacts_by_amended ON contacts (amends_id);

-- What somebody has to do or to know: a role in a division, what about, until when. No names.
CREATE TABLE tasks (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  role TEXT NOT NULL,
  region_code TEXT NOT NULL,
  subject_table TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  due_on TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  done_at_ms BIGINT,
  done_by TEXT
);
CREATE UNIQUE INDEX tasks_open ON tasks (kind, role, subject_id, due_on) WHERE done_at_ms IS NULL;
CREATE INDEX tasks_by_region ON tasks (region_code, id);
CREATE INDEX tasks_by_subject ON tasks (subject_id);

-- Which days the daily tick has been through, so that a day is ticked once.
CREATE TABLE ticks (
  name TEXT NOT NULL PRIMARY KEY,
  day TEXT NOT NULL,
  ended_at_ms BIGINT NOT NULL
);
