#include "storage/postgres/log_reads_pq.h"
#include "storage/postgres/log_writes_pq.h"
#include "storage/postgres/message_rows_pq.h"

namespace chillin::storage::postgres {

namespace {

// Each is one statement: no row where there is no such message (or it is deleted); else the seq that was taken, NULL
// where there was nothing to change. $1 room, $2 message, $3 time.
#define CHILLIN_PG_OLD "old AS (SELECT text FROM messages WHERE room_id = $1 AND seq = $2 AND deleted_at IS NULL)"
#define CHILLIN_PG_TAKEN "SELECT taken.seq FROM old LEFT JOIN taken ON true"

constexpr const char* kEdit =
    "WITH " CHILLIN_PG_OLD
    ", "
    "taken AS (UPDATE rooms SET seq = rooms.seq + 1 FROM old WHERE rooms.id = $1 AND old.text <> $4 RETURNING "
    "rooms.seq), "
    "kept AS (INSERT INTO message_edits(room_id, message_seq, change_seq, text, edited_at) "
    "SELECT $1, $2, taken.seq, old.text, $3 FROM old, taken), "
    "done AS (UPDATE messages SET text = $4, edited_at = $3, change_seq = taken.seq FROM taken "
    "WHERE room_id = $1 AND messages.seq = $2) " CHILLIN_PG_TAKEN;

constexpr const char* kDelete =
    "WITH " CHILLIN_PG_OLD
    ", "
    "taken AS (UPDATE rooms SET seq = rooms.seq + 1 FROM old WHERE rooms.id = $1 RETURNING rooms.seq), "
    "gone AS (DELETE FROM reactions USING taken WHERE room_id = $1 AND message_seq = $2), "
    "forgotten AS (DELETE FROM message_edits USING taken WHERE room_id = $1 AND message_seq = $2), "
    "done AS (UPDATE messages SET text = '', attachments = NULL, deleted_at = $3, change_seq = taken.seq FROM taken "
    "WHERE room_id = $1 AND messages.seq = $2) " CHILLIN_PG_TAKEN;

// $4 emoji, $5 author, $6 name.
constexpr const char* kReact =
    "WITH " CHILLIN_PG_OLD
    ", "
    "taken AS (UPDATE rooms SET seq = rooms.seq + 1 FROM old WHERE rooms.id = $1 AND NOT EXISTS (SELECT 1 FROM "
    "reactions "
    "WHERE room_id = $1 AND message_seq = $2 AND emoji = $4 AND author_key = $5) RETURNING rooms.seq), "
    "added AS (INSERT INTO reactions(room_id, message_seq, emoji, author_key, username, change_seq, created_at) "
    "SELECT $1, $2, $4, $5, $6, taken.seq, $3 FROM taken), "
    "done AS (UPDATE messages SET change_seq = taken.seq FROM taken WHERE room_id = $1 AND messages.seq = "
    "$2) " CHILLIN_PG_TAKEN;

// $3 emoji, $4 author.
constexpr const char* kTakeBack =
    "WITH " CHILLIN_PG_OLD
    ", "
    "gone AS (DELETE FROM reactions USING old WHERE room_id = $1 AND message_seq = $2 AND emoji = $3 AND author_key = "
    "$4 "
    "RETURNING 1), "
    "taken AS (UPDATE rooms SET seq = rooms.seq + 1 FROM gone WHERE rooms.id = $1 RETURNING rooms.seq), "
    "done AS (UPDATE messages SET change_seq = taken.seq FROM taken WHERE room_id = $1 AND messages.seq = "
    "$2) " CHILLIN_PG_TAKEN;

#undef CHILLIN_PG_OLD
#undef CHILLIN_PG_TAKEN

constexpr const char* kFirst =
    "SELECT seq, created_at FROM messages WHERE room_id = $1 AND temp_id = $2 AND author_key = $3 AND temp_id <> ''";

chat::Message message_of(const Rows& rows, chat::MessageId id) {
  return read_row(rows, 0, 1, id.room, rows.string(0, 0));
}

}  // namespace

void ChangeOp::send(WriteBatch& batch) {
  Pipeline& to = batch.pipeline;
  const std::int64_t seq = change_.id.seq.value;
  const std::int64_t at = change_.at.value;
  author_ = change_.actor.author_key();
  switch (change_.kind) {
    case chat::ChangeKind::kEdited:
      done_at_ = to.add(kEdit, Params(room(), seq, at, change_.text));
      break;
    case chat::ChangeKind::kReaction:
      done_at_ = change_.on ? to.add(kReact, Params(room(), seq, at, change_.emoji, author_, change_.actor.name))
                            : to.add(kTakeBack, Params(room(), seq, change_.emoji, author_));
      break;
    case chat::ChangeKind::kDeleted:
    case chat::ChangeKind::kCreated:
      done_at_ = to.add(kDelete, Params(room(), seq, at));
      break;
  }
  // A statement of its own: it sees what the one before it did.
  read_at_ = to.add(kSelectMessage, Params(room(), seq));
}

void ChangeOp::collect(WriteBatch& batch) {
  const Rows& done = batch.pipeline[done_at_];
  const Rows& read = batch.pipeline[read_at_];
  if (done.empty() || read.empty()) {
    result_.emplace(chat::refuse(chat::ErrorCode::kMessageNotFound));
    return;
  }
  chat::Message message = message_of(read, change_.id);
  if (done.is_null(0, 0)) {
    result_.emplace(chat::Changed{std::move(message), false});
    return;
  }
  batch.events.push_back({change_.kind, chat::Seq{done.integer(0, 0)}, message, std::move(change_.actor),
                          std::move(change_.emoji), change_.on});
  result_.emplace(chat::Changed{std::move(message), true});
}

bool ChangeOp::settle(PgConnection& db, std::vector<chat::MessageId>& changed) {
  auto found = execute(db, kSelectMessage, Params(room(), change_.id.seq.value));
  if (!found) {
    fail(read_failed("settling a change", found.error()));
    return db.open();
  }
  if (found->empty()) {
    result_.emplace(chat::refuse(chat::ErrorCode::kMessageNotFound));
    return true;
  }
  chat::Message message = message_of(*found, change_.id);
  if (message.deleted_at && change_.kind != chat::ChangeKind::kDeleted) {
    result_.emplace(chat::refuse(chat::ErrorCode::kMessageNotFound));
    return true;
  }
  changed.push_back({message.id.room, message.last_change()});
  result_.emplace(chat::Changed{std::move(message), true});
  return true;
}

bool AppendOp::settle(PgConnection& db, std::vector<chat::MessageId>& changed) {
  if (message_.temp_id.empty()) {
    fail(refusal_of({}));
    return true;
  }
  const std::string author = message_.author.author_key();
  auto found = execute(db, kFirst, Params(room(), message_.temp_id, author));
  if (!found) {
    fail(read_failed("settling a message", found.error()));
    return db.open();
  }
  if (found->empty()) {
    // It was committed, so it was refused: there was no such room.
    result_.emplace(chat::refuse(chat::ErrorCode::kRoomNotFound));
    return true;
  }
  const chat::MessageId id{message_.room, chat::Seq{found->integer(0, 0)}};
  changed.push_back(id);
  result_.emplace(chat::Appended{id, {found->integer(0, 1)}, false});
  return true;
}

}  // namespace chillin::storage::postgres
