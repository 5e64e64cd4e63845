#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "chat/ports/room_log.h"
#include "chat/ports/stores.h"
#include "chat/ports/upload_store.h"
#include "storage/sqlite/migrations.h"
#include "util/result.h"
#include "util/task.h"

namespace chillin::storage {

struct SqliteOptions {
  std::size_t max_queued = 100'000;  ///< writes (and reads) waiting; more are refused with kUnavailable
  std::size_t max_batch = 2'000;     ///< writes in one transaction
  std::size_t reader_threads = 2;
  std::size_t history_cache_bytes = 64 << 20;  ///< newest messages kept in memory; 0: none
  std::int64_t page_cache_bytes = 64 << 20;    ///< of the writer's connection
  int wal_pages = 8'192;                       ///< the write-ahead log is copied back when it is that long (4 KiB each)
  bool preallocate_wal = false;         ///< write the log's blocks at open (some 33 MB): cheaper, quicker commits
  std::int64_t max_database_pages = 0;  ///< the database grows no further (4 KiB each); 0: as the disk allows
};

/// How storage is, for health checks and metrics.
struct StorageStats {
  std::uint64_t commits = 0;
  std::uint64_t failed_commits = 0;
  std::uint64_t requests = 0;  ///< writes answered
  std::size_t queued = 0;      ///< writes waiting
  int wal_pages = 0;
  std::size_t history_cache_bytes = 0;
};

/// Everything that is stored, in one SQLite database in one folder that this process alone uses. Owner: the composition
/// root. Threads of its own: one writer (group commit), readers, checkpointer, search index. The stores are
/// thread-safe.
class SqliteStorage {
 public:
  /// Locks the folder, opens chillin.db (WAL, synchronous=FULL), applies missing migrations, starts the threads. Errors
  /// are one line for an operator: folder in use (names the process), not writable, disk full, damaged file, schema
  /// newer than this program.
  [[nodiscard]] static util::Result<std::unique_ptr<SqliteStorage>> open(const std::string& data_dir,
                                                                         const SqliteOptions& options = {});
  ~SqliteStorage();
  SqliteStorage(const SqliteStorage&) = delete;
  SqliteStorage& operator=(const SqliteStorage&) = delete;

  [[nodiscard]] chat::AccountStore& accounts() noexcept;
  [[nodiscard]] chat::SessionStore& sessions() noexcept;
  [[nodiscard]] chat::RoomStore& rooms() noexcept;
  [[nodiscard]] chat::UploadStore& uploads() noexcept;
  [[nodiscard]] chat::RoomLog& log() noexcept;

  /// Commits a row and returns how many microseconds that took from here, waiting included; kUnavailable if it cannot.
  [[nodiscard]] util::Task<chat::Result<std::int64_t>> ping();
  [[nodiscard]] StorageStats stats() const;

  /// Looks for what must never be: holes or doubles in a room's seq, counters that do not fit their rows, damage. One
  /// line each; empty: all is well. Reads everything: for tests and for a check by hand.
  [[nodiscard]] util::Task<chat::Result<std::vector<std::string>>> verify();

  /// Commits what is queued, answers what waits, ends the threads and empties the write-ahead log; later requests get
  /// kUnavailable. Call it outside the loops while they still run. Idempotent. The destructor does it too, and releases
  /// the folder.
  void close();

 private:
  struct Parts;
  explicit SqliteStorage(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace chillin::storage
