-- Administrative divisions: twelve digits as text, each with the code of the division above.
CREATE TABLE regions (
  code TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  -- The name's bytes in hexadecimal, in whose order every name that begins alike stands together, whatever the collation.
  name_key TEXT NOT NULL,
  parent_code TEXT,
  level BIGINT NOT NULL,
  boundary TEXT,
  emergency_phone TEXT,
  duty_phone TEXT,
  updated_at_ms BIGINT NOT NULL
);
CREATE INDEX regions_by_parent ON regions (parent_code, code);
CREATE INDEX regions_by_name ON regions (name_key, code);

-- Policies are immutable once published; a change is a new version.
CREATE TABLE policies (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  number BIGINT NOT NULL,
  region_code TEXT NOT NULL,
  content TEXT NOT NULL,
  content_hash TEXT NOT NULL,
  state TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  -- Id of the user, empty where the program stored it.
  created_by TEXT NOT NULL,
  published_at_ms BIGINT
);
CREATE UNIQUE INDEX policies_by_name ON policies (region_code, name, number);
