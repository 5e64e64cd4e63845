#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

#include "util/executor.h"
#include "util/task.h"

namespace chillin::util {

/// Runs posted functions on the thread that calls run_*; for tests and subcommands that need no network.
class ManualExecutor final : public Executor {
 public:
  void post(UniqueFunction<void()> fn) override {
    std::lock_guard lock(mutex_);
    queue_.push_back(std::move(fn));
    // Under the lock: whoever waits for `fn` may destroy this executor as soon as it has run.
    wake_.notify_one();
  }

  /// Runs what is queued, and what that queues, until nothing is left; returns how many ran. Does not wait.
  std::size_t run_until_idle() {
    std::size_t n = 0;
    while (run_one(false)) ++n;
    return n;
  }

  /// Runs until `done()` holds, waiting for posts from other threads in between.
  template <class Predicate>
  void run_until(Predicate done) {
    while (!done()) run_one(true);
  }

  /// Runs a task to its end on this thread and returns its value.
  template <class T>
  T wait(Task<T> task) {
    if constexpr (std::is_void_v<T>) {
      bool done = false;
      post([&] { spawn(finish_void(std::move(task), done)); });
      run_until([&] { return done; });
    } else {
      std::optional<T> out;
      post([&] { spawn(finish(std::move(task), out)); });
      run_until([&] { return out.has_value(); });
      return std::move(*out);
    }
  }

 private:
  template <class T>
  static Task<void> finish(Task<T> task, std::optional<T>& out) {
    out.emplace(co_await std::move(task));
  }
  static Task<void> finish_void(Task<void> task, bool& done) {
    co_await std::move(task);
    done = true;
  }

  bool run_one(bool wait) {
    UniqueFunction<void()> fn;
    {
      std::unique_lock lock(mutex_);
      if (wait) wake_.wait(lock, [this] { return !queue_.empty(); });
      if (queue_.empty()) return false;
      fn = std::move(queue_.front());
      queue_.pop_front();
    }
    Executor* before = current();
    set_current(this);
    fn();
    set_current(before);
    return true;
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<UniqueFunction<void()>> queue_;
};

}  // namespace chillin::util
