#include "engineio/handshake_limiter.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>

namespace chillin::engineio {
namespace {
constexpr std::size_t kFirstSweep = 1024;
}

HandshakeLimiter::HandshakeLimiter(double per_second, double burst)
    : per_second_(per_second), burst_(std::max(1.0, burst > 0 ? burst : per_second)), sweep_at_(kFirstSweep) {}

int HandshakeLimiter::retry_after_seconds(const std::string& address, util::SteadyTime now) {
  if (per_second_ <= 0) return 0;
  const std::lock_guard lock(mutex_);
  if (buckets_.size() >= sweep_at_) forget_full(now);
  Bucket& bucket = buckets_.try_emplace(address, Bucket{burst_, now}).first->second;
  refill(bucket, now);
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return 0;
  }
  return std::max(1, static_cast<int>(std::ceil((1 - bucket.tokens) / per_second_)));
}

void HandshakeLimiter::refill(Bucket& bucket, util::SteadyTime now) const {
  // Loops read their clocks at different moments, so `now` may lie a little behind.
  if (now <= bucket.at) return;
  const double seconds = std::chrono::duration<double>(now - bucket.at).count();
  bucket.tokens = std::min(burst_, bucket.tokens + seconds * per_second_);
  bucket.at = now;
}

/// A full bucket says nothing that a new one would not. Sweeping at twice what was left keeps the cost per handshake
/// constant.
void HandshakeLimiter::forget_full(util::SteadyTime now) {
  for (auto entry = buckets_.begin(); entry != buckets_.end();) {
    refill(entry->second, now);
    entry = entry->second.tokens >= burst_ ? buckets_.erase(entry) : std::next(entry);
  }
  sweep_at_ = std::max(kFirstSweep, buckets_.size() * 2);
}

std::size_t HandshakeLimiter::size() const {
  const std::lock_guard lock(mutex_);
  return buckets_.size();
}

}  // namespace chillin::engineio
