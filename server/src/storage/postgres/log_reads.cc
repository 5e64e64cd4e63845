#include "storage/postgres/log_reads_pq.h"

#include <algorithm>
#include <limits>

#include "storage/postgres/message_rows_pq.h"

namespace chillin::storage::postgres {

namespace {

// Name and seq of the room stand in front of every row; a room without rows is one row without a message.
constexpr int kHeadColumns = 2;

// Two index ranges, merged: rows created after `last` that nothing changed since, and rows changed after it. Each is
// cut at the limit before the rest of the row is read.
constexpr const char* kSync =
    "SELECT r.name, r.seq, " CHILLIN_PG_MESSAGE_COLUMNS
    " FROM rooms r LEFT JOIN LATERAL (SELECT seq, at FROM ("
    "(SELECT seq, seq AS at FROM messages WHERE room_id = $1 AND seq > $2 AND change_seq IS NULL ORDER BY seq LIMIT "
    "$3) "
    "UNION ALL "
    "(SELECT seq, change_seq AS at FROM messages WHERE room_id = $1 AND change_seq > $2 ORDER BY change_seq LIMIT $3)"
    ") c ORDER BY at LIMIT $3) c ON true "
    "LEFT JOIN messages m ON m.room_id = $1 AND m.seq = c.seq WHERE r.id = $1 ORDER BY c.at";

constexpr const char* kHistory =
    "SELECT r.name, r.seq, " CHILLIN_PG_MESSAGE_COLUMNS
    " FROM rooms r LEFT JOIN LATERAL (SELECT * FROM messages WHERE room_id = $1 AND seq < $2 "
    "ORDER BY seq DESC LIMIT $3) m ON true WHERE r.id = $1 ORDER BY m.seq DESC";

// Reads the rows and one more than `limit`, which only says that there is more.
void read_page(const Rows& rows, chat::RoomId room, std::size_t limit, std::vector<chat::Message>& out,
               bool& has_more) {
  const std::string name = rows.string(0, 0);
  for (int row = 0; row < rows.count() && !rows.is_null(row, kHeadColumns); ++row) {
    if (out.size() == limit) {
      has_more = true;
      return;
    }
    out.push_back(read_row(rows, row, kHeadColumns, room, name));
  }
}

}  // namespace

const char* const kSelectMessage = "SELECT r.name, " CHILLIN_PG_MESSAGE_COLUMNS
                                   " FROM rooms r JOIN messages m ON m.room_id = r.id WHERE r.id = $1 AND m.seq = $2";

chat::Result<chat::SyncPage> read_sync(PgConnection& db, chat::RoomId room, chat::Seq last, std::size_t limit) {
  const auto rows = execute(db, kSync, Params(room.value, last.value, static_cast<std::int64_t>(limit) + 1));
  if (!rows) return read_failed("reading changes", rows.error());
  if (rows->empty()) return chat::refuse(chat::ErrorCode::kRoomNotFound);
  chat::SyncPage page;
  read_page(*rows, room, limit, page.changes, page.has_more);
  page.seq = page.has_more ? page.changes.back().last_change() : chat::Seq{rows->integer(0, 1)};
  if (page.changes.empty()) page.seq = last;
  return page;
}

chat::Result<chat::HistoryPage> read_history(PgConnection& db, chat::RoomId room, std::optional<chat::Seq> before,
                                             std::size_t limit) {
  const std::int64_t end = before ? before->value : std::numeric_limits<std::int64_t>::max();
  const auto rows = execute(db, kHistory, Params(room.value, end, static_cast<std::int64_t>(limit) + 1));
  if (!rows) return read_failed("reading history", rows.error());
  if (rows->empty()) return chat::refuse(chat::ErrorCode::kRoomNotFound);
  chat::HistoryPage page;
  page.seq = chat::Seq{rows->integer(0, 1)};
  read_page(*rows, room, limit, page.messages, page.has_more);
  std::reverse(page.messages.begin(), page.messages.end());
  return page;
}

chat::Result<chat::Message> read_message(PgConnection& db, chat::MessageId id) {
  const auto rows = execute(db, kSelectMessage, Params(id.room.value, id.seq.value));
  if (!rows) return read_failed("reading a message", rows.error());
  if (rows->empty()) return chat::refuse(chat::ErrorCode::kMessageNotFound);
  return read_row(*rows, 0, 1, id.room, rows->string(0, 0));
}

chat::Result<std::vector<chat::Seq>> read_positions(PgConnection& db, const std::vector<chat::RoomId>& rooms) {
  ArrayParam ids(kInt8Array);
  for (const chat::RoomId room : rooms) ids.add(room.value);
  const auto rows = execute(db,
                            "SELECT coalesce(r.seq, 0) FROM unnest($1::bigint[]) WITH ORDINALITY AS wanted(id, place) "
                            "LEFT JOIN rooms r ON r.id = wanted.id ORDER BY place",
                            Params(ids));
  if (!rows) return read_failed("reading where rooms stand", rows.error());
  std::vector<chat::Seq> seqs;
  seqs.reserve(rooms.size());
  for (int row = 0; row < rows->count(); ++row) seqs.push_back(chat::Seq{rows->integer(row, 0)});
  return seqs;
}

}  // namespace chillin::storage::postgres
