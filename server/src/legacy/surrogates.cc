#include "legacy/surrogates.h"

#include <charconv>
#include <optional>
#include <string_view>

namespace chillin::legacy {

namespace {

constexpr std::size_t kEscapeSize = 6;

std::optional<unsigned> escape_at(std::string_view json, std::size_t at) {
  if (json.size() < at + kEscapeSize || json[at] != '\\' || json[at + 1] != 'u') return std::nullopt;
  unsigned value = 0;
  const char* digits = json.data() + at + 2;
  const auto [end, error] = std::from_chars(digits, digits + 4, value, 16);
  if (error != std::errc() || end != digits + 4) return std::nullopt;
  return value;
}

bool is_high(unsigned unit) {
  return unit >= 0xD800 && unit <= 0xDBFF;
}
bool is_low(unsigned unit) {
  return unit >= 0xDC00 && unit <= 0xDFFF;
}

}  // namespace

bool replace_lone_surrogates(std::string& json) {
  bool replaced = false;
  for (std::size_t at = json.find('\\'); at != std::string::npos; at = json.find('\\', at)) {
    const auto unit = escape_at(json, at);
    if (!unit) {
      at += 2;  // `\\`, `\"`, ...: what follows the backslash begins no escape
      continue;
    }
    const auto second = is_high(*unit) ? escape_at(json, at + kEscapeSize) : std::nullopt;
    if (second && is_low(*second)) {
      at += 2 * kEscapeSize;
      continue;
    }
    if (is_high(*unit) || is_low(*unit)) {
      json.replace(at, kEscapeSize, "\\uFFFD");
      replaced = true;
    }
    at += kEscapeSize;
  }
  return replaced;
}

}  // namespace chillin::legacy
