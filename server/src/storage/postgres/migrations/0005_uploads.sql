-- Uploaded files; their bytes are in the blob store under "uploads/<id>". An upload is removed at expires_at unless a message
-- carries it: then room_id is that message's room, expires_at NULL and send_key what names the message among its author's.
CREATE TABLE uploads (
  id           TEXT    COLLATE "C" PRIMARY KEY,
  user_id      BIGINT  NOT NULL,
  name         TEXT    NOT NULL,
  content_type TEXT    NOT NULL,               -- as declared until complete, from then on read from the bytes
  size         BIGINT  NOT NULL,
  complete     BOOLEAN NOT NULL DEFAULT FALSE,
  room_id      BIGINT,
  send_key     TEXT    NOT NULL DEFAULT '',
  created_at   BIGINT  NOT NULL,
  expires_at   BIGINT
);
-- The sum that the quota is about is read from the index alone.
CREATE INDEX uploads_by_user ON uploads(user_id) INCLUDE (size);
CREATE INDEX uploads_by_expiry ON uploads(expires_at) WHERE expires_at IS NOT NULL;
