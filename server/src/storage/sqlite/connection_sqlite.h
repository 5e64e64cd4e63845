#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>

#include "storage/common/storage_metrics.h"
#include "util/result.h"

namespace chillin::storage {

/// What SQLite reported, as a value. kUnavailable: busy, full, I/O, corrupt (`temporary` says whether waiting can
/// help); kConflict: a constraint; kTooLarge: a value over SQLite's limits; kInternal: a mistake in this program.
[[nodiscard]] util::Error sqlite_error(int code, std::string_view doing, const char* message);

/// A prepared statement. Confined to: its connection's thread. Move-only.
class SqliteStatement {
 public:
  SqliteStatement() = default;
  explicit SqliteStatement(sqlite3_stmt* statement) noexcept : statement_(statement) {}
  SqliteStatement(SqliteStatement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)) {}
  SqliteStatement& operator=(SqliteStatement&& other) noexcept {
    std::swap(statement_, other.statement_);
    return *this;
  }
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;
  ~SqliteStatement() { sqlite3_finalize(statement_); }

  [[nodiscard]] sqlite3_stmt* get() const noexcept { return statement_; }

 private:
  sqlite3_stmt* statement_ = nullptr;
};

struct OpenOptions {
  bool read_only = false;
  std::int64_t cache_bytes = 8 << 20;
  std::int64_t mmap_bytes = 0;
  bool durable = true;  ///< synchronous=FULL; false: NORMAL (a power cut may take the last commits, never consistency)
};

/// A connection with its prepared statements. Confined to: one thread at a time (opened without SQLite's mutexes).
class SqliteConnection {
 public:
  /// Opens (or creates) `path` in WAL mode. Nothing is checkpointed automatically.
  [[nodiscard]] static util::Result<SqliteConnection> open(const std::string& path, const OpenOptions& options);

  SqliteConnection() = default;
  SqliteConnection(SqliteConnection&& other) noexcept;
  SqliteConnection& operator=(SqliteConnection&& other) noexcept;
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;
  ~SqliteConnection();

  /// Runs one or more statements without parameters, ignoring rows.
  [[nodiscard]] util::Status<> execute(const char* sql);
  /// Runs one statement without parameters, prepared once: for BEGIN and COMMIT. Give a constant.
  [[nodiscard]] util::Status<> run(const char* sql);
  /// The statement for `sql`, prepared at its first use; null where that fails (see error()). The key is the pointer,
  /// so give a constant.
  [[nodiscard]] sqlite3_stmt* statement(const char* sql);
  /// The last failure of this connection.
  [[nodiscard]] util::Error error(std::string_view doing) const;
  [[nodiscard]] sqlite3* get() const noexcept { return db_; }
  /// Whether a transaction is open; false also after SQLite rolled one back by itself.
  [[nodiscard]] bool in_transaction() const noexcept { return sqlite3_get_autocommit(db_) == 0; }
  [[nodiscard]] std::int64_t changes() const noexcept { return sqlite3_changes64(db_); }

 private:
  sqlite3* db_ = nullptr;
  std::unordered_map<const char*, SqliteStatement> statements_;
};

/// One use of a prepared statement: bind, step, read columns; reset at the end of its life. Strings are bound without a
/// copy: they must outlive the use, which is why temporaries are refused.
class Query {
 public:
  Query(SqliteConnection& db, const char* sql)
      : db_(db),
        statement_(db.statement(sql)),
        failed_(statement_ == nullptr),
        sql_(sql),
        began_(util::metrics::now()) {}
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  ~Query() {
    sqlite3_reset(statement_);
    if (began_ != util::metrics::Time{}) statement_series(sql_).since(began_);
  }

  /// Binds parameters 1, 2, ... in order.
  template <class... A>
    requires(!std::is_same_v<A, std::string> && ...)
  Query& bind(A&&... values) {
    int index = 0;
    (bind_one(++index, values), ...);
    return *this;
  }
  Query& bind_blob(int index, std::string_view bytes) {
    sqlite3_bind_blob64(statement_, index, bytes.empty() ? "" : bytes.data(), bytes.size(), SQLITE_STATIC);
    return *this;
  }

  /// Steps; true: there is a row. False: the end, or a failure: ask failed().
  [[nodiscard]] bool row() {
    if (failed_) return false;
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    failed_ = code != SQLITE_DONE;
    return false;
  }
  /// Steps to the end; false on failure.
  [[nodiscard]] bool run() {
    while (row()) {
    }
    return !failed_;
  }
  [[nodiscard]] bool failed() const noexcept { return failed_; }
  [[nodiscard]] util::Error error(std::string_view doing) const { return db_.error(doing); }
  /// Ready for the next bind() and row().
  void reset() { sqlite3_reset(statement_); }

  // Columns from 0, of the current row. Text is valid until the next step.
  [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(statement_, column); }
  [[nodiscard]] bool is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }
  [[nodiscard]] std::string_view text(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    return data == nullptr ? std::string_view() : std::string_view(data, bytes(column));
  }
  [[nodiscard]] std::string string(int column) const { return std::string(text(column)); }
  [[nodiscard]] std::optional<std::int64_t> optional_integer(int column) const {
    return is_null(column) ? std::nullopt : std::optional(integer(column));
  }

 private:
  [[nodiscard]] std::size_t bytes(int column) const {
    return static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
  }
  void bind_one(int index, std::int64_t value) { sqlite3_bind_int64(statement_, index, value); }
  void bind_one(int index, int value) { sqlite3_bind_int64(statement_, index, value); }
  void bind_one(int index, bool value) { sqlite3_bind_int64(statement_, index, value ? 1 : 0); }
  void bind_one(int index, std::string_view value) {
    // A null pointer would bind NULL, not the empty text.
    sqlite3_bind_text64(statement_, index, value.empty() ? "" : value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  void bind_one(int index, const std::string& value) { bind_one(index, std::string_view(value)); }
  void bind_one(int index, std::nullopt_t) { sqlite3_bind_null(statement_, index); }
  template <class T>
  void bind_one(int index, const std::optional<T>& value) {
    if (value) {
      bind_one(index, *value);
    } else {
      sqlite3_bind_null(statement_, index);
    }
  }

  SqliteConnection& db_;
  sqlite3_stmt* statement_;
  bool failed_;
  const char* sql_;
  util::metrics::Time began_;
};

}  // namespace chillin::storage
