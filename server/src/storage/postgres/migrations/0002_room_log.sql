-- The room log. A row is a message as it is now; seq created it, change_seq (NULL: never changed) changed it last. Every key begins with
-- room_id, so that the table can be partitioned by it, and a page of history or of sync is one range of one index however many rows
-- there are. There is no foreign key to rooms, and none points here: the writer holds the room's row, and a partition can be detached.
CREATE TABLE messages (
  room_id     BIGINT NOT NULL,
  seq         BIGINT NOT NULL,
  author_key  TEXT   COLLATE "C" NOT NULL,             -- 'u:<users.id>' or 'g:<guest name>'
  username    TEXT   COLLATE "C" NOT NULL,
  text        TEXT   NOT NULL,                         -- empty once deleted
  temp_id     TEXT   COLLATE "C" NOT NULL DEFAULT '',
  created_at  BIGINT NOT NULL,
  change_seq  BIGINT,
  edited_at   BIGINT,
  deleted_at  BIGINT,
  reply_to    BIGINT,                                  -- seq of a message of the same room
  thread_root BIGINT,                                  -- seq of a message of the same room
  attachments TEXT,                                    -- JSON array; NULL: none
  id          TEXT   GENERATED ALWAYS AS (room_id::text || '-' || seq::text) STORED,
  user_id     BIGINT GENERATED ALWAYS AS (CASE WHEN author_key LIKE 'u:%' THEN substr(author_key, 3)::bigint END) STORED,
  PRIMARY KEY (room_id, seq)
);

-- A send that is repeated is answered with the first one's id, at any later time. temp_id before author_key: ids that begin with
-- the time, as our client makes them, then fall on the same few pages, whoever sends.
CREATE UNIQUE INDEX messages_by_temp_id ON messages(room_id, temp_id, author_key) WHERE temp_id <> '';
-- What sync reads beside the new rows.
CREATE INDEX messages_by_change ON messages(room_id, change_seq) WHERE change_seq IS NOT NULL;

-- One row for each running server's writer. A transaction of the log first moves `batch` where `epoch` is still the writer's own. After a
-- lost connection the writer raises the epoch: `batch` then says whether its last transaction was committed, and if it was not, it can
-- never be committed any more.
CREATE TABLE writers (
  id      TEXT   COLLATE "C" PRIMARY KEY,
  epoch   BIGINT NOT NULL,
  batch   BIGINT NOT NULL,
  seen_at BIGINT NOT NULL
) WITH (fillfactor = 50);
