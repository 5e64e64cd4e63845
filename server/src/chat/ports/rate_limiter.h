#pragma once

#include <cstdint>
#include <string>

#include "chat/error.h"
#include "util/clock.h"
#include "util/task.h"

namespace chillin::chat {

/// At most `count` in any `window`; count 0: no limit.
struct RateLimit {
  std::int64_t count = 0;
  util::Millis window{0};
};

/// Sliding window per key. Thread-safe; tasks resume on the caller's executor.
class RateLimiter {
 public:
  virtual ~RateLimiter() = default;
  /// Counts one use of `key` if it is within the limit. Returns 0, or the milliseconds until the next one fits; then
  /// nothing was counted. Never fails: an implementation whose backend is away decides locally.
  virtual util::Task<std::int64_t> take(std::string key, RateLimit limit) = 0;
};

}  // namespace chillin::chat
