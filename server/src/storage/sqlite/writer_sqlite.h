#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "storage/sqlite/checkpointer_sqlite.h"
#include "storage/sqlite/write_context_sqlite.h"

namespace chillin::storage {

/// Told on the writer thread, after a commit and before anybody is answered: what was acknowledged is what is read.
class CommitObserver {
 public:
  virtual ~CommitObserver() = default;
  /// `rooms`: those whose seq moved, as they are now. Must not block.
  virtual void on_commit(std::span<const chat::RoomEvent> events, std::span<RoomCounter* const> rooms) = 0;
};

struct WriterOptions {
  std::size_t max_queued = 100'000;  ///< requests waiting; more are refused
  std::size_t max_batch = 2'000;     ///< requests in one transaction
};

/// The only thread that writes: what arrives while a transaction commits shares the next one (group commit). Requests
/// are applied in the order of arrival. Everyone is answered after the commit, grouped per executor; then the listener
/// hears.
class Writer {
 public:
  Writer(SqliteConnection db, Checkpointer& checkpointer, CommitObserver& observer, WriterOptions options);
  ~Writer() { stop(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void start();
  /// Queues a request; false when too many wait or the writer has stopped. Thread-safe.
  [[nodiscard]] bool submit(WriteOp& op);
  /// Runs `f(WriteContext&) -> chat::Result<T>` in the next transaction. On failure it must not leave changes behind:
  /// either it is one statement, or it checks first and writes then, or it undoes with a savepoint.
  template <class T, class F>
  util::Task<chat::Result<T>> write(F f) {
    FunctionOp<WriteContext, T, F> op(std::move(f));
    co_return co_await run_queued<T>(*this, op, chat::refuse(chat::ErrorCode::kUnavailable));
  }
  void set_listener(chat::RoomLogListener* listener) { listener_.store(listener, std::memory_order_release); }
  /// Commits what is queued, then ends the thread. Idempotent; thread-safe.
  void stop();

  struct Stats {
    std::uint64_t commits = 0;
    std::uint64_t failed_commits = 0;
    std::uint64_t requests = 0;
    std::size_t queued = 0;
  };
  [[nodiscard]] Stats stats() const noexcept;

 private:
  bool take();
  void run();
  void run_batch();
  bool apply(std::size_t& used);
  [[nodiscard]] bool write_counters();
  void roll_back(std::size_t used);
  void publish(std::size_t used);

  WriteContext context_;
  Checkpointer& checkpointer_;
  CommitObserver& observer_;
  const WriterOptions options_;
  std::atomic<chat::RoomLogListener*> listener_{nullptr};

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<WriteOp*> queue_;  // guarded by mutex_
  bool stopping_ = false;        // guarded by mutex_
  std::mutex stop_mutex_;        // held by the caller of stop() while it joins

  // Confined to: the writer thread.
  std::vector<WriteOp*> taken_;
  std::size_t next_ = 0;  // first of taken_ that was not applied yet
  bool failing_ = false;  // the last commit failed: said once, not for each batch

  std::atomic<std::size_t> waiting_{0};
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<std::uint64_t> failed_commits_{0};
  std::atomic<std::uint64_t> requests_{0};
  std::thread thread_;
};

}  // namespace chillin::storage
