-- A concern (关切/隐患报告): what somebody fears for a child. Immutable and undeletable; it is sealed under a key of its own, so
-- that erasing the child or a withdrawal does not touch it (S41). Its subject never closes it, nor one person alone (S29).
-- open → assigned → closing → closed.
CREATE TABLE concerns (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  region_code TEXT NOT NULL,
  -- No references: a concern outlives whom it is about, and may be about somebody who is not registered.
  child_id TEXT,
  pairing_id TEXT,
  subject_kind TEXT NOT NULL,
  subject_volunteer_id TEXT,
  subject_user_id TEXT,
  kind TEXT NOT NULL,
  severity TEXT NOT NULL,
  state TEXT NOT NULL,
  sealed TEXT NOT NULL,
  reported_by TEXT NOT NULL,
  reporter_kind TEXT NOT NULL,
  channel TEXT NOT NULL,
  report_due_at_ms BIGINT NOT NULL,
  reported_to_authority_at_ms BIGINT,
  assigned_to TEXT,
  close_asked_by TEXT,
  close_asked_at_ms BIGINT,
  outcome TEXT NOT NULL,
  closed_by TEXT,
  closed_at_ms BIGINT,
  created_at_ms BIGINT NOT NULL,
  updated_at_ms BIGINT NOT NULL
);
CREATE INDEX concerns_by_region ON concerns (region_code, id);
CREATE INDEX concerns_by_child ON concerns (child_id);
CREATE INDEX concerns_by_volunteer ON concerns (subject_volunteer_id, state);
CREATE INDEX concerns_by_due ON concerns (state, report_due_at_ms);

-- What was done about it: append-only, sealed under the concern's key.
CREATE TABLE concern_entries (
  concern_id TEXT NOT NULL REFERENCES concerns (id),
  number BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  actor_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (concern_id, number)
);

-- Events to be told to somebody, stored with the change that caused them. `id` is stable over every attempt. What a message needs
-- beside its kind (a link, a name) is sealed under the outbox's own key and taken out once it was delivered.
CREATE TABLE outbox (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  channel TEXT NOT NULL,
  recipient_kind TEXT NOT NULL,
  recipient_id TEXT NOT NULL,
  subject_table TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  region_code TEXT NOT NULL,
  sealed TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  next_attempt_at_ms BIGINT NOT NULL,
  fault TEXT NOT NULL,
  leased_by TEXT,
  leased_until_ms BIGINT,
  created_at_ms BIGINT NOT NULL,
  delivered_at_ms BIGINT
);
CREATE INDEX outbox_by_state ON outbox (state, next_attempt_at_ms, id);
CREATE INDEX outbox_by_subject ON outbox (subject_id);
