#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "storage/common/queued_op.h"
#include "storage/sqlite/connection_sqlite.h"

namespace chillin::storage {

using ReadOp = QueuedOp<SqliteConnection>;

/// Threads with a read-only connection each. What is queued is read in groups, a group in one transaction: every
/// request sees one state of the database, not older than its own arrival.
class ReaderPool {
 public:
  ReaderPool(std::vector<SqliteConnection> connections, std::size_t max_queued);
  ~ReaderPool() { stop(); }
  ReaderPool(const ReaderPool&) = delete;
  ReaderPool& operator=(const ReaderPool&) = delete;

  void start();
  /// Queues a request; false when too many wait or the pool has stopped. Thread-safe.
  [[nodiscard]] bool submit(ReadOp& op);
  /// Runs `f(SqliteConnection&) -> chat::Result<T>` on a reader thread.
  template <class T, class F>
  util::Task<chat::Result<T>> read(F f) {
    FunctionOp<SqliteConnection, T, F> op(std::move(f));
    co_return co_await run_queued<T>(*this, op, chat::refuse(chat::ErrorCode::kUnavailable));
  }
  /// Answers what is queued, then ends the threads. Idempotent; thread-safe.
  void stop();

 private:
  struct Waiting {
    ReadOp* op;
    util::metrics::Time since;
  };

  void run(SqliteConnection& db);
  static void run_group(SqliteConnection& db, std::vector<ReadOp*>& ops);

  std::vector<SqliteConnection> connections_;
  const std::size_t max_queued_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> queue_;  // guarded by mutex_; oldest first
  bool stopping_ = false;      // guarded by mutex_
  std::mutex stop_mutex_;
  std::vector<std::thread> threads_;
};

/// The answer to a read that failed; logs what happened.
[[nodiscard]] chat::Error read_failed(const util::Error& error);

}  // namespace chillin::storage
