#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <unordered_map>

#include "util/clock.h"

namespace chillin::engineio {

/// A token bucket per address: `per_second` handshakes a second, and `burst` of them at once after quiet.
///
/// Thread-safe: one limit holds over all loops, and a handshake is rare enough for a lock.
class HandshakeLimiter {
 public:
  /// `per_second` 0: no limit. `burst` 0: as many as in a second, at least one.
  explicit HandshakeLimiter(double per_second, double burst = 0);

  /// 0 if the handshake may go on, otherwise whole seconds after which trying again makes sense.
  [[nodiscard]] int retry_after_seconds(const std::string& address, util::SteadyTime now);

  /// Addresses remembered; for tests.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Bucket {
    double tokens;
    util::SteadyTime at;
  };
  void refill(Bucket& bucket, util::SteadyTime now) const;
  void forget_full(util::SteadyTime now);

  const double per_second_;
  const double burst_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Bucket> buckets_;
  std::size_t sweep_at_;
};

}  // namespace chillin::engineio
