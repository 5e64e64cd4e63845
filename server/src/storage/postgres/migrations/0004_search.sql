-- Full-text search, from behind: sends never wait for it. It holds nothing that the log does not have.
-- words: the message's words under its room ('12/hello'), so that the index is read for one room however common a word is elsewhere.
CREATE TABLE message_search (
  room_id    BIGINT   NOT NULL,
  seq        BIGINT   NOT NULL,
  created_at BIGINT   NOT NULL,
  words      TSVECTOR NOT NULL,
  PRIMARY KEY (room_id, seq)
);
-- What was just indexed waits in a list that every search reads through: kept short (kB).
CREATE INDEX message_search_by_word ON message_search USING gin (words) WITH (gin_pending_list_limit = 512);

-- The seq up to which a room's log has been followed.
CREATE TABLE search_progress (
  room_id BIGINT PRIMARY KEY,
  seq     BIGINT NOT NULL
) WITH (fillfactor = 50);
