#include "presence/memory/memory_rate_limiter.h"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace chillin::presence {

namespace {
constexpr std::size_t kSweptBucketsPerCall = 2;
constexpr std::int64_t kNanosPerMilli = 1'000'000;
}  // namespace

MemoryRateLimiter::MemoryRateLimiter(const util::Clock& clock, std::size_t max_keys)
    : clock_(clock), max_keys_per_shard_(std::max<std::size_t>(1, max_keys / kShards)) {}

void MemoryRateLimiter::Window::push(std::int64_t time) {
  if (used == times.size()) {  // full: unroll the ring into twice the room
    std::vector<std::int64_t> larger(std::max<std::size_t>(4, times.size() * 2));
    for (std::size_t i = 0; i < used; ++i) larger[i] = at(i);
    times = std::move(larger);
    head = 0;
  }
  times[(head + used) % times.size()] = time;
  ++used;
}

void MemoryRateLimiter::Window::drop_until(std::int64_t time) noexcept {
  while (used > 0 && at(0) <= time) {
    head = (head + 1) % times.size();
    --used;
  }
}

util::Task<std::int64_t> MemoryRateLimiter::take(std::string key, chat::RateLimit limit) {
  if (limit.count <= 0 || limit.window.count() <= 0) co_return 0;
  const auto count = static_cast<std::size_t>(limit.count);
  const std::int64_t window = limit.window.count() * kNanosPerMilli;
  Shard& shard = shards_[std::hash<std::string>{}(key) % kShards];

  const std::lock_guard lock(shard.mutex);  // nothing below suspends
  // Read under the lock, so that the times of a window are in order.
  const std::int64_t now =
      std::chrono::duration_cast<std::chrono::nanoseconds>(clock_.steady().time_since_epoch()).count();
  auto it = shard.windows.find(key);
  if (it == shard.windows.end()) {
    sweep(shard, now, shard.windows.size() >= max_keys_per_shard_);
    it = shard.windows.try_emplace(std::move(key)).first;
  }
  Window& uses = it->second;
  uses.drop_until(now - window);
  if (uses.used >= count) {
    // The next one fits when so many have gone that count - 1 are left.
    const std::int64_t free_at = uses.at(uses.used - count) + window;
    co_return (free_at - now + kNanosPerMilli - 1) / kNanosPerMilli;
  }
  uses.push(now);
  uses.expires = now + window;
  co_return 0;
}

void MemoryRateLimiter::sweep(Shard& shard, std::int64_t now, bool make_room) {
  const std::size_t buckets = shard.windows.bucket_count();
  std::vector<std::string> gone;
  for (std::size_t i = 0; i < buckets; ++i) {
    if (i >= kSweptBucketsPerCall && (!make_room || !gone.empty())) break;
    const std::size_t bucket = shard.cursor++ % buckets;
    for (auto it = shard.windows.begin(bucket); it != shard.windows.end(bucket); ++it) {
      if (it->second.expires <= now || (make_room && gone.empty())) gone.push_back(it->first);
    }
  }
  for (const std::string& key : gone) shard.windows.erase(key);
}

std::size_t MemoryRateLimiter::size() const {
  std::size_t n = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    n += shard.windows.size();
  }
  return n;
}

}  // namespace chillin::presence
