#include "legacy/timestamps.h"

#include <chrono>
#include <cstdint>

namespace chillin::legacy {

namespace {

constexpr std::int64_t kLastMillis = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z

std::optional<util::WallMillis> in_range(std::int64_t millis) {
  if (millis < 0 || millis > kLastMillis) return std::nullopt;
  return util::WallMillis{millis};
}

// What is left of a text that is being read.
struct Reader {
  std::string_view rest;

  bool skip(char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  std::optional<int> digits(std::size_t count) {
    if (rest.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest[i] < '0' || rest[i] > '9') return std::nullopt;
      value = value * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(count);
    return value;
  }
  /// At most `most`.
  std::optional<int> digits(std::size_t count, int most) {
    const auto value = digits(count);
    return value && *value <= most ? value : std::nullopt;
  }
};

// ".5" is 500 ms; at least one digit.
std::optional<int> fraction_millis(Reader& in) {
  int millis = 0;
  int weight = 100;
  auto digit = in.digits(1);
  if (!digit) return std::nullopt;
  for (; digit; digit = in.digits(1)) {
    millis += *digit * weight;
    weight /= 10;
  }
  return millis;
}

// Minutes east of Greenwich.
std::optional<int> zone_minutes(Reader& in) {
  if (in.rest.empty() || in.skip('Z')) return 0;
  const bool west = in.skip('-');
  if (!west && !in.skip('+')) return std::nullopt;
  const auto hours = in.digits(2, 23);
  in.skip(':');
  const auto minutes = in.digits(2, 59);
  if (!hours || !minutes) return std::nullopt;
  const int offset = *hours * 60 + *minutes;
  return west ? -offset : offset;
}

}  // namespace

std::optional<util::WallMillis> parse_time(std::string_view text) {
  using namespace std::chrono;
  Reader in{text};
  const auto y = in.digits(4);
  const bool dash = in.skip('-');
  const auto m = in.digits(2);
  const bool second_dash = in.skip('-');
  const auto d = in.digits(2);
  if (!y || !dash || !m || !second_dash || !d) return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*m)}, day{static_cast<unsigned>(*d)}};
  if (!date.ok() || (!in.skip('T') && !in.skip(' '))) return std::nullopt;

  const auto hour = in.digits(2, 23);
  const bool colon = in.skip(':');
  const auto minute = in.digits(2, 59);
  if (!hour || !colon || !minute) return std::nullopt;
  std::optional<int> second = 0;
  std::optional<int> millis = 0;
  if (in.skip(':')) second = in.digits(2, 59);
  if (second && in.skip('.')) millis = fraction_millis(in);
  if (!second || !millis) return std::nullopt;
  const auto zone = zone_minutes(in);
  if (!zone || !in.rest.empty()) return std::nullopt;

  const auto at = sys_days(date) + hours{*hour} + minutes{*minute} + seconds{*second} - minutes{*zone};
  return in_range(duration_cast<milliseconds>(at.time_since_epoch()).count() + *millis);
}

std::optional<util::WallMillis> parse_time(const boost::json::value* value) {
  if (value == nullptr) return std::nullopt;
  if (value->is_string()) return parse_time(std::string_view(value->get_string()));
  if (value->is_int64()) return in_range(value->get_int64());
  if (value->is_uint64() || !value->is_double()) return std::nullopt;
  const double millis = value->get_double();
  if (!(millis >= 0 && millis <= static_cast<double>(kLastMillis))) return std::nullopt;
  return in_range(static_cast<std::int64_t>(millis));
}

}  // namespace chillin::legacy
