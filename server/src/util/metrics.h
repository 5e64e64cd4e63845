#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Numbers for Prometheus that cost next to nothing to keep: each thread has a sheet of cells of its own, so counting
/// is one plain addition without a bus lock, and only a scrape looks at all sheets. docs/metrics.md lists what there
/// is.
///
/// A metric is a constant of the .cc file that counts: `const metrics::Counter kDone("chillin_done_total", "Things
/// done.");`. It belongs to the process, not to a server; it lives as long as the program. Labels are fixed where it is
/// made (or bounded, see HistogramFamily), and never come from a client.
namespace chillin::util::metrics {

namespace detail {

// One addition more must not cost the check of a thread-local's constructor: hence constinit.
extern thread_local constinit std::atomic<std::int64_t>* thread_cells;
extern constinit std::atomic<bool> enabled;
/// This thread's sheet; made at its first use, kept (and counted) when the thread ends.
[[nodiscard]] std::atomic<std::int64_t>* take_cells();

inline void add(std::uint32_t cell, std::int64_t n) noexcept {
  if (!enabled.load(std::memory_order_relaxed)) return;
  auto* cells = thread_cells != nullptr ? thread_cells : take_cells();
  // Nobody else writes here, so no read-modify-write is needed.
  cells[cell].store(cells[cell].load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
}

}  // namespace detail

/// Whether anything is counted; true unless switched off, which main does before threads start.
[[nodiscard]] inline bool enabled() noexcept {
  return detail::enabled.load(std::memory_order_relaxed);
}
void set_enabled(bool on) noexcept;

using Time = std::chrono::steady_clock::time_point;
/// For durations; the epoch while nothing is counted.
[[nodiscard]] inline Time now() noexcept {
  return enabled() ? std::chrono::steady_clock::now() : Time{};
}

/// `label="a"`, `label="b"`, ...: what a family of series is made with.
[[nodiscard]] std::vector<std::string> labels(std::string_view label, std::span<const std::string_view> values);
[[nodiscard]] std::vector<std::string> labels(std::string_view label, std::initializer_list<std::string_view> values);
/// Every pair; that of the i-th and the j-th value stands at i * (number of second values) + j.
[[nodiscard]] std::vector<std::string> labels(std::string_view first, std::initializer_list<std::string_view> firsts,
                                              std::string_view second, std::initializer_list<std::string_view> seconds);

/// One or more series that only grow. Thread-safe.
class Counter {
 public:
  Counter(std::string_view name, std::string_view help);
  Counter(std::string_view name, std::string_view help, const std::vector<std::string>& label_sets);

  void add(std::int64_t n = 1) const noexcept { detail::add(first_, n); }
  /// To the series of the `which`-th label set.
  void add_to(std::size_t which, std::int64_t n = 1) const noexcept {
    detail::add(first_ + static_cast<std::uint32_t>(which), n);
  }
  /// The sum of all threads.
  [[nodiscard]] std::int64_t value(std::size_t which = 0) const;

 private:
  std::uint32_t first_;
};

/// The same for what also goes down again. Whichever thread takes away: the sum is right.
class Gauge {
 public:
  Gauge(std::string_view name, std::string_view help);
  Gauge(std::string_view name, std::string_view help, const std::vector<std::string>& label_sets);

  void add(std::int64_t n) const noexcept { detail::add(first_, n); }
  void add_to(std::size_t which, std::int64_t n) const noexcept {
    detail::add(first_ + static_cast<std::uint32_t>(which), n);
  }
  [[nodiscard]] std::int64_t value(std::size_t which = 0) const;

 private:
  std::uint32_t first_;
};

/// What a histogram's values are.
enum class Scale : std::uint8_t {
  kSeconds,  ///< nanoseconds in, seconds out; buckets from 100 us to 10 s
  kCount,    ///< numbers; buckets 1, 2, 4, ... 2048
};

/// One series of a histogram: a value to pass around. Thread-safe.
class Series {
 public:
  /// `times`: as if it were called so often.
  void observe(std::int64_t value, std::int64_t times = 1) const noexcept;
  void observe(std::chrono::steady_clock::duration duration, std::int64_t times = 1) const noexcept {
    observe(std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count(), times);
  }
  /// The time since `start`, which now() gave.
  void since(Time start) const noexcept {
    if (enabled()) observe(std::chrono::steady_clock::now() - start);
  }
  [[nodiscard]] std::int64_t count() const;

 private:
  friend class Histogram;
  friend class HistogramFamily;
  Series(std::uint32_t first, Scale scale) : first_(first), scale_(scale) {}
  std::uint32_t first_;
  Scale scale_;
};

class Histogram {
 public:
  Histogram(std::string_view name, std::string_view help, Scale scale);
  Histogram(std::string_view name, std::string_view help, Scale scale, const std::vector<std::string>& label_sets);

  [[nodiscard]] const Series& operator[](std::size_t which) const { return series_[which]; }
  [[nodiscard]] const Series* operator->() const { return series_.data(); }

 private:
  std::vector<Series> series_;
};

/// A histogram whose label values turn up at run time: names of the program's statements and commands. Beyond
/// `max_series` everything is `other`. Takes a lock: keep what of() returns.
class HistogramFamily {
 public:
  HistogramFamily(std::string_view name, std::string_view help, Scale scale, std::string_view label,
                  std::size_t max_series);
  /// `value` must need no escaping; one that holds anything but letters, digits and '_' is `other`.
  [[nodiscard]] Series of(std::string_view value) const;

 private:
  std::string name_;
  std::string label_;
  Scale scale_;
  std::size_t max_series_;
};

/// Everything that was made, in order of names, in Prometheus text format 0.0.4. Any thread.
[[nodiscard]] std::string text();

}  // namespace chillin::util::metrics
