-- A volunteer and a group of children whom a run proposes to each other: one child, or brothers and sisters who stay together.
-- draft, pinned, approved, offered → accepted, declined, expired, withdrawn, rejected. `cost` is in points.
CREATE TABLE proposals (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  run_id TEXT NOT NULL REFERENCES runs (id),
  region_code TEXT NOT NULL,
  group_number BIGINT NOT NULL,
  volunteer_id TEXT NOT NULL REFERENCES volunteers (id),
  kind TEXT NOT NULL,
  origin TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  cost BIGINT NOT NULL,
  backup_volunteer_id TEXT,
  -- Of brothers and sisters who join: the child whose pair stands.
  joins_child_id TEXT,
  approved_by TEXT,
  approved_at_ms BIGINT,
  created_at_ms BIGINT NOT NULL,
  updated_at_ms BIGINT NOT NULL
);
CREATE INDEX proposals_by_run ON proposals (run_id, state, id);
CREATE INDEX proposals_by_region ON proposals (region_code, id);
CREATE INDEX proposals_by_volunteer ON proposals (volunteer_id, id);
-- A group has one proposal that is open.
CREATE UNIQUE INDEX proposals_open ON proposals (run_id, group_number)
  WHERE state IN ('draft', 'pinned', 'approved', 'offered', 'accepted');

-- `is_open` repeats whether the proposal is pinned, approved or offered: a child is promised to one volunteer at a time, whichever
-- run promised her.
CREATE TABLE proposal_children (
  proposal_id TEXT NOT NULL REFERENCES proposals (id),
  child_id TEXT NOT NULL REFERENCES children (id),
  is_open BOOLEAN NOT NULL,
  PRIMARY KEY (proposal_id, child_id)
);
CREATE INDEX proposal_children_by_child ON proposal_children (child_id, proposal_id);
CREATE UNIQUE INDEX proposal_children_open ON proposal_children (child_id) WHERE is_open;

-- What was changed of a published plan, in order. Whoever holds the plan in memory takes up what it has not seen yet; the same
-- changes in the same order give the same plan everywhere.
CREATE TABLE plan_changes (
  run_id TEXT NOT NULL REFERENCES runs (id),
  number BIGINT NOT NULL,
  kind TEXT NOT NULL,
  group_number BIGINT NOT NULL,
  volunteer_number BIGINT,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (run_id, number)
);

-- Pairs of a published plan that came to nothing outside of it: a guardian's no, a withdrawn consent, a bar. Noted by the transaction
-- that ended them, gone once the plan has followed. `times` tells whoever has followed whether it was noted again meanwhile.
CREATE TABLE plan_repairs (
  run_id TEXT NOT NULL REFERENCES runs (id),
  group_number BIGINT NOT NULL,
  volunteer_id TEXT NOT NULL REFERENCES volunteers (id),
  at_ms BIGINT NOT NULL,
  times BIGINT NOT NULL,
  PRIMARY KEY (run_id, group_number, volunteer_id)
);

-- Plans whose drafts are to be compared with them, all of them: one was published, somebody of it was erased or takes part again, or a
-- day has passed.
CREATE TABLE plans_to_settle (
  run_id TEXT NOT NULL PRIMARY KEY REFERENCES runs (id),
  times BIGINT NOT NULL
);

-- An offer (邀请): queued, sent → accepted, declined, expired, revoked, conflict_reported. The link's token is stored as a hash.
CREATE TABLE offers (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  proposal_id TEXT NOT NULL REFERENCES proposals (id),
  volunteer_id TEXT NOT NULL REFERENCES volunteers (id),
  region_code TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  expires_at_ms BIGINT NOT NULL,
  times_sent BIGINT NOT NULL,
  -- Who answered, how, and before whom, where somebody wrote it down for her. The witness is sealed under her key.
  answered_by TEXT NOT NULL,
  channel TEXT NOT NULL,
  sealed TEXT NOT NULL,
  created_by TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  answered_at_ms BIGINT,
  updated_at_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX offers_by_token ON offers (token_hash);
CREATE UNIQUE INDEX offers_open ON offers (proposal_id) WHERE state IN ('queued', 'sent');
CREATE INDEX offers_by_region ON offers (region_code, id);
CREATE INDEX offers_by_volunteer ON offers (volunteer_id, id);
CREATE INDEX offers_by_expiry ON offers (state, expires_at_ms);

-- A pair that must not come back by itself: declined by the volunteer, refused by guardian or child, rejected by a coordinator.
CREATE TABLE refusals (
  child_id TEXT NOT NULL REFERENCES children (id),
  volunteer_id TEXT NOT NULL REFERENCES volunteers (id),
  said_by TEXT NOT NULL,
  reason TEXT NOT NULL,
  at_ms BIGINT NOT NULL,
  PRIMARY KEY (child_id, volunteer_id)
);
CREATE INDEX refusals_by_volunteer ON refusals (volunteer_id);
