#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "storage/postgres/postgres_options.h"

namespace chillin::storage::postgres {

/// Waits for a database that was away when the program started: brings its schema up to date as soon as it is there,
/// and then calls `opened`, once, on its own thread. What keeps it from that is logged when it changes. Owner: the
/// storage.
class Opener {
 public:
  Opener(PostgresOptions options, std::function<void()> opened);
  /// Gives up. After it `opened` is not called any more. Idempotent; thread-safe.
  void stop();
  ~Opener() { stop(); }
  Opener(const Opener&) = delete;
  Opener& operator=(const Opener&) = delete;

  /// `trouble`: why the first attempt failed, for a person.
  void start(std::string trouble);
  /// Why it is not open yet; empty: it is, or it was never started. Thread-safe.
  [[nodiscard]] std::string trouble() const;

 private:
  void run();

  const PostgresOptions options_;
  const std::function<void()> opened_;
  const std::function<bool()> go_on_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;  // guarded by mutex_
  std::string trouble_;    // guarded by mutex_
  std::mutex stop_mutex_;
  std::thread thread_;
};

}  // namespace chillin::storage::postgres
