-- The room log. A row is a message as it is now; seq created it, change_seq (NULL: never changed) changed it last.
-- Clustered by (room_id, seq), so that a page of history is one range. A plain send writes two b-trees: this one and
-- messages_by_temp_id. There is no foreign key to rooms: the writer has the room's row in hand when it takes the seq.
CREATE TABLE messages (
  room_id     INTEGER NOT NULL,
  seq         INTEGER NOT NULL,
  author_key  TEXT    NOT NULL,             -- 'u:<users.id>' or 'g:<guest name>'
  username    TEXT    NOT NULL,
  text        TEXT    NOT NULL,             -- empty once deleted
  temp_id     TEXT    NOT NULL DEFAULT '',
  created_at  INTEGER NOT NULL,
  change_seq  INTEGER,
  edited_at   INTEGER,
  deleted_at  INTEGER,
  reply_to    INTEGER,                      -- seq of a message of the same room
  thread_root INTEGER,                      -- seq of a message of the same room
  attachments TEXT,                         -- JSON array; NULL: none
  id          TEXT    GENERATED ALWAYS AS (room_id || '-' || seq) VIRTUAL,
  user_id     INTEGER GENERATED ALWAYS AS (CASE WHEN author_key LIKE 'u:%' THEN CAST(substr(author_key, 3) AS INTEGER) END) VIRTUAL,
  PRIMARY KEY (room_id, seq)
) STRICT, WITHOUT ROWID;

-- A send that is repeated is answered with the first one's id, at any later time. temp_id before author_key: ids that begin with
-- the time, as our client makes them, then fall on the same few pages, whoever sends; with random ones each send dirties a page.
CREATE UNIQUE INDEX messages_by_temp_id ON messages(room_id, temp_id, author_key) WHERE temp_id <> '';
-- What sync reads beside the new rows.
CREATE INDEX messages_by_change ON messages(room_id, change_seq) WHERE change_seq IS NOT NULL;
