#include "storage/sqlite/snapshot.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "chat/ports/blob_store.h"
#include "storage/sqlite/embedded_migrations.h"
#include "storage/sqlite/migrations_sqlite.h"

namespace chillin::storage {

namespace {

using Code = util::Error::Code;

constexpr std::string_view kAvatarUrl = "/api/";  // what stands before the key "avatars/<id>" in users.avatar

/// A file beside which no other is needed or made: neither WAL nor journal.
class PlainFile {
 public:
  static util::Result<PlainFile> open(const std::string& path, int access) {
    PlainFile file;
    const int code = sqlite3_open_v2(path.c_str(), &file.db_, access | SQLITE_OPEN_NOMUTEX, nullptr);
    if (code != SQLITE_OK) {
      return sqlite_error(code, "opening " + path, file.db_ ? sqlite3_errmsg(file.db_) : "out of memory");
    }
    return file;
  }
  PlainFile(PlainFile&& other) noexcept : db_(std::exchange(other.db_, nullptr)) {}
  PlainFile& operator=(PlainFile&&) = delete;
  PlainFile(const PlainFile&) = delete;
  PlainFile& operator=(const PlainFile&) = delete;
  ~PlainFile() { sqlite3_close(db_); }

  [[nodiscard]] sqlite3* get() const noexcept { return db_; }
  [[nodiscard]] util::Error error(const std::string& doing) const {
    return sqlite_error(sqlite3_extended_errcode(db_), doing, sqlite3_errmsg(db_));
  }
  /// The first column of every row.
  [[nodiscard]] util::Result<std::vector<std::string>> rows(const std::string& doing, const char* sql) const {
    sqlite3_stmt* made = nullptr;
    if (sqlite3_prepare_v2(db_, sql, -1, &made, nullptr) != SQLITE_OK) return error(doing);
    const SqliteStatement statement(made);
    std::vector<std::string> out;
    for (;;) {
      const int code = sqlite3_step(made);
      if (code == SQLITE_DONE) return out;
      if (code != SQLITE_ROW) return error(doing);
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(made, 0));
      out.emplace_back(text == nullptr ? "" : text);
    }
  }

 private:
  PlainFile() = default;
  sqlite3* db_ = nullptr;
};

util::Status<> sync_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  const int code = errno;
  if (fd >= 0) ::close(fd);
  if (!synced) return util::Error{Code::kUnavailable, "writing " + path + ": " + std::strerror(code), true};
  return util::Ok{};
}

// All pages in one step: another connection writes all the time, and each of its commits would make a copy in several
// steps begin anew.
util::Status<> copy_pages(SqliteConnection& from, const std::string& to) {
  const std::string doing = "copying the database to " + to;
  auto copy = PlainFile::open(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
  if (!copy) return std::move(copy).error();
  sqlite3_backup* backup = sqlite3_backup_init(copy->get(), "main", from.get(), "main");
  if (backup == nullptr) return copy->error(doing);
  const int stepped = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  if (stepped != SQLITE_DONE && finished == SQLITE_OK) return sqlite_error(stepped, doing, sqlite3_errstr(stepped));
  if (finished != SQLITE_OK) return copy->error(doing);
  auto mode = copy->rows(doing, "PRAGMA journal_mode=DELETE");
  if (!mode) return std::move(mode).error();
  auto problems = copy->rows("looking through " + to, "PRAGMA integrity_check(1)");
  if (!problems) return std::move(problems).error();
  if (*problems != std::vector<std::string>{"ok"}) {
    return util::Error{Code::kUnavailable, "the database is damaged: " + problems->front(), false};
  }
  return util::Ok{};
}

}  // namespace

util::Status<> take_snapshot(const std::string& data_dir, const std::string& to) {
  const std::string path = data_dir + kDatabaseFile;
  if (::access(path.c_str(), F_OK) != 0) {
    return util::Error{Code::kNotFound, "there is no database in the data folder " + data_dir, false};
  }
  {
    auto db = SqliteConnection::open(path, {.read_only = true});
    if (!db) return std::move(db).error();
    if (auto copied = copy_pages(*db, to); !copied) return copied;
  }
  return sync_file(to);
}

util::Result<int> snapshot_schema(const std::string& file) {
  auto db = SqliteConnection::open(file, {.read_only = true});
  if (!db) return std::move(db).error();
  auto migrations = read_migrations(*db);
  if (!migrations) return std::move(migrations).error();
  int newest = 0;
  for (const Migration& m : *migrations) newest = m.applied ? m.version : newest;
  if (newest == 0) return util::Error{Code::kInvalid, file + " is no database of this program", false};
  return newest;
}

util::Result<std::vector<std::string>> snapshot_blob_keys(const std::string& file, util::WallMillis now) {
  auto db = PlainFile::open(file, SQLITE_OPEN_READONLY);
  if (!db) return std::move(db).error();
  const std::string doing = "reading " + file;
  // One that was made by a program without uploads has none.
  auto tables = db->rows(doing, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'uploads'");
  if (!tables) return std::move(tables).error();
  std::vector<std::string> keys;
  if (!tables->empty()) {
    const std::string sql =
        "SELECT 'uploads/' || id FROM uploads WHERE complete = 1 AND (expires_at IS NULL OR expires_at > " +
        std::to_string(now.value) + ")";
    auto uploads = db->rows(doing, sql.c_str());
    if (!uploads) return std::move(uploads).error();
    keys = std::move(*uploads);
  }
  auto avatars = db->rows(doing, "SELECT avatar FROM users WHERE avatar LIKE '/api/avatars/%'");
  if (!avatars) return std::move(avatars).error();
  // What stands there is a person's choice, who may have written anything.
  for (const std::string& url : *avatars) {
    if (std::string key = url.substr(kAvatarUrl.size()); chat::valid_blob_key(key)) keys.push_back(std::move(key));
  }
  return keys;
}

util::Status<> drop_snapshot_avatars(const std::string& file, const std::vector<std::string>& keys) {
  {
    auto db = PlainFile::open(file, SQLITE_OPEN_READWRITE);
    if (!db) return std::move(db).error();
    for (const std::string& key : keys) {
      // No quote stands in a key.
      if (!chat::valid_blob_key(key)) continue;
      const std::string sql = "UPDATE users SET avatar = '' WHERE avatar = '" + std::string(kAvatarUrl) + key + "'";
      auto done = db->rows("writing " + file, sql.c_str());
      if (!done) return std::move(done).error();
    }
  }
  return sync_file(file);
}

util::Status<> end_snapshot_sessions(const std::string& file) {
  {
    auto db = PlainFile::open(file, SQLITE_OPEN_READWRITE);
    if (!db) return std::move(db).error();
    auto done = db->rows("ending the sessions in " + file, "DELETE FROM sessions");
    if (!done) return std::move(done).error();
  }
  return sync_file(file);
}

int newest_schema() {
  int newest = 0;
  for (const EmbeddedFile& file : embedded_migrations()) newest = std::max(newest, migration_version(file.name));
  return newest;
}

}  // namespace chillin::storage
