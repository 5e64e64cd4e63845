-- Uploaded files; their bytes are in the blob store under "uploads/<id>". An upload is removed at expires_at unless a message
-- carries it: then room_id is that message's room, expires_at NULL and send_key what names the message among its author's.
CREATE TABLE uploads (
  id           TEXT    NOT NULL PRIMARY KEY,
  user_id      INTEGER NOT NULL,
  name         TEXT    NOT NULL,
  content_type TEXT    NOT NULL,            -- as declared until complete, from then on read from the bytes
  size         INTEGER NOT NULL,
  complete     INTEGER NOT NULL DEFAULT 0,
  room_id      INTEGER,
  send_key     TEXT    NOT NULL DEFAULT '',
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER
) STRICT, WITHOUT ROWID;
-- The sum that the quota is about is read from the index alone.
CREATE INDEX uploads_by_user ON uploads(user_id, size);
CREATE INDEX uploads_by_expiry ON uploads(expires_at) WHERE expires_at IS NOT NULL;

-- What messages carry already.
INSERT OR IGNORE INTO uploads(id, user_id, name, content_type, size, complete, room_id, send_key, created_at)
SELECT json_extract(a.value, '$.id'), coalesce(m.user_id, 0), json_extract(a.value, '$.name'), json_extract(a.value, '$.contentType'),
       json_extract(a.value, '$.size'), 1, m.room_id, m.temp_id, m.created_at
FROM messages m, json_each(m.attachments) a
WHERE m.attachments IS NOT NULL;
