-- Who may do what: users with a role and a region, their sessions, keys for programs, teams.
CREATE TABLE teams (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  name TEXT NOT NULL,
  region_code TEXT NOT NULL,
  external_ref TEXT,
  created_at_ms BIGINT NOT NULL,
  updated_at_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX teams_by_external_ref ON teams (external_ref);
CREATE UNIQUE INDEX teams_by_name ON teams (region_code, name);

-- Names and phones of staff are sealed like anybody's; login is a word the user chose, not a name or a number. Secrets of
-- authenticator apps are sealed, passwords, recovery codes and invitations are hashes. `totp_pending` waits for its first code.
CREATE TABLE users (
  id TEXT NOT NULL PRIMARY KEY,
  version BIGINT NOT NULL,
  login TEXT NOT NULL,
  role TEXT NOT NULL,
  region_code TEXT NOT NULL,
  team_id TEXT REFERENCES teams (id),
  volunteer_id TEXT,
  sealed TEXT NOT NULL,
  password_hash TEXT,
  totp_secret TEXT,
  totp_pending TEXT,
  totp_last_step BIGINT,
  recovery_codes TEXT NOT NULL,
  invite_hash TEXT,
  invite_expires_at_ms BIGINT,
  invited_by TEXT,
  invited_at_ms BIGINT,
  created_by TEXT,
  disabled_at_ms BIGINT,
  created_at_ms BIGINT NOT NULL,
  updated_at_ms BIGINT NOT NULL
);
CREATE UNIQUE INDEX users_by_login ON users (login);
CREATE UNIQUE INDEX users_by_invite ON users (invite_hash);
CREATE UNIQUE INDEX users_by_volunteer ON users (volunteer_id);
CREATE INDEX users_by_region ON users (region_code, id);

-- A session's token is stored as a hash. The token against forged requests is signed from that hash, so it is not stored.
CREATE TABLE sessions (
  id TEXT NOT NULL PRIMARY KEY,
  token_hash TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  second_factor_at_ms BIGINT,
  created_at_ms BIGINT NOT NULL,
  used_at_ms BIGINT NOT NULL,
  revoked_at_ms BIGINT
);
CREATE UNIQUE INDEX sessions_by_token ON sessions (token_hash);
CREATE INDEX sessions_by_user ON sessions (user_id, id);
CREATE INDEX sessions_by_age ON sessions (created_at_ms);

CREATE TABLE api_keys (
  id TEXT NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  scopes TEXT NOT NULL,
  expires_at_ms BIGINT NOT NULL,
  created_at_ms BIGINT NOT NULL,
  revoked_at_ms BIGINT
);
CREATE UNIQUE INDEX api_keys_by_token ON api_keys (token_hash);
CREATE INDEX api_keys_by_user ON api_keys (user_id, id);

-- Failed log-ins by login, by network, by both and by second factor, so that none can be tried without end. What was tried is kept
-- as a keyed digest: somebody may have typed her phone number, or her password, where the login belongs.
CREATE TABLE login_failures (
  subject TEXT NOT NULL PRIMARY KEY,
  failures BIGINT NOT NULL,
  last_at_ms BIGINT NOT NULL,
  locked_until_ms BIGINT NOT NULL
);
CREATE INDEX login_failures_by_age ON login_failures (last_at_ms);
