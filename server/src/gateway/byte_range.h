#pragma once

#include <cstdint>
#include <string_view>

namespace chillin::gateway {

/// The part of a representation that a request asks for (RFC 9110 section 14.2).
struct ByteRange {
  enum class Kind : std::uint8_t { kWhole, kPart, kUnsatisfiable };
  Kind kind = Kind::kWhole;
  std::int64_t first = 0;  ///< kPart: of the bytes, counted from 0
  std::int64_t last = 0;   ///< kPart: included
};

/// `header`: the value of Range, or empty; `size`: of the whole, in bytes. What is no single range of bytes asks for
/// the whole, as the RFC allows.
[[nodiscard]] ByteRange parse_range(std::string_view header, std::int64_t size) noexcept;

}  // namespace chillin::gateway
