#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>

#include "storage/sqlite/migrations_sqlite.h"
#include "storage/sqlite/search_index_sqlite.h"
#include "util/log.h"

namespace chillin::storage {

namespace {

// Changes gather this long before they are indexed: larger groups make a smaller index and cost less.
constexpr std::chrono::milliseconds kGather{2'000};
constexpr std::chrono::seconds kRetry{5};
constexpr const char* kIndexFile = "/search.db";
// Raised whenever the tables below change: an older file is thrown away.
constexpr int kFormat = 1;

constexpr const char* kSchema =
    "CREATE VIRTUAL TABLE entries USING fts5(text, tokenize = 'unicode61 remove_diacritics 2', columnsize = 0);"
    "CREATE TABLE progress(room_id INTEGER PRIMARY KEY, seq INTEGER NOT NULL) STRICT;"
    // Which chillin.db this follows: the time of its first migration.
    "CREATE TABLE origin(made_at INTEGER NOT NULL) STRICT;"
    "PRAGMA user_version = 1;";

util::Result<std::int64_t> made_at(SqliteConnection& log) {
  Query query(log, "SELECT applied_at FROM schema_migrations WHERE version = 1");
  if (!query.row()) return log.error("reading the schema");
  return query.integer(0);
}

util::Result<bool> fits(SqliteConnection& index, std::int64_t origin) {
  Query format(index, "PRAGMA user_version");
  if (!format.row()) return format.error("reading the search index");
  if (format.integer(0) != kFormat) return false;
  Query query(index, "SELECT made_at FROM origin");
  if (!query.row()) return query.failed() ? util::Result<bool>(query.error("reading the search index")) : false;
  return query.integer(0) == origin;
}

util::Status<> create(SqliteConnection& index, std::int64_t origin) {
  if (auto made = index.execute(("BEGIN;" + std::string(kSchema)).c_str()); !made) return made;
  Query insert(index, "INSERT INTO origin(made_at) VALUES(?)");
  if (!insert.bind(origin).run()) return insert.error("making the search index");
  return index.execute("COMMIT");
}

void remove_file(const std::string& path) {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(path + suffix, ignored);
}

util::Result<SqliteConnection> open_index(const std::string& path, std::int64_t origin) {
  const OpenOptions options{.read_only = false, .cache_bytes = 16 << 20, .mmap_bytes = 0, .durable = false};
  {
    auto index = SqliteConnection::open(path, options);
    if (index) {
      const auto usable = fits(*index, origin);
      if (usable && *usable) return index;
    }
  }
  remove_file(path);
  auto index = SqliteConnection::open(path, options);
  if (!index) return index;
  if (auto made = create(*index, origin); !made) return std::move(made).error();
  return index;
}

}  // namespace

util::Result<std::unique_ptr<SearchIndex>> SearchIndex::open(const std::string& data_dir) {
  auto log = SqliteConnection::open(data_dir + kDatabaseFile, {.read_only = true});
  if (!log) return std::move(log).error();
  const auto origin = made_at(*log);
  if (!origin) return origin.error();
  const std::string path = data_dir + kIndexFile;
  for (int attempt = 0;; ++attempt) {
    auto index = open_index(path, *origin);
    if (!index) return std::move(index).error();
    sqlite3_wal_autocheckpoint(index->get(), 1000);
    auto made = std::unique_ptr<SearchIndex>(new SearchIndex(std::move(*log), std::move(*index)));
    const auto found = made->find_backlog();
    if (found) return made;
    // It is ahead of the log (a restored backup) or damaged.
    if (attempt > 0) return found.error();
    util::log_warn("search_index_rebuilt", {{"reason", found.error().detail}});
    log = std::move(made->log_);
    made.reset();
    remove_file(path);
  }
}

util::Status<> SearchIndex::find_backlog() {
  std::map<std::int64_t, std::int64_t> followed;
  {
    Query rows(index_, "SELECT room_id, seq FROM progress");
    while (rows.row()) followed[rows.integer(0)] = rows.integer(1);
    if (rows.failed()) return rows.error("reading the search index");
  }
  Query rows(log_, "SELECT id, seq FROM rooms WHERE seq > 0");
  while (rows.row()) {
    const auto found = followed.find(rows.integer(0));
    const std::int64_t at = found == followed.end() ? 0 : found->second;
    if (at < rows.integer(1)) work_.push_back(rows.integer(0));
    if (at > rows.integer(1)) break;
    if (found != followed.end()) followed.erase(found);
  }
  if (rows.failed()) return rows.error("reading the rooms");
  if (!followed.empty()) return util::Error{util::Error::Code::kInvalid, "the index is ahead of the log"};
  return util::Ok{};
}

void SearchIndex::start() {
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

void SearchIndex::changed(std::span<RoomCounter* const> rooms) {
  bool was_empty = false;
  {
    std::lock_guard lock(mutex_);
    was_empty = changed_.empty();
    for (const RoomCounter* room : rooms) changed_.insert(room->id.value);
  }
  if (was_empty) wake_.notify_one();
}

bool SearchIndex::submit(SearchOp& op) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= 1000) return false;
    queue_.push_back(&op);
  }
  wake_.notify_one();
  return true;
}

void SearchIndex::run() {
  std::unique_lock lock(mutex_);
  const auto called = [this] { return stopping_ || !queue_.empty(); };
  for (;;) {
    if (!queue_.empty()) {
      std::vector<SearchOp*> ops = std::exchange(queue_, {});
      lock.unlock();
      answer(std::move(ops));
      lock.lock();
    } else if (stopping_) {
      return;
    } else if (failing_) {
      wake_.wait_for(lock, kRetry, called);
      failing_ = false;
    } else if (!work_.empty()) {
      lock.unlock();
      bool more = false;
      if (follow(work_.back(), more) && !more) work_.pop_back();
      lock.lock();
    } else if (!changed_.empty()) {
      wake_.wait_for(lock, kGather, called);
      work_.assign(changed_.begin(), changed_.end());
      changed_.clear();
    } else {
      wake_.wait(lock, [&] { return called() || !changed_.empty(); });
    }
  }
}

void SearchIndex::answer(std::vector<SearchOp*> ops) {
  for (SearchOp* op : ops) op->run(*this);
  resume_all<SearchIndex>(ops);
}

void SearchIndex::failed(const util::Error& error) {
  if (index_.in_transaction()) (void)index_.execute("ROLLBACK");
  if (log_.in_transaction()) (void)log_.execute("ROLLBACK");
  util::log_error("search_index_failed", {{"error", error.detail}});
  failing_ = true;
}

}  // namespace chillin::storage
