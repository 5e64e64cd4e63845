#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "storage/sqlite/connection_sqlite.h"

namespace chillin::storage {

/// Keeps the write-ahead log short without making commits wait: a thread copies it into the database file while the
/// writer goes on appending; then the writer itself copies the few pages that came meanwhile, after which its next
/// commit begins the log anew.
class Checkpointer {
 public:
  /// `wal_pages`: begin when the log is that long (pages of 4 KiB).
  Checkpointer(SqliteConnection db, int wal_pages) : db_(std::move(db)), limit_(wal_pages) {}
  ~Checkpointer() { stop(); }
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;

  void start();
  void stop();

  /// Counts the pages that `writer` leaves in the log. Once, before its first transaction.
  void watch(SqliteConnection& writer);
  /// On the writer thread, between transactions.
  void after_commit(SqliteConnection& writer);

  [[nodiscard]] int wal_pages() const noexcept { return pages_.load(std::memory_order_relaxed); }

 private:
  enum class State { kIdle, kWanted, kRunning, kDone };
  void run();
  void copy_all();

  SqliteConnection db_;
  const int limit_;
  std::atomic<int> pages_{0};  // in the log after the writer's last commit
  int retry_at_ = 0;           // confined to the writer thread: readers were in the way; not again before this length
  std::atomic<State> state_{State::kIdle};

  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace chillin::storage
