-- Accounts, their sessions, rooms and who is a member of them. Times are milliseconds since 1970-01-01T00:00:00Z.

CREATE TABLE users (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  username      TEXT    NOT NULL UNIQUE,
  email         TEXT    NOT NULL DEFAULT '',
  password_hash TEXT    NOT NULL,
  avatar        TEXT    NOT NULL DEFAULT '',
  status_text   TEXT    NOT NULL DEFAULT '',
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL
) STRICT;

-- id is the SHA-256 of the token: whoever reads this table cannot sign in with it.
CREATE TABLE sessions (
  id           BLOB    NOT NULL PRIMARY KEY,
  user_id      INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions(user_id);
CREATE INDEX sessions_by_expiry ON sessions(expires_at);

-- AUTOINCREMENT: message ids are made of room ids, so an id is never used again.
-- seq is the room log's counter: the seq of the last change. creator is a name, because guests create rooms too.
CREATE TABLE rooms (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  name          TEXT    NOT NULL UNIQUE,
  description   TEXT    NOT NULL DEFAULT '',
  creator       TEXT    NOT NULL,
  creator_id    INTEGER REFERENCES users(id) ON DELETE SET NULL,
  is_private    INTEGER NOT NULL DEFAULT 0,
  password_hash TEXT    NOT NULL DEFAULT '',
  member_count  INTEGER NOT NULL DEFAULT 0,
  created_at    INTEGER NOT NULL,
  updated_at    INTEGER NOT NULL,
  seq           INTEGER NOT NULL DEFAULT 0
) STRICT;

-- role: 0 member, 1 moderator, 2 owner. rooms.member_count counts the rows with banned = 0.
CREATE TABLE memberships (
  room_id     INTEGER NOT NULL REFERENCES rooms(id) ON DELETE CASCADE,
  user_id     INTEGER NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  role        INTEGER NOT NULL DEFAULT 0,
  banned      INTEGER NOT NULL DEFAULT 0,
  muted_until INTEGER NOT NULL DEFAULT 0,
  read_seq    INTEGER NOT NULL DEFAULT 0,
  joined_at   INTEGER NOT NULL,
  PRIMARY KEY (room_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_by_user ON memberships(user_id);
