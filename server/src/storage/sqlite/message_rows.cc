#include <algorithm>

#include "storage/common/attachment_json.h"
#include "storage/sqlite/message_rows_sqlite.h"
#include "storage/sqlite/reader_pool_sqlite.h"

namespace chillin::storage {

namespace {

std::optional<util::WallMillis> optional_time(const Query& row, int column) {
  if (row.is_null(column)) return std::nullopt;
  return util::WallMillis{row.integer(column)};
}

std::optional<chat::MessageId> optional_message(const Query& row, int column, chat::RoomId room) {
  if (row.is_null(column)) return std::nullopt;
  return chat::MessageId{room, chat::Seq{row.integer(column)}};
}

}  // namespace

chat::Message read_row(const Query& row, chat::RoomId room, const std::string& room_name) {
  chat::Message message;
  message.id = {room, chat::Seq{row.integer(0)}};
  message.room = room_name;
  message.author_key = row.string(1);
  message.user = row.string(2);
  message.text = row.string(3);
  message.temp_id = row.string(4);
  message.timestamp = {row.integer(5)};
  if (!row.is_null(6)) message.change_seq = chat::Seq{row.integer(6)};
  message.edited_at = optional_time(row, 7);
  message.deleted_at = optional_time(row, 8);
  message.reply_to = optional_message(row, 9, room);
  message.thread_root = optional_message(row, 10, room);
  if (!row.is_null(11)) message.attachments = attachments_from_json(row.text(11));
  return message;
}

bool read_reactions(SqliteConnection& db, chat::Message& message) {
  message.reactions.clear();
  Query rows(db, "SELECT emoji, username FROM reactions WHERE room_id = ?1 AND message_seq = ?2 ORDER BY change_seq");
  rows.bind(message.id.room.value, message.id.seq.value);
  while (rows.row()) {
    const std::string_view emoji = rows.text(0);
    auto found = std::find_if(message.reactions.begin(), message.reactions.end(),
                              [&](const chat::Reaction& reaction) { return reaction.emoji == emoji; });
    if (found == message.reactions.end()) {
      found = message.reactions.insert(found, chat::Reaction{std::string(emoji), {}});
    }
    found->users.push_back(rows.string(1));
  }
  return !rows.failed();
}

bool read_reactions(SqliteConnection& db, std::vector<chat::Message>& messages) {
  for (chat::Message& message : messages) {
    // A reaction is a change: what never changed has none.
    if (!message.change_seq || message.deleted_at) continue;
    if (!read_reactions(db, message)) return false;
  }
  return true;
}

chat::Result<RoomHead> read_room_head(SqliteConnection& db, chat::RoomId room) {
  Query query(db, "SELECT name, seq FROM rooms WHERE id = ?");
  if (query.bind(room.value).row()) return RoomHead{query.string(0), chat::Seq{query.integer(1)}};
  if (query.failed()) return read_failed(query.error("reading a room"));
  return chat::refuse(chat::ErrorCode::kRoomNotFound);
}

}  // namespace chillin::storage
