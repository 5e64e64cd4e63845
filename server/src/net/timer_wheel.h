#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "net/loop.h"

namespace chillin::net {

/// A hashed timer wheel: 4096 slots of 10 ms, so a timer of up to 40 s is looked at once, a longer one once a round.
/// Arming and cancelling are O(1); the next wake-up is found through a bitmap, so that an idle loop sleeps.
/// Confined to: its Loop. Timers are intrusive and not owned.
class TimerWheel {
 public:
  static constexpr std::int64_t kTickMs = 10;

  explicit TimerWheel(util::SteadyTime now);
  ~TimerWheel();
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;

  /// Fires in the first tick that begins at or after `deadline`: never early, up to a tick late.
  void arm(Timer& timer, util::SteadyTime deadline);
  void cancel(Timer& timer);
  /// Forgets a timer that is being destroyed, also from inside its own callback.
  void forget(Timer& timer);

  /// Fires what is due at `now`, in the order of the ticks.
  void advance(util::SteadyTime now);

  /// When advance() should be called next; nullopt if nothing is armed. It may be too early for the timers of a later
  /// round.
  [[nodiscard]] std::optional<util::SteadyTime> next_wake() const;

 private:
  static constexpr std::size_t kSlots = 4096;
  static constexpr std::size_t kWords = kSlots / 64;

  void link(Timer*& head, Timer& timer);
  void unlink(Timer& timer);
  void collect_due(std::size_t slot, std::int64_t tick);
  void fire_due();

  std::array<Timer*, kSlots> slots_{};
  std::array<std::uint64_t, kWords> occupied_{};
  std::int64_t last_tick_;  ///< every earlier tick has been handled, this one too
  std::size_t armed_ = 0;
  Timer* due_ = nullptr;
  Timer* firing_ = nullptr;
};

}  // namespace chillin::net
