#pragma once

#include <atomic>
#include <cstdint>

#include "util/clock.h"

namespace chillin::test {

/// Time that stands still until a test moves it. Thread-safe.
class ManualClock final : public util::Clock {
 public:
  [[nodiscard]] util::SteadyTime steady() const override { return util::SteadyTime(util::Millis(ms_.load())); }
  [[nodiscard]] util::WallMillis wall() const override { return {kEpoch + ms_.load()}; }
  void advance(util::Millis by) { ms_ += by.count(); }

 private:
  static constexpr std::int64_t kEpoch = 1'750'000'000'000;
  std::atomic<std::int64_t> ms_{1'000'000};
};

}  // namespace chillin::test
