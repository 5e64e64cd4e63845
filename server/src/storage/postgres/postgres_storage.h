#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "chat/ports/room_log.h"
#include "chat/ports/stores.h"
#include "chat/ports/upload_store.h"
#include "storage/postgres/migrations.h"
#include "storage/postgres/postgres_options.h"
#include "util/result.h"
#include "util/task.h"

namespace chillin::storage::postgres {

/// How storage is, for health checks and metrics.
struct PostgresStats {
  bool writer_up = false;   ///< the writer's connection stands, as far as is known
  bool readers_up = false;  ///< the same of the pool's
  bool replica_up = false;  ///< false where there is no replica
  std::uint64_t commits = 0;
  std::uint64_t failed_commits = 0;
  std::uint64_t doubtful_commits = 0;  ///< whose answer was lost; each was settled
  std::uint64_t writes = 0;            ///< answered
  std::uint64_t reads = 0;             ///< answered
  std::uint64_t wait_timeouts = 0;     ///< refused because their turn did not come in time
  std::uint64_t connects = 0;
  std::size_t writes_queued = 0;
  std::size_t reads_queued = 0;
  std::size_t pool_connections = 0;
  std::size_t pool_busy = 0;
  /// Why it cannot be used now, for whoever asks for the server's health; empty: nothing is known.
  std::string trouble;
};

/// Everything that is stored, in a PostgreSQL database that any number of servers share. Owner: the composition root.
/// Threads of its own: one writer (group commit), the pools', the search index. The stores are thread-safe; each keeps
/// working, or begins to again, without any help when the database goes away and comes back.
class PostgresStorage {
 public:
  /// Connects, applies missing migrations (one server at a time), starts the threads. Waits `open_wait` for a database
  /// that is away; with `open_later` it goes on waiting in the background, and everything is refused until then.
  /// Errors are one line for an operator: not reachable, wrong credentials, schema newer than this program.
  [[nodiscard]] static util::Result<std::unique_ptr<PostgresStorage>> open(const PostgresOptions& options);
  ~PostgresStorage();
  PostgresStorage(const PostgresStorage&) = delete;
  PostgresStorage& operator=(const PostgresStorage&) = delete;

  [[nodiscard]] chat::AccountStore& accounts() noexcept;
  [[nodiscard]] chat::SessionStore& sessions() noexcept;
  [[nodiscard]] chat::RoomStore& rooms() noexcept;
  [[nodiscard]] chat::UploadStore& uploads() noexcept;
  [[nodiscard]] chat::RoomLog& log() noexcept;

  /// Commits a row and returns how many microseconds that took from here, waiting included; kUnavailable if it cannot.
  [[nodiscard]] util::Task<chat::Result<std::int64_t>> ping();
  /// Reads from the replica and returns how many microseconds that took; kUnavailable if it cannot, or there is none.
  [[nodiscard]] util::Task<chat::Result<std::int64_t>> ping_replica();
  [[nodiscard]] PostgresStats stats() const;

  /// The seq of each of these rooms' last change, in their order; 0 for a room that is not there. One statement:
  /// whoever follows rooms asks for all of them at once.
  [[nodiscard]] util::Task<chat::Result<std::vector<chat::Seq>>> room_seqs(std::vector<chat::RoomId> rooms);
  /// Events of other servers that people here have been told of: older history than that is not taken from the replica.
  /// Thread-safe.
  void saw(std::span<const chat::RoomEvent> events);

  /// Looks for what must never be: holes or doubles in a room's seq, counters that do not fit their rows. One line
  /// each; empty: all is well. Reads everything: for tests and for a check by hand.
  [[nodiscard]] util::Task<chat::Result<std::vector<std::string>>> verify();

  /// Commits what is queued, answers what waits, ends the threads; later requests get kUnavailable. Call it outside the
  /// loops while they still run. Idempotent. The destructor does it too.
  void close();

 private:
  struct Parts;
  explicit PostgresStorage(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace chillin::storage::postgres
