#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "util/clock.h"
#include "util/executor.h"
#include "util/unique_function.h"

namespace chillin::net {

class LoopImpl;    // loop_impl.h: the epoll set, for this module's .cc files
class TimerWheel;  // timer_wheel.h

/// One thread that owns connections and timers. Everything confined to a Loop is touched by its thread alone.
///
/// A turn: run what is ready (bounded), then flush every connection that queued something, one gathered write each.
class Loop final : public util::Executor {
 public:
  /// `index`: 0 .. number of loops - 1.
  explicit Loop(int index);
  ~Loop() override;
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// The Loop whose thread this is, or null.
  [[nodiscard]] static Loop* current() noexcept;

  [[nodiscard]] int index() const noexcept { return index_; }

  /// The one door between threads. Runs `fn` on this loop's thread, in order per posting thread; many posts share one
  /// wake-up.
  void post(util::UniqueFunction<void()> fn) override;

  /// Steady time, read once per turn. Loop thread only.
  [[nodiscard]] util::SteadyTime now() const noexcept;

  /// Runs until stop(); the calling thread becomes the loop's.
  void run();
  /// Thread-safe. What was posted before still runs.
  void stop();

  [[nodiscard]] LoopImpl& impl() noexcept { return *impl_; }

 private:
  int index_;
  std::unique_ptr<LoopImpl> impl_;
};

/// A one-shot timer that can be armed again. Resolution 10 ms, never early. Arming and cancelling are O(1) (a hashed
/// wheel), so every connection may have one. Confined to: its Loop. Owner: whoever embeds it; destroying it cancels it.
class Timer {
 public:
  Timer(Loop& loop, util::UniqueFunction<void()> on_fire);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  /// (Re)arms; the earlier deadline is forgotten. `on_fire` may re-arm or destroy the timer.
  void arm(util::Millis delay);
  void cancel();
  [[nodiscard]] bool armed() const noexcept { return armed_; }

 private:
  friend class TimerWheel;
  Loop& loop_;
  util::UniqueFunction<void()> on_fire_;
  Timer* next_ = nullptr;
  Timer** link_ = nullptr;
  std::int64_t deadline_tick_ = 0;
  bool armed_ = false;
};

/// The process's loops, a thread each. Owner: main (or a test). Destroying it stops and joins.
class LoopGroup {
 public:
  /// `threads`: at least 1.
  explicit LoopGroup(int threads);
  ~LoopGroup();
  LoopGroup(const LoopGroup&) = delete;
  LoopGroup& operator=(const LoopGroup&) = delete;

  [[nodiscard]] std::size_t size() const noexcept { return loops_.size(); }
  [[nodiscard]] Loop& at(std::size_t index) noexcept { return *loops_[index]; }

  /// Stops every loop and joins its thread. Call from outside the loops. Idempotent.
  void stop();

 private:
  struct Threads;
  std::vector<std::unique_ptr<Loop>> loops_;
  std::unique_ptr<Threads> threads_;
};

}  // namespace chillin::net
