#include "net/flush_pacer.h"

#include <algorithm>

namespace chillin::net {

void FlushPacer::turn(Nanos lasted, Nanos slept) noexcept {
  current_.lasted += lasted;
  current_.slept += slept;
  if (current_.lasted < kHalfWindow) return;
  previous_ = current_;
  current_ = Window{};
  if (!saturated()) hold_ = kMinHold;
}

bool FlushPacer::saturated() const noexcept {
  const Nanos lasted = current_.lasted + previous_.lasted;
  const Nanos slept = current_.slept + previous_.slept;
  // A fresh loop has no history; it counts as idle until a window is full.
  if (lasted < kHalfWindow) return false;
  return static_cast<double>(slept.count()) < (1.0 - kBusyShare) * static_cast<double>(lasted.count());
}

bool FlushPacer::should_flush(std::size_t connections, std::size_t frames, Nanos waiting, bool would_sleep) noexcept {
  if (would_sleep || connections == 0 || !saturated()) return true;
  const bool full = frames >= kTargetFrames * connections;
  if (full) {
    // Writes are thick enough by themselves: next time wait for less.
    hold_ = std::max(kMinHold, hold_ / 2);
    return true;
  }
  if (waiting < hold_) return false;
  hold_ = std::min(kMaxHold, hold_ * 2);
  return true;
}

}  // namespace chillin::net
