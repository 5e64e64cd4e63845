#pragma once

#include <algorithm>
#include <cstdint>

#include "util/clock.h"

namespace chillin::redis {

/// How long to wait before the next attempt: doubled from `first` to `most`, each time a random part between half and
/// all of it, so that the servers of a cluster do not come back at the same moment. Not thread-safe.
class Backoff {
 public:
  Backoff(util::Millis first, util::Millis most, std::uint64_t seed) : first_(first), most_(most), state_(seed | 1) {}

  [[nodiscard]] util::Millis next() {
    const std::int64_t ceiling = std::min(most_.count(), first_.count() << std::min(attempts_, 20U));
    ++attempts_;
    // xorshift64: nobody may depend on it.
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    const auto half = ceiling / 2;
    return util::Millis(half + static_cast<std::int64_t>(state_ % static_cast<std::uint64_t>(ceiling - half + 1)));
  }
  void reset() noexcept { attempts_ = 0; }
  [[nodiscard]] unsigned attempts() const noexcept { return attempts_; }

 private:
  util::Millis first_;
  util::Millis most_;
  std::uint64_t state_;
  unsigned attempts_ = 0;
};

}  // namespace chillin::redis
