-- change_seq is the seq of the change that added the reaction, so it is also the order in which people reacted.
CREATE TABLE reactions (
  room_id     INTEGER NOT NULL,
  message_seq INTEGER NOT NULL,
  emoji       TEXT    NOT NULL,
  author_key  TEXT    NOT NULL,
  username    TEXT    NOT NULL,
  change_seq  INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  message_id  TEXT    GENERATED ALWAYS AS (room_id || '-' || message_seq) VIRTUAL,
  PRIMARY KEY (room_id, message_seq, emoji, author_key),
  FOREIGN KEY (room_id, message_seq) REFERENCES messages(room_id, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- What a message said before change_seq edited it. Deleting a message deletes these too: deleted means gone.
CREATE TABLE message_edits (
  room_id     INTEGER NOT NULL,
  message_seq INTEGER NOT NULL,
  change_seq  INTEGER NOT NULL,
  text        TEXT    NOT NULL,
  edited_at   INTEGER NOT NULL,
  PRIMARY KEY (room_id, message_seq, change_seq),
  FOREIGN KEY (room_id, message_seq) REFERENCES messages(room_id, seq) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- One row, written by the health check: a server is ready when it can commit.
CREATE TABLE heartbeat (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  checked_at INTEGER NOT NULL
) STRICT;
