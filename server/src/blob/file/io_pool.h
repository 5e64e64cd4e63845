#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "util/unique_function.h"

namespace chillin::blob {

/// Threads that wait for the disk, so that no loop does. Thread-safe.
class IoPool {
 public:
  IoPool(std::size_t threads, std::size_t max_queued);
  /// As stop().
  ~IoPool() { stop(); }
  IoPool(const IoPool&) = delete;
  IoPool& operator=(const IoPool&) = delete;

  /// False, and `job` untouched, when too many wait, or the pool has stopped.
  [[nodiscard]] bool run(util::UniqueFunction<void()>& job);
  /// Runs what is queued, then ends the threads; run() refuses from now on. Idempotent.
  void stop();

 private:
  void work();

  const std::size_t max_queued_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<util::UniqueFunction<void()>> jobs_;  // guarded by mutex_
  bool stopping_ = false;                          // guarded by mutex_
  std::mutex stop_mutex_;
  std::vector<std::thread> threads_;  // guarded by stop_mutex_ once they run
};

}  // namespace chillin::blob
