-- Children and volunteers. `cells` holds what is not personal, under the words of the sheets; `sealed` holds names,
-- phones, numbers, addresses, exact places and free text, each field sealed by itself under the person's own key.
-- The other columns are what lists are searched and scoped by. What rests on a record of its own (legal basis, consent,
-- wish, screening, bar) is made up anew with every change of it: `legal_basis`, `consent`, `wish`, `screening` and
-- `ready` repeat it for lists, and no cell can say otherwise.
CREATE TABLE children (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  number TEXT NOT NULL,
  county_code TEXT NOT NULL,
  region_code TEXT NOT NULL,
  cells TEXT NOT NULL,
  sealed TEXT NOT NULL,
  need_kinds TEXT NOT NULL,
  phone_index TEXT,
  id_number_index TEXT,
  external_ref TEXT,
  ready BOOLEAN NOT NULL,
  findings TEXT NOT NULL,
  legal_basis TEXT NOT NULL,
  consent TEXT NOT NULL,
  wish TEXT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  updated_at_ms BIGINT NOT NULL,
  deleted_at_ms BIGINT,
  purge_at_ms BIGINT,
  erased_at_ms BIGINT
);
CREATE UNIQUE INDEX children_by_number ON children (county_code, number);
CREATE UNIQUE INDEX children_by_external_ref ON children (external_ref);
CREATE UNIQUE INDEX children_by_id_number ON children (id_number_index) WHERE deleted_at_ms IS NULL;
CREATE INDEX children_by_phone ON children (phone_index);
CREATE INDEX children_by_region ON children (region_code, id);
CREATE INDEX children_by_update ON children (updated_at_ms, id);
CREATE INDEX children_by_purge ON children (purge_at_ms);

CREATE TABLE volunteers (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  number TEXT NOT NULL,
  county_code TEXT NOT NULL,
  region_code TEXT NOT NULL,
  team_id TEXT REFERENCES teams (id),
  unit TEXT,
  cells TEXT NOT NULL,
  sealed TEXT NOT NULL,
  skill_kinds TEXT NOT NULL,
  capacity BIGINT NOT NULL,
  phone_index TEXT,
  id_number_index TEXT,
  external_ref TEXT,
  ready BOOLEAN NOT NULL,
  findings TEXT NOT NULL,
  screening TEXT NOT NULL,
  screened_through TEXT,
  suspended_at_ms BIGINT,
  suspended_reason TEXT,
  created_at_ms BIGINT NOT NULL,
  updated_at_ms BIGINT NOT NULL,
  deleted_at_ms BIGINT,
  purge_at_ms BIGINT,
  erased_at_ms BIGINT
);
CREATE UNIQUE INDEX volunteers_by_number ON volunteers (county_code, number);
CREATE UNIQUE INDEX volunteers_by_external_ref ON volunteers (external_ref);
CREATE UNIQUE INDEX volunteers_by_id_number ON volunteers (id_number_index) WHERE deleted_at_ms IS NULL;
CREATE INDEX volunteers_by_phone ON volunteers (phone_index);
CREATE INDEX volunteers_by_region ON volunteers (region_code, id);
CREATE INDEX volunteers_by_team ON volunteers (team_id, id);
CREATE INDEX volunteers_by_update ON volunteers (updated_at_ms, id);
CREATE INDEX volunteers_by_purge ON volunteers (purge_at_ms);

-- A recorded basis for keeping a child's data (S9): a consent, which it ends with, or a statutory duty by its document.
CREATE TABLE legal_bases (
  id TEXT NOT NULL PRIMARY KEY,
  child_id TEXT NOT NULL REFERENCES children (id),
  kind TEXT NOT NULL,
  authority TEXT NOT NULL,
  document TEXT NOT NULL,
  consent_id TEXT,
  recorded_at_ms BIGINT NOT NULL,
  recorded_by TEXT NOT NULL,
  ended_at_ms BIGINT
);
CREATE INDEX legal_bases_by_child ON legal_bases (child_id, id);

-- A guardian's answer (S10–S13): yes, no, or not given yet. A withdrawal ends it on the spot and keeps the row as
-- evidence; names of giver, witness and whoever wrote it down on her behalf are sealed under the child's key.
CREATE TABLE consents (
  id TEXT NOT NULL PRIMARY KEY,
  child_id TEXT NOT NULL REFERENCES children (id),
  purpose TEXT NOT NULL,
  answer TEXT NOT NULL,
  giver TEXT NOT NULL,
  relation TEXT NOT NULL,
  method TEXT NOT NULL,
  channel TEXT NOT NULL,
  text_version TEXT NOT NULL,
  sealed TEXT NOT NULL,
  given_on TEXT NOT NULL,
  recorded_at_ms BIGINT NOT NULL,
  recorded_by TEXT NOT NULL,
  superseded_at_ms BIGINT,
  withdrawn_at_ms BIGINT,
  withdrawn_by TEXT,
  withdrawn_channel TEXT
);
CREATE INDEX consents_by_child ON consents (child_id, id);

-- The child's own wish (S12), asked from age eight.
CREATE TABLE wishes (
  id TEXT NOT NULL PRIMARY KEY,
  child_id TEXT NOT NULL REFERENCES children (id),
  answer TEXT NOT NULL,
  asked_on TEXT NOT NULL,
  asked_by TEXT NOT NULL,
  recorded_at_ms BIGINT NOT NULL,
  superseded_at_ms BIGINT
);
CREATE INDEX wishes_by_child ON wishes (child_id, id);

-- Record checks: kind, result and reference only (S4).
CREATE TABLE screenings (
  id TEXT NOT NULL PRIMARY KEY,
  volunteer_id TEXT NOT NULL REFERENCES volunteers (id),
  kind TEXT NOT NULL,
  result TEXT NOT NULL,
  authority TEXT NOT NULL,
  screened_on TEXT NOT NULL,
  valid_through TEXT,
  query_consent TEXT NOT NULL,
  sealed TEXT NOT NULL,
  recorded_at_ms BIGINT NOT NULL,
  recorded_by TEXT NOT NULL
);
CREATE INDEX screenings_by_volunteer ON screenings (volunteer_id, id);

-- Permanent bars (S3): they hold the blind index of the ID number, outlive the volunteer's record and meet a new
-- registration. `volunteer_id` is no reference, and alone where no ID number was known. Lifting one takes two persons.
CREATE TABLE bars (
  id TEXT NOT NULL PRIMARY KEY,
  volunteer_id TEXT NOT NULL,
  id_number_index TEXT,
  reason TEXT NOT NULL,
  region_code TEXT NOT NULL,
  recorded_at_ms BIGINT NOT NULL,
  recorded_by TEXT NOT NULL,
  lift_asked_by TEXT,
  lift_asked_at_ms BIGINT,
  lifted_by TEXT,
  lifted_at_ms BIGINT
);
CREATE INDEX bars_by_id_number ON bars (id_number_index);
CREATE INDEX bars_by_volunteer ON bars (volunteer_id);
CREATE INDEX bars_by_region ON bars (region_code, id);

-- Who must not be paired (S17): symmetric and permanent until cleared. A number that nobody carries yet waits for the
-- volunteer who will, so that a sheet of children read before that of volunteers loses nothing. The blind index of her ID
-- number outlives her record and meets her new registration; so does that of a child once she is erased.
CREATE TABLE conflicts (
  id TEXT NOT NULL PRIMARY KEY,
  child_id TEXT NOT NULL REFERENCES children (id),
  child_index TEXT,
  volunteer_id TEXT REFERENCES volunteers (id),
  county_code TEXT NOT NULL,
  volunteer_number TEXT NOT NULL,
  volunteer_index TEXT,
  kind TEXT NOT NULL,
  recorded_at_ms BIGINT NOT NULL,
  recorded_by TEXT NOT NULL,
  cleared_at_ms BIGINT,
  cleared_by TEXT
);
CREATE UNIQUE INDEX conflicts_live ON conflicts (child_id, county_code, volunteer_number, kind)
  WHERE cleared_at_ms IS NULL;
CREATE INDEX conflicts_by_volunteer ON conflicts (volunteer_id, id);
CREATE INDEX conflicts_by_index ON conflicts (volunteer_index);
CREATE INDEX conflicts_by_child_index ON conflicts (child_index);
CREATE INDEX conflicts_by_number ON conflicts (county_code, volunteer_number);
