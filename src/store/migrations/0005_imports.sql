-- An upload and its checked rows, until it is committed or discarded. Cells of people are sealed under the import's own
-- key, which is destroyed with it.
CREATE TABLE imports (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  kind TEXT NOT NULL,
  file_name TEXT NOT NULL,
  region_code TEXT NOT NULL,
  state TEXT NOT NULL,
  rows_total BIGINT NOT NULL,
  rows_good BIGINT NOT NULL,
  rows_faulty BIGINT NOT NULL,
  rows_done BIGINT NOT NULL,
  findings TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  ended_at_ms BIGINT
);
CREATE INDEX imports_by_region ON imports (region_code, id);

CREATE TABLE import_rows (
  import_id TEXT NOT NULL REFERENCES imports (id),
  number BIGINT NOT NULL,
  status TEXT NOT NULL,
  sealed TEXT NOT NULL,
  findings TEXT NOT NULL,
  subject_id TEXT,
  PRIMARY KEY (import_id, number)
);
CREATE INDEX import_rows_by_status ON import_rows (import_id, status, number);
