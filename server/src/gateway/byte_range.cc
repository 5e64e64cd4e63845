#include "gateway/byte_range.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace chillin::gateway {

namespace {

std::optional<std::int64_t> number(std::string_view text) noexcept {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || text.front() == '-' || error != std::errc() || end != text.data() + text.size()) {
    return std::nullopt;
  }
  return value;
}

}  // namespace

ByteRange parse_range(std::string_view header, std::int64_t size) noexcept {
  static constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit)) return {};
  header.remove_prefix(kUnit.size());
  const auto dash = header.find('-');
  if (dash == std::string_view::npos) return {};
  const auto first = number(header.substr(0, dash));
  const auto last = number(header.substr(dash + 1));
  const bool open_end = dash + 1 == header.size();
  constexpr auto kPart = ByteRange::Kind::kPart;
  constexpr auto kUnsatisfiable = ByteRange::Kind::kUnsatisfiable;
  if (dash == 0) {  // the last so many
    if (!last) return {};
    if (*last == 0 || size == 0) return {kUnsatisfiable};
    return {kPart, std::max<std::int64_t>(0, size - *last), size - 1};
  }
  if (!first || (!last && !open_end) || (last && *last < *first)) return {};
  if (*first >= size) return {kUnsatisfiable};
  return {kPart, *first, std::min(last.value_or(size - 1), size - 1)};
}

}  // namespace chillin::gateway
