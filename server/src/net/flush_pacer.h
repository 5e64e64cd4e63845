#pragma once

#include <chrono>
#include <cstddef>

#include "util/clock.h"

namespace chillin::net {

/// Decides at the end of a turn whether what was queued leaves now, or waits for more of it to share its writes.
///
/// A write costs the kernel several microseconds and sixteen frames in one cost hardly more than one frame, so a loop
/// that has no idle time left gains by waiting; a loop that has some only loses latency. It holds while the loop was
/// busy for more than 80 % of the last 10 to 20 ms and less than 32 frames wait per connection, for 1 ms at first, up
/// to 4 ms while the writes stay thin. It never holds when the loop would go to sleep.
///
/// Pure: times in, decisions out. Confined to: its Loop.
class FlushPacer {
 public:
  using Nanos = std::chrono::nanoseconds;
  static constexpr Nanos kHalfWindow = std::chrono::milliseconds(10);
  static constexpr Nanos kMinHold = std::chrono::milliseconds(1);
  static constexpr Nanos kMaxHold = std::chrono::milliseconds(4);
  static constexpr std::size_t kTargetFrames = 32;
  static constexpr double kBusyShare = 0.8;

  /// Once a turn: how long it lasted, and how much of that the loop slept waiting for events.
  void turn(Nanos lasted, Nanos slept) noexcept;

  /// Whether to write now. `connections` have something queued, `frames` in all, the first of them since `waiting`;
  /// `would_sleep`: nothing else is ready.
  [[nodiscard]] bool should_flush(std::size_t connections, std::size_t frames, Nanos waiting,
                                  bool would_sleep) noexcept;

  [[nodiscard]] bool saturated() const noexcept;
  [[nodiscard]] Nanos hold_limit() const noexcept { return hold_; }

 private:
  struct Window {
    Nanos lasted{0};
    Nanos slept{0};
  };
  Window current_;
  Window previous_;
  Nanos hold_ = kMinHold;
};

}  // namespace chillin::net
