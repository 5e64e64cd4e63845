#include "storage/sqlite/sqlite_storage.h"

#include <chrono>
#include <mutex>

#include "storage/sqlite/data_folder.h"
#include "storage/sqlite/database_sqlite.h"
#include "storage/sqlite/migrations_sqlite.h"
#include "storage/sqlite/room_log_sqlite.h"
#include "storage/sqlite/stores_sqlite.h"
#include "storage/sqlite/verify_sqlite.h"
#include "storage/sqlite/wal_file.h"
#include "util/log.h"

namespace chillin::storage {

namespace {

constexpr std::int64_t kReaderMmap = std::int64_t{256} << 20;

util::Status<> limit_size(SqliteConnection& db, std::int64_t pages) {
  if (pages == 0) return util::Ok{};
  return db.execute(("PRAGMA max_page_count=" + std::to_string(pages)).c_str());
}

// Copies the whole write-ahead log into the database file and empties it.
void empty_wal(const std::string& path) {
  auto db = SqliteConnection::open(path, {});
  if (!db) return;
  const int code = sqlite3_wal_checkpoint_v2(db->get(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (code != SQLITE_OK) util::log_warn("wal_not_emptied", {{"error", db->error("checkpoint").detail}});
}

util::Result<std::vector<std::string>> read_account_names(SqliteConnection& db) {
  std::vector<std::string> names;
  Query all(db, "SELECT username FROM users");
  while (all.row()) names.push_back(all.string(0));
  if (all.failed()) return all.error("reading the names of accounts");
  return names;
}

}  // namespace

// In order of destruction, backwards: the folder is released last.
struct SqliteStorage::Parts {
  explicit Parts(DataFolder locked) : folder(std::move(locked)) {}
  DataFolder folder;
  std::unique_ptr<Database> database;
  std::unique_ptr<chat::AccountStore> accounts;
  std::unique_ptr<chat::SessionStore> sessions;
  std::unique_ptr<chat::RoomStore> rooms;
  std::unique_ptr<chat::UploadStore> uploads;
  std::unique_ptr<chat::RoomLog> log;
  std::mutex close_mutex;
  bool closed = false;  // guarded by close_mutex
};

util::Result<std::unique_ptr<SqliteStorage>> SqliteStorage::open(const std::string& data_dir,
                                                                 const SqliteOptions& options) {
  auto folder = DataFolder::lock(data_dir);
  if (!folder) return std::move(folder).error();
  auto parts = std::make_unique<Parts>(std::move(*folder));
  const std::string path = data_dir + kDatabaseFile;

  auto writing = SqliteConnection::open(path, {.cache_bytes = options.page_cache_bytes});
  if (!writing) return std::move(writing).error();
  if (auto migrated = apply_migrations(*writing, 0); !migrated) return std::move(migrated).error();
  if (auto limited = limit_size(*writing, options.max_database_pages); !limited) return std::move(limited).error();
  auto names = read_account_names(*writing);
  if (!names) return std::move(names).error();
  auto checkpointing = SqliteConnection::open(path, {});
  if (!checkpointing) return std::move(checkpointing).error();
  std::vector<SqliteConnection> reading;
  for (std::size_t i = 0; i < options.reader_threads; ++i) {
    auto connection = SqliteConnection::open(path, {.read_only = true, .mmap_bytes = kReaderMmap});
    if (!connection) return std::move(connection).error();
    reading.push_back(std::move(*connection));
  }
  // A quarter more than the checkpointer's mark: so far the log goes on growing while it works.
  static constexpr std::int64_t kFrameBytes = 4096 + 24;
  if (options.preallocate_wal) preallocate_wal(path + "-wal", options.wal_pages * kFrameBytes / 4 * 5);
  auto search = SearchIndex::open(data_dir);
  if (!search) return std::move(search).error();

  parts->database = std::make_unique<Database>(std::move(*writing), std::move(*checkpointing), std::move(reading),
                                               std::move(*search), WriterOptions{options.max_queued, options.max_batch},
                                               options.wal_pages, options.history_cache_bytes);
  Database& database = *parts->database;
  for (const auto& name : *names) database.account_names.add(name);
  parts->accounts = make_account_store(database);
  parts->sessions = make_session_store(database);
  parts->rooms = make_room_store(database);
  parts->uploads = make_upload_store(database);
  parts->log = make_room_log(database);
  database.checkpointer.start();
  database.search->start();
  database.readers.start();
  database.writer.start();
  return std::unique_ptr<SqliteStorage>(new SqliteStorage(std::move(parts)));
}

SqliteStorage::SqliteStorage(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

SqliteStorage::~SqliteStorage() {
  close();
}

chat::AccountStore& SqliteStorage::accounts() noexcept {
  return *parts_->accounts;
}
chat::SessionStore& SqliteStorage::sessions() noexcept {
  return *parts_->sessions;
}
chat::RoomStore& SqliteStorage::rooms() noexcept {
  return *parts_->rooms;
}
chat::UploadStore& SqliteStorage::uploads() noexcept {
  return *parts_->uploads;
}
chat::RoomLog& SqliteStorage::log() noexcept {
  return *parts_->log;
}

util::Task<chat::Result<std::int64_t>> SqliteStorage::ping() {
  const auto begin = std::chrono::steady_clock::now();
  auto beat = [](WriteContext& context) -> chat::Result<util::Ok> {
    Query query(context.db(),
                "INSERT INTO heartbeat(id, checked_at) VALUES(1, ?1) ON CONFLICT DO UPDATE SET checked_at = ?1");
    if (!query.bind(util::system_clock().wall().value).run()) return context.failed(query.error("health check"));
    return util::Ok{};
  };
  auto written = co_await parts_->database->writer.write<util::Ok>(std::move(beat));
  if (!written) co_return std::move(written).error();
  const auto took = std::chrono::steady_clock::now() - begin;
  co_return std::chrono::duration_cast<std::chrono::microseconds>(took).count();
}

StorageStats SqliteStorage::stats() const {
  const Writer::Stats writer = parts_->database->writer.stats();
  return {writer.commits,
          writer.failed_commits,
          writer.requests,
          writer.queued,
          parts_->database->checkpointer.wal_pages(),
          parts_->database->history.bytes()};
}

util::Task<chat::Result<std::vector<std::string>>> SqliteStorage::verify() {
  auto check = [](SqliteConnection& db) { return verify_database(db); };
  co_return co_await parts_->database->readers.read<std::vector<std::string>>(std::move(check));
}

void SqliteStorage::close() {
  std::lock_guard lock(parts_->close_mutex);
  if (parts_->closed) return;
  parts_->closed = true;
  // Writes first, so that what was acknowledged is in the log; then whoever reads; the checkpointer before the log is
  // emptied.
  parts_->database->writer.stop();
  parts_->database->readers.stop();
  parts_->database->search->stop();
  parts_->database->checkpointer.stop();
  empty_wal(parts_->folder.path() + kDatabaseFile);
}

}  // namespace chillin::storage
