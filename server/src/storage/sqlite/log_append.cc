#include "storage/common/attachment_json.h"
#include "storage/sqlite/log_writes_sqlite.h"
#include "storage/sqlite/message_rows_sqlite.h"

namespace chillin::storage {

namespace {

constexpr const char* kInsert =
    "INSERT INTO messages(room_id, seq, author_key, username, text, temp_id, created_at, reply_to, thread_root, "
    "attachments) "
    "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) "
    "ON CONFLICT(room_id, author_key, temp_id) WHERE temp_id <> '' DO NOTHING";

constexpr const char* kFirst =
    "SELECT seq, created_at FROM messages WHERE room_id = ?1 AND author_key = ?2 AND temp_id = ?3 AND temp_id <> ''";

chat::Result<chat::Appended> first_of(WriteContext& context, const chat::NewMessage& message,
                                      const std::string& author) {
  Query query(context.db(), kFirst);
  if (!query.bind(message.room.value, author, message.temp_id).row()) {
    if (query.failed()) return context.failed(query.error("finding a repeated message"));
    return chat::refuse(chat::ErrorCode::kInternal);
  }
  return chat::Appended{{message.room, chat::Seq{query.integer(0)}}, {query.integer(1)}, true};
}

// A reply points into its own room.
bool points_elsewhere(const std::optional<chat::MessageId>& target, chat::RoomId room) {
  return target && target->room != room;
}

std::optional<std::int64_t> seq_of(const std::optional<chat::MessageId>& id) {
  return id ? std::optional(id->seq.value) : std::nullopt;
}

}  // namespace

chat::Result<chat::Appended> append_message(WriteContext& context, chat::NewMessage& message) {
  auto found = context.room(message.room);
  if (!found) return std::move(found).error();
  RoomCounter& room = **found;
  if (points_elsewhere(message.reply_to, message.room) || points_elsewhere(message.thread_root, message.room)) {
    return chat::refuse(chat::ErrorCode::kInvalidPayload);
  }
  std::string author = message.author.author_key();
  const chat::Seq seq{room.seq.value + 1};
  {
    std::optional<std::string> attachments;
    if (!message.attachments.empty()) attachments = attachments_to_json(message.attachments);
    Query insert(context.db(), kInsert);
    insert.bind(message.room.value, seq.value, author, message.author.name, message.text, message.temp_id,
                message.timestamp.value, seq_of(message.reply_to), seq_of(message.thread_root), attachments);
    if (!insert.run()) return context.failed(insert.error("appending a message"));
  }
  if (context.db().changes() == 0) return first_of(context, message, author);
  context.take_seq(room);

  chat::RoomEvent event;
  event.kind = chat::ChangeKind::kCreated;
  event.seq = seq;
  event.message.id = {message.room, seq};
  event.message.room = room.name;
  event.message.author_key = std::move(author);
  event.message.user = message.author.name;
  event.message.text = std::move(message.text);
  event.message.timestamp = message.timestamp;
  event.message.reply_to = message.reply_to;
  event.message.thread_root = message.thread_root;
  event.message.attachments = std::move(message.attachments);
  event.message.temp_id = std::move(message.temp_id);
  event.actor = std::move(message.author);
  const chat::Appended appended{event.message.id, message.timestamp, false};
  context.add_event(std::move(event));
  return appended;
}

}  // namespace chillin::storage
