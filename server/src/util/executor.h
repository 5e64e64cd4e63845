#pragma once

#include "util/unique_function.h"

namespace chillin::util {

/// A thread that runs what is posted to it, in order. net::Loop is the one that owns sockets; tests use ManualExecutor.
class Executor {
 public:
  virtual ~Executor() = default;

  /// Runs `fn` on this executor's thread, later, never inline, in the order of the calls of one thread. Thread-safe.
  virtual void post(UniqueFunction<void()> fn) = 0;

  /// The executor whose thread this is, or null.
  [[nodiscard]] static Executor* current() noexcept { return current_; }

 protected:
  static void set_current(Executor* executor) noexcept { current_ = executor; }

 private:
  static thread_local constinit Executor* current_;  // NOLINT(readability-identifier-naming): a member, not a variable
};

}  // namespace chillin::util
