#pragma once

#include <string>

#include "chat/ports/rate_limiter.h"
#include "presence/memory/memory_rate_limiter.h"
#include "redis/client.h"

namespace chillin::presence {

/// Rate limits that hold across servers: an exact sliding window per key, in the list `ratelimit:<key>` of the times of
/// its uses (at most `count` of them), gone a window after the last one. One command a use. While Redis is away each
/// server counts for itself. Thread-safe.
class RedisRateLimiter final : public chat::RateLimiter {
 public:
  /// `clock` null: Redis's own, which all servers share; tests give one. Both must outlive this.
  explicit RedisRateLimiter(redis::Client& client, const util::Clock* clock = nullptr, std::string key_prefix = "");

  util::Task<std::int64_t> take(std::string key, chat::RateLimit limit) override;

 private:
  redis::Client& client_;
  const util::Clock* clock_;
  const std::string prefix_;
  MemoryRateLimiter local_;
};

}  // namespace chillin::presence
