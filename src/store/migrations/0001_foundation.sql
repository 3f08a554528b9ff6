-- One text for SQLite and PostgreSQL. Ids are UUIDv7 as text, whole numbers and times (milliseconds) are BIGINT,
-- sealed values are base64 text, so that no type differs between the two.

-- What the deployment itself needs: wrapped index key, set-up state, schema marks. Values that are secret are sealed.
CREATE TABLE settings (
  name TEXT NOT NULL PRIMARY KEY,
  content TEXT NOT NULL
);

-- One key a person; without its row nothing of the person's sealed fields can be read again.
CREATE TABLE data_keys (
  subject_id TEXT NOT NULL PRIMARY KEY,
  subject_table TEXT NOT NULL,
  wrapped TEXT NOT NULL
);

-- The audit trail: a chain in which every row holds the digest of the one before.
CREATE TABLE audit_events (
  sequence BIGINT NOT NULL PRIMARY KEY,
  at_ms BIGINT NOT NULL,
  actor_kind TEXT NOT NULL,
  actor_id TEXT,
  request_id TEXT,
  action TEXT NOT NULL,
  subject_table TEXT NOT NULL,
  subject_id TEXT,
  region_code TEXT NOT NULL,
  fields TEXT NOT NULL,
  purpose TEXT NOT NULL,
  reason TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
);
CREATE INDEX audit_events_by_subject ON audit_events (subject_table, subject_id, sequence);
CREATE INDEX audit_events_by_actor ON audit_events (actor_id, sequence);
CREATE INDEX audit_events_by_action ON audit_events (action, sequence);
CREATE INDEX audit_events_by_time ON audit_events (at_ms, sequence);

-- The end of the chain. Its one row is what writers queue up for.
CREATE TABLE audit_head (
  id BIGINT NOT NULL PRIMARY KEY,
  sequence BIGINT NOT NULL,
  hash TEXT NOT NULL
);
INSERT INTO audit_head (id, sequence, hash) VALUES (1, 0, '');

-- Replies that were given to keyed requests, stored in the transaction of their effect. Bodies are sealed, fingerprints
-- keyed; `readings` is what the audit trail gets again when a reply is given again.
CREATE TABLE idempotency_replies (
  principal TEXT NOT NULL,
  route TEXT NOT NULL,
  request_key TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  status BIGINT NOT NULL,
  headers TEXT NOT NULL,
  body TEXT NOT NULL,
  readings TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  PRIMARY KEY (principal, route, request_key)
);
CREATE INDEX idempotency_replies_by_age ON idempotency_replies (created_at_ms);
