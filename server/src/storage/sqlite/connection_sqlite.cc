#include "storage/sqlite/connection_sqlite.h"

#include <mutex>

namespace chillin::storage {

namespace {

// Without this every allocation of every connection takes one global mutex. Process-wide, and only before first use.
void configure_once() {
  static std::once_flag once;
  std::call_once(once, [] { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); });
}

std::string pragmas(const OpenOptions& options) {
  std::string sql = "PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;";
  sql += options.durable ? " PRAGMA synchronous=FULL;" : " PRAGMA synchronous=NORMAL;";
  sql += " PRAGMA cache_size=-" + std::to_string(options.cache_bytes / 1024) + ";";
  sql += " PRAGMA mmap_size=" + std::to_string(options.mmap_bytes) + ";";
  return sql;
}

}  // namespace

util::Error sqlite_error(int code, std::string_view doing, const char* message) {
  using Code = util::Error::Code;
  std::string detail(doing);
  detail += ": ";
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {Code::kUnavailable, detail + "the disk is full", true};
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return {Code::kUnavailable, detail + "the database file is damaged (" + message + ")", false};
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return {Code::kUnavailable, detail + "the database file cannot be opened for writing (" + message + ")", true};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
      return {Code::kUnavailable, detail + message, true};
    case SQLITE_CONSTRAINT:
      return {Code::kConflict, detail + message, false};
    case SQLITE_TOOBIG:
      return {Code::kTooLarge, detail + message, false};
    default:
      return {Code::kInternal, detail + message, false};
  }
}

util::Result<SqliteConnection> SqliteConnection::open(const std::string& path, const OpenOptions& options) {
  configure_once();
  const int access = options.read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  SqliteConnection connection;
  const int code = sqlite3_open_v2(path.c_str(), &connection.db_, access | SQLITE_OPEN_NOMUTEX, nullptr);
  const std::string doing = "opening " + path;
  if (code != SQLITE_OK)
    return sqlite_error(code, doing, connection.db_ ? sqlite3_errmsg(connection.db_) : "out of memory");
  sqlite3_extended_result_codes(connection.db_, 1);
  // Nobody but this process writes; another connection of ours may hold a lock for a moment while it recovers or
  // resets.
  sqlite3_busy_timeout(connection.db_, 5000);
  if (sqlite3_exec(connection.db_, pragmas(options).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    return connection.error(doing);
  }
  if (!options.read_only) {
    Query mode(connection, "PRAGMA journal_mode=WAL");
    if (!mode.row()) return mode.error(doing);
    if (mode.text(0) != "wal") {
      return util::Error{util::Error::Code::kUnavailable, doing + ": the file system does not support WAL mode", false};
    }
    sqlite3_wal_autocheckpoint(connection.db_, 0);
  }
  return connection;
}

SqliteConnection::SqliteConnection(SqliteConnection&& other) noexcept
    : db_(std::exchange(other.db_, nullptr)), statements_(std::move(other.statements_)) {}

SqliteConnection& SqliteConnection::operator=(SqliteConnection&& other) noexcept {
  std::swap(db_, other.db_);
  std::swap(statements_, other.statements_);
  return *this;
}

SqliteConnection::~SqliteConnection() {
  statements_.clear();
  sqlite3_close(db_);
}

util::Status<> SqliteConnection::execute(const char* sql) {
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) return error("database");
  return util::Ok{};
}

util::Status<> SqliteConnection::run(const char* sql) {
  Query query(*this, sql);
  if (!query.run()) return error("database");
  return util::Ok{};
}

sqlite3_stmt* SqliteConnection::statement(const char* sql) {
  const auto found = statements_.find(sql);
  if (found != statements_.end()) return found->second.get();
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v3(db_, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr) != SQLITE_OK) return nullptr;
  statements_.emplace(sql, SqliteStatement(statement));
  return statement;
}

util::Error SqliteConnection::error(std::string_view doing) const {
  return sqlite_error(sqlite3_extended_errcode(db_), doing, sqlite3_errmsg(db_));
}

}  // namespace chillin::storage
