-- An upload and its checked rows, until it is committed or discarded. The file's name, the cells of people and what was
-- found in them are sealed under the import's own key, which is destroyed with it; a row that has become a person holds no cells any more, so
-- that erasing the person leaves no copy. `reading` is an upload whose rows are still coming.
CREATE TABLE imports (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  kind TEXT NOT NULL,
  region_code TEXT NOT NULL,
  state TEXT NOT NULL,
  columns TEXT NOT NULL,
  sealed TEXT NOT NULL,
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
CREATE INDEX imports_by_state ON imports (state, created_at_ms);

CREATE TABLE import_rows (
  import_id TEXT NOT NULL REFERENCES imports (id),
  number BIGINT NOT NULL,
  status TEXT NOT NULL,
  region_code TEXT NOT NULL,
  sealed TEXT NOT NULL,
  findings TEXT NOT NULL,
  subject_id TEXT,
  -- Blind indexes of number and ID number, by which erasure finds the rows of a person that became nobody.
  number_index TEXT,
  id_number_index TEXT,
  PRIMARY KEY (import_id, number)
);
CREATE INDEX import_rows_by_status ON import_rows (import_id, status, number);
CREATE INDEX import_rows_by_number ON import_rows (number_index);
CREATE INDEX import_rows_by_id_number ON import_rows (id_number_index);
CREATE INDEX import_rows_by_subject ON import_rows (subject_id);
