#include "util/metrics.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>
#include <utility>

namespace chillin::util::metrics {

namespace {

// Cells of a sheet: 32 KB a thread. The last ones take what turns up at run time and finds no place any more.
constexpr std::size_t kCells = 4096;
constexpr std::uint32_t kNowhere = kCells - 32;

constexpr std::array<std::int64_t, 16> kSecondBounds = {  // nanoseconds
    100'000,    250'000,     500'000,     1'000'000,   2'500'000,     5'000'000,     10'000'000,    20'000'000,
    40'000'000, 100'000'000, 250'000'000, 500'000'000, 1'000'000'000, 2'500'000'000, 5'000'000'000, 10'000'000'000};
constexpr std::array<std::int64_t, 12> kCountBounds = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048};

std::span<const std::int64_t> bounds_of(Scale scale) {
  return scale == Scale::kSeconds ? std::span<const std::int64_t>(kSecondBounds) : kCountBounds;
}
// The buckets, the one without a bound, the sum.
std::uint32_t cells_of(Scale scale) {
  return static_cast<std::uint32_t>(bounds_of(scale).size()) + 2;
}

enum class Kind { kCounter, kGauge, kHistogram };

struct Family {
  struct Member {
    std::string labels;  // without braces; empty: none
    std::uint32_t first = kNowhere;
  };
  Kind kind = Kind::kCounter;
  Scale scale = Scale::kCount;
  std::string help;
  std::vector<Member> members;
};

struct Sheet {
  std::array<std::atomic<std::int64_t>, kCells> cells{};
};

// Metrics are made by constants of many files before main and counted until after it: this is never destroyed.
class Registry {
 public:
  static Registry& get() {
    static auto& registry = *new Registry;
    return registry;
  }

  /// Cells for each label set; those of the first, the others follow.
  std::uint32_t add(std::string_view name, std::string_view help, Kind kind, Scale scale,
                    std::span<const std::string> label_sets) {
    const std::lock_guard lock(mutex_);
    Family& family = families_[std::string(name)];
    family.kind = kind;
    family.scale = scale;
    family.help = help;
    const std::uint32_t each = kind == Kind::kHistogram ? cells_of(scale) : 1;
    if (used_ + each * label_sets.size() > kNowhere) {
      // Made by constants: every start of the program would end here, so no release can.
      std::fprintf(stderr, "metrics: no cells left for %s\n", family.help.c_str());
      std::abort();
    }
    const std::uint32_t first = used_;
    for (const auto& labels : label_sets) {
      family.members.push_back({labels, used_});
      used_ += each;
    }
    return first;
  }

  std::uint32_t find_or_add(const std::string& name, std::string_view label, std::string_view value,
                            std::size_t max_series) {
    const std::lock_guard lock(mutex_);
    Family& family = families_[name];
    const auto find = [&](std::string_view v) {
      const std::string wanted = std::string(label).append("=\"").append(v).append("\"");
      const auto found = std::find_if(family.members.begin(), family.members.end(),
                                      [&](const auto& member) { return member.labels == wanted; });
      return std::pair(found, wanted);
    };
    auto [found, wanted] = find(value);
    if (found == family.members.end() && family.members.size() + 1 >= max_series) {
      std::tie(found, wanted) = find("other");
    }
    if (found != family.members.end()) return found->first;
    if (used_ + cells_of(family.scale) > kNowhere) return kNowhere;
    family.members.push_back({wanted, used_});
    used_ += cells_of(family.scale);
    return family.members.back().first;
  }

  std::atomic<std::int64_t>* take_sheet() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) {
      sheets_.push_back(std::make_unique<Sheet>());
      idle_.push_back(sheets_.back().get());
    }
    Sheet* const sheet = idle_.back();
    idle_.pop_back();
    return sheet->cells.data();
  }
  // What it holds still counts; the next thread goes on with it.
  void give_back(std::atomic<std::int64_t>* cells) {
    const std::lock_guard lock(mutex_);
    for (const auto& sheet : sheets_) {
      if (sheet->cells.data() == cells) idle_.push_back(sheet.get());
    }
  }

  std::int64_t sum(std::uint32_t cell) {
    const std::lock_guard lock(mutex_);
    return total(cell);
  }
  std::string text();

 private:
  std::int64_t total(std::uint32_t cell) const {
    std::int64_t sum = 0;
    for (const auto& sheet : sheets_) sum += sheet->cells[cell].load(std::memory_order_relaxed);
    return sum;
  }
  void write_histogram(std::string& out, std::string_view name, const Family& family, const Family::Member& member);

  std::mutex mutex_;
  std::map<std::string, Family, std::less<>> families_;
  std::vector<std::unique_ptr<Sheet>> sheets_;
  std::vector<Sheet*> idle_;
  std::uint32_t used_ = 0;
};

void append_number(std::string& out, double value) {
  std::array<char, 40> digits{};
  std::snprintf(digits.data(), digits.size(), "%.15g", value);
  out += digits.data();
}

void append_sample(std::string& out, std::string_view name, std::string_view suffix, std::string_view labels,
                   double value) {
  out.append(name).append(suffix);
  if (!labels.empty()) out.append("{").append(labels).append("}");
  out += ' ';
  append_number(out, value);
  out += '\n';
}

double scaled(Scale scale, std::int64_t value) {
  return scale == Scale::kSeconds ? static_cast<double>(value) / 1e9 : static_cast<double>(value);
}

void Registry::write_histogram(std::string& out, std::string_view name, const Family& family,
                               const Family::Member& member) {
  const auto bounds = bounds_of(family.scale);
  std::int64_t count = 0;
  for (std::uint32_t i = 0; i <= bounds.size(); ++i) {
    count += total(member.first + i);
    std::string labels = member.labels;
    if (!labels.empty()) labels += ',';
    labels += "le=\"";
    if (i < bounds.size()) {
      append_number(labels, scaled(family.scale, bounds[i]));
    } else {
      labels += "+Inf";
    }
    labels += '"';
    append_sample(out, name, "_bucket", labels, static_cast<double>(count));
  }
  const auto sum = total(member.first + static_cast<std::uint32_t>(bounds.size()) + 1);
  append_sample(out, name, "_sum", member.labels, scaled(family.scale, sum));
  append_sample(out, name, "_count", member.labels, static_cast<double>(count));
}

std::string Registry::text() {
  static constexpr std::array<std::string_view, 3> kTypes = {"counter", "gauge", "histogram"};
  std::string out;
  const std::lock_guard lock(mutex_);
  for (const auto& [name, family] : families_) {
    if (family.members.empty()) continue;
    out.append("# HELP ").append(name).append(" ").append(family.help).append("\n");
    out.append("# TYPE ").append(name).append(" ").append(kTypes[static_cast<std::size_t>(family.kind)]).append("\n");
    for (const auto& member : family.members) {
      if (family.kind == Kind::kHistogram) {
        write_histogram(out, name, family, member);
      } else {
        append_sample(out, name, {}, member.labels, static_cast<double>(total(member.first)));
      }
    }
  }
  return out;
}

thread_local constinit bool thread_ends = false;

// Has the sheet given back when its thread ends.
struct Keeper {
  bool wanted = false;  // setting it has the destructor registered
  ~Keeper() {
    thread_ends = true;
    if (auto* cells = std::exchange(detail::thread_cells, nullptr)) Registry::get().give_back(cells);
  }
};

const std::vector<std::string>& no_labels() {
  static const std::vector<std::string> one{std::string()};
  return one;
}

thread_local Keeper keeper;

}  // namespace

namespace detail {

thread_local constinit std::atomic<std::int64_t>* thread_cells = nullptr;
constinit std::atomic<bool> enabled{true};

std::atomic<std::int64_t>* take_cells() {
  // What destructors of this thread count later goes to a sheet that nobody gives back.
  if (!thread_ends) keeper.wanted = true;
  thread_cells = Registry::get().take_sheet();
  return thread_cells;
}

}  // namespace detail

void set_enabled(bool on) noexcept {
  detail::enabled.store(on, std::memory_order_relaxed);
}

std::vector<std::string> labels(std::string_view label, std::span<const std::string_view> values) {
  std::vector<std::string> out;
  for (const auto value : values) out.push_back(std::string(label).append("=\"").append(value).append("\""));
  return out;
}

std::vector<std::string> labels(std::string_view label, std::initializer_list<std::string_view> values) {
  return labels(label, std::span(values.begin(), values.size()));
}

std::vector<std::string> labels(std::string_view first, std::initializer_list<std::string_view> firsts,
                                std::string_view second, std::initializer_list<std::string_view> seconds) {
  std::vector<std::string> out;
  for (const auto& a : labels(first, firsts)) {
    for (const auto& b : labels(second, seconds)) out.push_back(a + "," + b);
  }
  return out;
}

Counter::Counter(std::string_view name, std::string_view help) : Counter(name, help, no_labels()) {}
Counter::Counter(std::string_view name, std::string_view help, const std::vector<std::string>& label_sets)
    : first_(Registry::get().add(name, help, Kind::kCounter, Scale::kCount, label_sets)) {}
std::int64_t Counter::value(std::size_t which) const {
  return Registry::get().sum(first_ + static_cast<std::uint32_t>(which));
}

Gauge::Gauge(std::string_view name, std::string_view help) : Gauge(name, help, no_labels()) {}
Gauge::Gauge(std::string_view name, std::string_view help, const std::vector<std::string>& label_sets)
    : first_(Registry::get().add(name, help, Kind::kGauge, Scale::kCount, label_sets)) {}
std::int64_t Gauge::value(std::size_t which) const {
  return Registry::get().sum(first_ + static_cast<std::uint32_t>(which));
}

void Series::observe(std::int64_t value, std::int64_t times) const noexcept {
  if (!enabled()) return;
  const auto bounds = bounds_of(scale_);
  std::uint32_t bucket = 0;
  while (bucket < bounds.size() && value > bounds[bucket]) ++bucket;
  detail::add(first_ + bucket, times);
  detail::add(first_ + static_cast<std::uint32_t>(bounds.size()) + 1, value * times);
}

std::int64_t Series::count() const {
  std::int64_t count = 0;
  for (std::uint32_t i = 0; i <= bounds_of(scale_).size(); ++i) count += Registry::get().sum(first_ + i);
  return count;
}

Histogram::Histogram(std::string_view name, std::string_view help, Scale scale)
    : Histogram(name, help, scale, no_labels()) {}
Histogram::Histogram(std::string_view name, std::string_view help, Scale scale,
                     const std::vector<std::string>& label_sets) {
  const std::uint32_t first = Registry::get().add(name, help, Kind::kHistogram, scale, label_sets);
  for (std::uint32_t i = 0; i < label_sets.size(); ++i) series_.push_back(Series(first + i * cells_of(scale), scale));
}

HistogramFamily::HistogramFamily(std::string_view name, std::string_view help, Scale scale, std::string_view label,
                                 std::size_t max_series)
    : name_(name), label_(label), scale_(scale), max_series_(max_series) {
  Registry::get().add(name, help, Kind::kHistogram, scale, {});
}

Series HistogramFamily::of(std::string_view value) const {
  const bool plain = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
  const std::string_view name = plain ? value : std::string_view("other");
  return {Registry::get().find_or_add(name_, label_, name, max_series_), scale_};
}

std::string text() {
  return Registry::get().text();
}

}  // namespace chillin::util::metrics
