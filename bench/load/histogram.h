#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace chillin::bench {

/// Latencies in nanoseconds in logarithmic buckets: 32 a power of two, so a percentile is off by at most 3 %.
/// Confined to: its Worker; merged after the threads have been joined.
class Histogram {
 public:
  void record(uint64_t value) {
    ++counts_[bucket_of(value)];
    ++total_;
    max_ = std::max(max_, value);
    sum_ += value;
  }

  void merge(const Histogram& other) {
    for (size_t i = 0; i < counts_.size(); ++i) counts_[i] += other.counts_[i];
    total_ += other.total_;
    max_ = std::max(max_, other.max_);
    sum_ += other.sum_;
  }

  /// The value below or at which `fraction` (0..1) of the records lie; 0 when there are none.
  uint64_t percentile(double fraction) const {
    if (total_ == 0) return 0;
    const auto wanted = static_cast<uint64_t>(fraction * static_cast<double>(total_ - 1)) + 1;
    uint64_t seen = 0;
    for (size_t i = 0; i < counts_.size(); ++i) {
      seen += counts_[i];
      if (seen >= wanted) return std::min(upper_bound_of(i), max_);
    }
    return max_;
  }

  uint64_t total() const { return total_; }
  uint64_t max() const { return max_; }
  double mean() const { return total_ == 0 ? 0.0 : static_cast<double>(sum_) / static_cast<double>(total_); }

 private:
  static constexpr unsigned kSubBits = 5;
  static constexpr size_t kSub = 1U << kSubBits;

  static size_t bucket_of(uint64_t value) {
    if (value < kSub) return static_cast<size_t>(value);
    const auto exponent = static_cast<unsigned>(std::bit_width(value)) - 1 - kSubBits;
    return (exponent + 1) * kSub + static_cast<size_t>((value >> exponent) - kSub);
  }

  static uint64_t upper_bound_of(size_t bucket) {
    if (bucket < kSub) return bucket;
    const size_t exponent = bucket / kSub - 1;
    return ((bucket % kSub + kSub + 1) << exponent) - 1;
  }

  std::array<uint64_t, (64 - kSubBits + 1) * kSub> counts_{};
  uint64_t total_ = 0;
  uint64_t max_ = 0;
  uint64_t sum_ = 0;
};

}  // namespace chillin::bench
