-- Where villages and townships lie: public knowledge, under the names that sheets use. A blank village is the township's seat.
CREATE TABLE places (
  region_code TEXT NOT NULL,
  township TEXT NOT NULL,
  village TEXT NOT NULL,
  longitude DOUBLE PRECISION NOT NULL,
  latitude DOUBLE PRECISION NOT NULL,
  updated_at_ms BIGINT NOT NULL,
  PRIMARY KEY (region_code, township, village)
);

-- Work that nobody waits for. A worker takes a job by a lease that it renews; `fence` grows with every taking, and what a worker
-- writes for a job counts only under the fence it took, so that a job that was taken over is ended once.
CREATE TABLE jobs (
  id TEXT NOT NULL PRIMARY KEY,
  kind TEXT NOT NULL,
  subject_id TEXT NOT NULL,
  state TEXT NOT NULL,
  attempts BIGINT NOT NULL,
  fence BIGINT NOT NULL,
  leased_by TEXT,
  leased_until_ms BIGINT,
  created_at_ms BIGINT NOT NULL,
  ended_at_ms BIGINT
);
CREATE INDEX jobs_by_state ON jobs (state, leased_until_ms, id);
CREATE INDEX jobs_by_subject ON jobs (subject_id);

-- One matching (一次匹配): what it was made of and what came out. `metrics` holds figures alone, never a person. `changes` counts
-- what was changed of its plan since (`plan_changes`).
CREATE TABLE runs (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  region_code TEXT NOT NULL,
  policy_id TEXT NOT NULL REFERENCES policies (id),
  state TEXT NOT NULL,
  stage TEXT NOT NULL,
  progress BIGINT NOT NULL,
  today TEXT NOT NULL,
  period_first TEXT NOT NULL,
  period_last TEXT NOT NULL,
  solver TEXT NOT NULL,
  seed BIGINT NOT NULL,
  provisional BOOLEAN NOT NULL,
  snapshot_hash TEXT,
  result_hash TEXT,
  metrics TEXT NOT NULL,
  fault TEXT,
  changes BIGINT NOT NULL,
  cancel_asked_at_ms BIGINT,
  created_by TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  started_at_ms BIGINT,
  ended_at_ms BIGINT,
  published_by TEXT,
  published_at_ms BIGINT,
  superseded_by TEXT,
  superseded_at_ms BIGINT
);
CREATE INDEX runs_by_region ON runs (region_code, id);
CREATE INDEX runs_by_state ON runs (state, id);
CREATE UNIQUE INDEX runs_published ON runs (region_code) WHERE state = 'published';

-- What happened to a run, for those who watch it. Without persons.
CREATE TABLE run_events (
  run_id TEXT NOT NULL REFERENCES runs (id),
  number BIGINT NOT NULL,
  at_ms BIGINT NOT NULL,
  state TEXT NOT NULL,
  stage TEXT NOT NULL,
  progress BIGINT NOT NULL,
  PRIMARY KEY (run_id, number)
);

-- Who was looked at, child or volunteer, by the number of her row, with that row as it was then, sealed under her own key: whoever
-- is erased is erased here too.
CREATE TABLE run_people (
  run_id TEXT NOT NULL REFERENCES runs (id),
  kind TEXT NOT NULL,
  position BIGINT NOT NULL,
  subject_id TEXT NOT NULL,
  region_code TEXT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (run_id, kind, position)
);
CREATE INDEX run_people_by_subject ON run_people (subject_id, run_id);
CREATE INDEX run_people_erased ON run_people (run_id) WHERE sealed = '';

-- Archives: the other inputs, the plan folder and the key to it, compressed, in parts, sealed under the run's key.
CREATE TABLE run_files (
  run_id TEXT NOT NULL REFERENCES runs (id),
  name TEXT NOT NULL,
  part BIGINT NOT NULL,
  sealed TEXT NOT NULL,
  PRIMARY KEY (run_id, name, part)
);
