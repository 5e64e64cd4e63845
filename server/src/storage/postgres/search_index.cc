#include <algorithm>
#include <limits>

#include "storage/postgres/log_reads_pq.h"
#include "storage/postgres/message_rows_pq.h"
#include "storage/postgres/search_index_pq.h"
#include "storage/postgres/search_words.h"
#include "util/log.h"

namespace chillin::storage::postgres {

namespace {

constexpr std::int64_t kRows = 512;  // of the log in one transaction
// A search indexes no more than these of a room itself: what it does not find then, a later one does.
constexpr int kMostSteps = 50;
constexpr std::size_t kMaxChanged = 100'000;
constexpr std::size_t kLeftBehindEvery = 300;  // passes

// Which of the rooms are behind.
constexpr const char* kBehind =
    "SELECT r.id FROM unnest($1::bigint[]) AS asked(id) JOIN rooms r ON r.id = asked.id "
    "LEFT JOIN search_progress p ON p.room_id = r.id WHERE r.seq > coalesce(p.seq, 0)";
constexpr const char* kLeftBehind =
    "SELECT r.id FROM rooms r LEFT JOIN search_progress p ON p.room_id = r.id WHERE r.seq > coalesce(p.seq, 0) LIMIT "
    "1000";

constexpr const char* kBegin = "BEGIN";
constexpr const char* kCommit = "COMMIT";
constexpr const char* kRollBack = "ROLLBACK";
constexpr const char* kEnter =
    "INSERT INTO search_progress(room_id, seq) VALUES($1, 0) ON CONFLICT (room_id) DO NOTHING";
constexpr const char* kProgress = "SELECT seq FROM search_progress WHERE room_id = $1 FOR UPDATE";
// What changed after where the room's progress stands, in order of the change.
constexpr const char* kChanges =
    "SELECT m.seq, m.created_at, m.text, m.deleted_at IS NOT NULL, c.at "
    "FROM search_progress p CROSS JOIN LATERAL (SELECT seq, at FROM ("
    "(SELECT seq, seq AS at FROM messages WHERE room_id = $1 AND seq > p.seq AND change_seq IS NULL ORDER BY seq LIMIT "
    "$2) "
    "UNION ALL "
    "(SELECT seq, change_seq AS at FROM messages WHERE room_id = $1 AND change_seq > p.seq ORDER BY change_seq LIMIT "
    "$2)"
    ") x ORDER BY at LIMIT $2) c "
    "JOIN messages m ON m.room_id = $1 AND m.seq = c.seq WHERE p.room_id = $1 ORDER BY c.at";
constexpr const char* kDelete = "DELETE FROM message_search WHERE room_id = $1 AND seq = ANY($2::bigint[])";
// $4: the words of all rows side by side; $5 and $6: which of them are a row's.
constexpr const char* kInsert =
    "INSERT INTO message_search(room_id, seq, created_at, words) "
    "SELECT $1, g.seq, g.created_at, array_to_tsvector(($4::text[])[g.first:g.last]) "
    "FROM unnest($2::bigint[], $3::bigint[], $5::bigint[], $6::bigint[]) AS g(seq, created_at, first, last) "
    "ON CONFLICT (room_id, seq) DO UPDATE SET words = excluded.words";
constexpr const char* kMove = "UPDATE search_progress SET seq = $2 WHERE room_id = $1";

// For each room the newest that match, and of these the newest of all.
constexpr const char* kFind =
    "SELECT r.id, r.name, " CHILLIN_PG_MESSAGE_COLUMNS
    " FROM unnest($1::bigint[], $2::text[]) AS q(room_id, words) "
    "CROSS JOIN LATERAL (SELECT s.seq, s.created_at FROM message_search s WHERE s.words @@ q.words::tsquery "
    "AND s.room_id = q.room_id ORDER BY s.created_at DESC, s.seq DESC LIMIT $3) s "
    "JOIN rooms r ON r.id = q.room_id JOIN messages m ON m.room_id = q.room_id AND m.seq = s.seq "
    "WHERE m.deleted_at IS NULL ORDER BY m.created_at DESC, r.id DESC, m.seq DESC LIMIT $3";

using Outcome = util::Result<util::Ok, Failure>;

// The rows of `changes` into the index, in the open transaction.
Outcome store(PgConnection& db, std::int64_t room, const Rows& changes) {
  ArrayParam gone(kInt8Array);
  ArrayParam seqs(kInt8Array);
  ArrayParam times(kInt8Array);
  ArrayParam words(kTextArray);
  ArrayParam firsts(kInt8Array);
  ArrayParam lasts(kInt8Array);
  for (int row = 0; row < changes.count(); ++row) {
    const auto found = changes.boolean(row, 3) ? std::vector<std::string>() : words_of(changes.text(row, 2));
    if (found.empty()) {
      gone.add(changes.integer(row, 0));
      continue;
    }
    firsts.add(static_cast<std::int64_t>(words.size()) + 1);
    for (const std::string& word : found) words.add(indexed_word(room, word));
    lasts.add(static_cast<std::int64_t>(words.size()));
    seqs.add(changes.integer(row, 0));
    times.add(changes.integer(row, 1));
  }
  const std::int64_t to = changes.integer(changes.count() - 1, 4);
  Pipeline pipeline(db);
  if (gone.size() > 0) pipeline.add(kDelete, Params(room, gone));
  if (seqs.size() > 0) pipeline.add(kInsert, Params(room, seqs, times, words, firsts, lasts));
  pipeline.add(kMove, Params(room, to));
  pipeline.add(kCommit);
  return pipeline.run();
}

// Follows a room for some rows; `more`: there are more.
Outcome follow(PgConnection& db, std::int64_t room, bool& more) {
  Pipeline pipeline(db);
  pipeline.add(kBegin);
  pipeline.add(kEnter, Params(room));
  pipeline.add(kProgress, Params(room));
  const auto changes = pipeline.add(kChanges, Params(room, kRows));
  auto done = pipeline.run();
  if (done) {
    const Rows& rows = pipeline[changes];
    more = rows.count() == kRows;
    if (rows.empty()) return execute(db, kCommit) ? Outcome(util::Ok{}) : Outcome(Failure{});
    done = store(db, room, rows);
  }
  if (!done && db.open()) (void)execute(db, kRollBack);
  return done;
}

Outcome follow_to_end(PgConnection& db, std::int64_t room, int most_steps) {
  bool more = true;
  for (int step = 0; more && step < most_steps; ++step) {
    if (auto done = follow(db, room, more); !done) return done;
  }
  return util::Ok{};
}

ArrayParam ids_of(const std::vector<chat::RoomId>& rooms) {
  ArrayParam ids(kInt8Array);
  for (const chat::RoomId room : rooms) ids.add(room.value);
  return ids;
}

}  // namespace

util::Result<std::unique_ptr<SearchIndex>> SearchIndex::make(const PostgresOptions& options) {
  auto index = std::unique_ptr<SearchIndex>(new SearchIndex(options));
  index->hook_ = [raw = index.get()] { return raw->go_on(); };
  auto connector = Connector::make(options.conninfo, Connector::Wants::kPrimary, options, &index->hook_);
  if (!connector) return std::move(connector).error();
  index->connector_ = std::make_unique<Connector>(std::move(*connector));
  return index;
}

bool SearchIndex::stopping() const {
  std::lock_guard lock(mutex_);
  return stopping_;
}

bool SearchIndex::go_on() const {
  std::lock_guard lock(mutex_);
  return !stopping_ && !renew_;
}

void SearchIndex::renew(std::string where) {
  std::lock_guard lock(mutex_);
  renew_ = true;
  where_ = std::move(where);
}

void SearchIndex::start() {
  std::lock_guard one(stop_mutex_);
  if (stopping()) return;
  thread_ = std::thread([this] { run(); });
}

void SearchIndex::stop() {
  std::lock_guard one(stop_mutex_);
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void SearchIndex::changed(std::span<const chat::RoomEvent> events) {
  std::lock_guard lock(mutex_);
  if (changed_.size() > kMaxChanged) return;  // they are found as left behind
  for (const chat::RoomEvent& event : events) changed_.insert(event.message.id.room.value);
}

void SearchIndex::run() {
  std::size_t passes = 0;
  for (;;) {
    std::vector<std::int64_t> rooms;
    {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, options_.index_every, [this] { return stopping_; });
      if (stopping_) return;
      if (std::exchange(renew_, false)) {
        db_.close();
        connector_->prefer(where_);
      }
      rooms.assign(changed_.begin(), changed_.end());
      changed_.clear();
    }
    if (passes++ % kLeftBehindEvery != 0 && rooms.empty()) continue;
    if (!db_.alive()) {
      auto made = connector_->connect(options_.commit_timeout, options_.commit_timeout);
      // Others say that the database is away; what was not indexed is found as left behind.
      if (!made) {
        passes = 0;
        continue;
      }
      db_ = std::move(*made);
    }
    pass(std::move(rooms));
    if (!db_.open()) passes = 0;
  }
}

void SearchIndex::pass(std::vector<std::int64_t> rooms) {
  if (rooms.empty()) {
    const auto behind = execute(db_, kLeftBehind);
    for (int row = 0; behind && row < behind->count(); ++row) rooms.push_back(behind->integer(row, 0));
  }
  for (const std::int64_t room : rooms) {
    if (stopping() || !db_.open()) return;
    const auto done = follow_to_end(db_, room, std::numeric_limits<int>::max());
    if (!done && !stopping()) {
      util::log_warn("search_index_failed",
                     {{"room", room}, {"sqlstate", done.error().sqlstate}, {"error", done.error().message}});
    }
  }
}

chat::Result<util::Ok> SearchIndex::catch_up(PgConnection& db, const std::vector<chat::RoomId>& rooms) {
  const ArrayParam ids = ids_of(rooms);
  const auto behind = execute(db, kBehind, Params(ids));
  if (!behind) return read_failed("looking for what is to be indexed", behind.error());
  for (int row = 0; row < behind->count(); ++row) {
    if (auto done = follow_to_end(db, behind->integer(row, 0), kMostSteps); !done)
      return read_failed("indexing", done.error());
  }
  return util::Ok{};
}

chat::Result<std::vector<chat::Message>> find_messages(PgConnection& db, const chat::SearchQuery& query) {
  std::vector<chat::Message> out;
  ArrayParam rooms(kInt8Array);
  ArrayParam words(kTextArray);
  for (const chat::RoomId room : query.rooms) {
    const std::string expression = search_expression(room.value, query.text);
    if (expression.empty() || query.limit == 0) return out;
    rooms.add(room.value);
    words.add(expression);
  }
  if (rooms.size() == 0) return out;
  const auto limit = static_cast<std::int64_t>(std::min(query.limit, kMaxPage));
  const auto rows = execute(db, kFind, Params(rooms, words, limit));
  if (!rows) return read_failed("searching", rows.error());
  for (int row = 0; row < rows->count(); ++row) {
    out.push_back(read_row(*rows, row, 2, {rows->integer(row, 0)}, rows->string(row, 1)));
  }
  return out;
}

}  // namespace chillin::storage::postgres
