#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace chillin::util {

using SteadyTime = std::chrono::steady_clock::time_point;
using Millis = std::chrono::milliseconds;

/// Wall time in milliseconds since 1970-01-01T00:00:00Z; what message timestamps are made of.
struct WallMillis {
  std::int64_t value = 0;
  auto operator<=>(const WallMillis&) const = default;
};

/// Both clocks behind one door, so that tests can hold time still. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual SteadyTime steady() const = 0;
  [[nodiscard]] virtual WallMillis wall() const = 0;
};

/// The machine's clocks.
[[nodiscard]] const Clock& system_clock();

/// ISO 8601 UTC with milliseconds, "2026-01-02T03:04:05.678Z" (24 characters).
[[nodiscard]] std::string iso8601(WallMillis t);
void append_iso8601(std::string& out, WallMillis t);

}  // namespace chillin::util
