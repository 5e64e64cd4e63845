-- change_seq is the seq of the change that added the reaction, so it is also the order in which people reacted.
CREATE TABLE reactions (
  room_id     BIGINT NOT NULL,
  message_seq BIGINT NOT NULL,
  emoji       TEXT   COLLATE "C" NOT NULL,
  author_key  TEXT   COLLATE "C" NOT NULL,
  username    TEXT   COLLATE "C" NOT NULL,
  change_seq  BIGINT NOT NULL,
  created_at  BIGINT NOT NULL,
  message_id  TEXT   GENERATED ALWAYS AS (room_id::text || '-' || message_seq::text) STORED,
  PRIMARY KEY (room_id, message_seq, emoji, author_key)
);

-- What a message said before change_seq edited it. Deleting a message deletes these too: deleted means gone.
CREATE TABLE message_edits (
  room_id     BIGINT NOT NULL,
  message_seq BIGINT NOT NULL,
  change_seq  BIGINT NOT NULL,
  text        TEXT   NOT NULL,
  edited_at   BIGINT NOT NULL,
  PRIMARY KEY (room_id, message_seq, change_seq)
);

-- One row, written by the health check: a server is ready when it can commit.
CREATE TABLE heartbeat (
  id         SMALLINT PRIMARY KEY CHECK (id = 1),
  checked_at BIGINT NOT NULL
) WITH (fillfactor = 50);
