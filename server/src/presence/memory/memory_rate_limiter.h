#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "chat/ports/rate_limiter.h"

namespace chillin::presence {

/// Rate limits of one server: an exact sliding window per key, of the times of its uses. Thread-safe (sharded by key);
/// every task completes without suspending. Memory: a key is forgotten some time after its window has passed (each call
/// looks at a few others), and beyond `max_keys` a new key takes the place of another, which thereby starts afresh.
class MemoryRateLimiter final : public chat::RateLimiter {
 public:
  explicit MemoryRateLimiter(const util::Clock& clock, std::size_t max_keys = 1'000'000);

  util::Task<std::int64_t> take(std::string key, chat::RateLimit limit) override;

  /// Keys it remembers; for metrics and tests.
  [[nodiscard]] std::size_t size() const;

 private:
  /// Times of the uses that count, in nanoseconds of the steady clock, oldest first.
  struct Window {
    std::vector<std::int64_t> times;  ///< a ring once it is full
    std::size_t head = 0;
    std::size_t used = 0;
    std::int64_t expires = 0;  ///< when none of them counts any more

    [[nodiscard]] std::int64_t at(std::size_t i) const noexcept { return times[(head + i) % times.size()]; }
    void push(std::int64_t time);
    void drop_until(std::int64_t time) noexcept;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::unordered_map<std::string, Window> windows;
    std::size_t cursor = 0;  ///< the next bucket to sweep
  };
  static constexpr std::size_t kShards = 16;
  static void sweep(Shard& shard, std::int64_t now, bool make_room);

  const util::Clock& clock_;
  std::size_t max_keys_per_shard_;
  std::array<Shard, kShards> shards_;
};

}  // namespace chillin::presence
