#include <algorithm>
#include <limits>

#include "storage/sqlite/log_reads_sqlite.h"
#include "storage/sqlite/message_rows_sqlite.h"
#include "storage/sqlite/reader_pool_sqlite.h"

namespace chillin::storage {

namespace {

// Two index ranges, merged: rows created after `last` that nothing changed since, and rows changed after it.
constexpr const char* kSync = "SELECT " CHILLIN_MESSAGE_COLUMNS
                              ", seq AS at FROM messages WHERE room_id = ?1 AND seq > ?2 AND change_seq IS NULL "
                              "UNION ALL "
                              "SELECT " CHILLIN_MESSAGE_COLUMNS
                              ", change_seq AS at FROM messages WHERE room_id = ?1 AND change_seq > ?2 "
                              "ORDER BY at LIMIT ?3";

constexpr const char* kHistory =
    "SELECT " CHILLIN_MESSAGE_COLUMNS " FROM messages WHERE room_id = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3";

constexpr const char* kMessage = "SELECT " CHILLIN_MESSAGE_COLUMNS " FROM messages WHERE room_id = ?1 AND seq = ?2";

// Reads the rows and one more than `limit`, which only says that there is more.
bool read_page(SqliteConnection& db, Query& rows, chat::RoomId room, const std::string& name, std::size_t limit,
               std::vector<chat::Message>& out, bool& has_more) {
  while (rows.row()) {
    if (out.size() == limit) {
      has_more = true;
      break;
    }
    out.push_back(read_row(rows, room, name));
  }
  return !rows.failed() && read_reactions(db, out);
}

}  // namespace

chat::Result<chat::SyncPage> read_sync(SqliteConnection& db, chat::RoomId room, chat::Seq last, std::size_t limit) {
  auto head = read_room_head(db, room);
  if (!head) return std::move(head).error();
  chat::SyncPage page;
  Query rows(db, kSync);
  rows.bind(room.value, last.value, static_cast<std::int64_t>(limit) + 1);
  if (!read_page(db, rows, room, head->name, limit, page.changes, page.has_more)) {
    return read_failed(db.error("reading changes"));
  }
  page.seq = page.has_more ? page.changes.back().last_change() : head->seq;
  if (page.changes.empty()) page.seq = last;
  return page;
}

chat::Result<chat::HistoryPage> read_history(SqliteConnection& db, chat::RoomId room, std::optional<chat::Seq> before,
                                             std::size_t limit) {
  auto head = read_room_head(db, room);
  if (!head) return std::move(head).error();
  chat::HistoryPage page;
  page.seq = head->seq;
  Query rows(db, kHistory);
  const std::int64_t end = before ? before->value : std::numeric_limits<std::int64_t>::max();
  rows.bind(room.value, end, static_cast<std::int64_t>(limit) + 1);
  if (!read_page(db, rows, room, head->name, limit, page.messages, page.has_more)) {
    return read_failed(db.error("reading history"));
  }
  std::reverse(page.messages.begin(), page.messages.end());
  return page;
}

chat::Result<chat::Message> read_message(SqliteConnection& db, chat::MessageId id) {
  auto head = read_room_head(db, id.room);
  if (!head) {
    if (head.error().code != chat::ErrorCode::kRoomNotFound) return std::move(head).error();
    return chat::refuse(chat::ErrorCode::kMessageNotFound);
  }
  Query row(db, kMessage);
  if (!row.bind(id.room.value, id.seq.value).row()) {
    if (row.failed()) return read_failed(row.error("reading a message"));
    return chat::refuse(chat::ErrorCode::kMessageNotFound);
  }
  chat::Message message = read_row(row, id.room, head->name);
  if (message.change_seq && !message.deleted_at && !read_reactions(db, message)) {
    return read_failed(db.error("reading reactions"));
  }
  return message;
}

}  // namespace chillin::storage
