#include <algorithm>
#include <limits>
#include <tuple>

#include "storage/sqlite/log_reads_sqlite.h"
#include "storage/sqlite/reader_pool_sqlite.h"
#include "storage/sqlite/search_index_sqlite.h"

namespace chillin::storage {

namespace {

constexpr std::int64_t kRows = 512;  // of the log in one transaction of the index

// Rows of the index are numbered by room and seq, so that one room is one range of them, newest last.
constexpr int kSeqBits = 32;
std::int64_t document_of(std::int64_t room, std::int64_t seq) {
  return (room << kSeqBits) | seq;
}

constexpr const char* kChanges =
    "SELECT seq, text, deleted_at IS NOT NULL, seq AS at FROM messages "
    "WHERE room_id = ?1 AND seq > ?2 AND change_seq IS NULL "
    "UNION ALL "
    "SELECT seq, text, deleted_at IS NOT NULL, change_seq AS at FROM messages WHERE room_id = ?1 AND change_seq > ?2 "
    "ORDER BY at LIMIT ?3";

// Every word as typed, its beginning at least: "hel wor" finds "hello world". Quoted, so that nothing is an operator.
std::string match_expression(std::string_view text) {
  std::string out;
  bool in_word = false;
  for (const char c : text) {
    const bool space = c == ' ' || c == '\t' || c == '\n' || c == '\0';
    if (space == in_word) {
      out += space ? "\"* " : "\"";
      in_word = !space;
    }
    if (space) continue;
    if (c == '"') out += '"';
    out += c;
  }
  if (in_word) out += "\"*";
  return out;
}

}  // namespace

bool SearchIndex::catch_up(std::int64_t room) {
  bool more = true;
  while (more) {
    if (!follow(room, more)) return false;
  }
  return true;
}

bool SearchIndex::follow(std::int64_t room, bool& more) {
  more = false;
  std::int64_t from = 0;
  {
    Query progress(index_, "SELECT seq FROM progress WHERE room_id = ?");
    if (progress.bind(room).row()) from = progress.integer(0);
    if (progress.failed()) return failed(progress.error("reading the search index")), false;
  }
  if (auto begun = index_.execute("BEGIN"); !begun) return failed(begun.error()), false;
  std::int64_t to = from;
  if (!index_rows(room, from, to, more)) return false;
  if (to != from) {
    Query progress(index_, "INSERT INTO progress(room_id, seq) VALUES(?1, ?2) ON CONFLICT DO UPDATE SET seq = ?2");
    if (!progress.bind(room, to).run()) return failed(progress.error("indexing")), false;
  }
  if (auto committed = index_.execute("COMMIT"); !committed) return failed(committed.error()), false;
  return true;
}

bool SearchIndex::index_rows(std::int64_t room, std::int64_t from, std::int64_t& to, bool& more) {
  Query rows(log_, kChanges);
  rows.bind(room, from, kRows);
  std::int64_t count = 0;
  while (rows.row()) {
    const std::int64_t seq = rows.integer(0);
    if (!index_row(document_of(room, seq), rows.text(1), rows.integer(2) != 0, seq <= from)) {
      return failed(index_.error("indexing")), false;
    }
    to = rows.integer(3);
    ++count;
  }
  if (rows.failed()) return failed(rows.error("reading changes")), false;
  more = count == kRows;
  return true;
}

bool SearchIndex::index_row(std::int64_t document, std::string_view text, bool deleted, bool known) {
  if (known) {
    Query entry(index_, "SELECT text FROM entries WHERE rowid = ?");
    const bool found = entry.bind(document).row();
    if (entry.failed()) return false;
    if (found && !deleted && entry.text(0) == text) return true;  // only a reaction
    if (found) {
      entry.reset();
      Query remove(index_, "DELETE FROM entries WHERE rowid = ?");
      if (!remove.bind(document).run()) return false;
    }
  }
  if (deleted) return true;
  Query insert(index_, "INSERT INTO entries(rowid, text) VALUES(?1, ?2)");
  return insert.bind(document, text).run();
}

util::Task<chat::Result<std::vector<chat::Message>>> SearchIndex::search(chat::SearchQuery query) {
  auto run = [&query](SearchIndex& index) { return index.find(query); };
  FunctionOp<SearchIndex, Messages, decltype(run)> op(std::move(run));
  co_return co_await run_queued<Messages>(*this, op, chat::refuse(chat::ErrorCode::kUnavailable));
}

chat::Result<std::vector<chat::Message>> SearchIndex::find(const chat::SearchQuery& query) {
  Messages out;
  const std::string match = match_expression(query.text);
  if (match.empty() || query.limit == 0) return out;
  const std::size_t limit = std::min(query.limit, kMaxPage);
  for (const chat::RoomId room : query.rooms) {
    if (!catch_up(room.value) || !find_in(room, match, limit, out)) {
      return chat::refuse(chat::ErrorCode::kUnavailable);
    }
  }
  std::sort(out.begin(), out.end(), [](const chat::Message& a, const chat::Message& b) {
    return std::tie(a.timestamp, a.id) > std::tie(b.timestamp, b.id);
  });
  if (out.size() > limit) out.resize(limit);
  return out;
}

bool SearchIndex::find_in(chat::RoomId room, const std::string& match, std::size_t limit, Messages& out) {
  Query rows(
      index_,
      "SELECT rowid FROM entries WHERE entries MATCH ?1 AND rowid BETWEEN ?2 AND ?3 ORDER BY rowid DESC LIMIT ?4");
  const std::int64_t first = document_of(room.value, 0);
  const std::int64_t last = document_of(room.value, std::numeric_limits<std::uint32_t>::max());
  rows.bind(match, first, last, static_cast<std::int64_t>(limit));
  while (rows.row()) {
    const chat::Seq seq{rows.integer(0) - first};
    auto message = read_message(log_, {room, seq});
    // Deleted since it was indexed.
    if (!message && message.error().code == chat::ErrorCode::kMessageNotFound) continue;
    if (!message) return false;
    if (!message->deleted_at) out.push_back(std::move(message).value());
  }
  if (rows.failed()) return failed(rows.error("searching")), false;
  return true;
}

}  // namespace chillin::storage
