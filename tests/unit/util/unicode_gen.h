#pragma once

#include <rapidcheck.h>

#include <cstdint>
#include <string>
#include <vector>

namespace chillin::util::testing {

/// UTF-8 of one code point, written down once more on purpose: the tests must not lean on what they test.
inline std::string encode(std::uint32_t c) {
  const auto byte = [](std::uint32_t b) { return static_cast<char>(b); };
  if (c < 0x80) return {byte(c)};
  if (c < 0x800) return {byte(0xC0 | c >> 6), byte(0x80 | (c & 63))};
  if (c < 0x10000) return {byte(0xE0 | c >> 12), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63))};
  return {byte(0xF0 | c >> 18), byte(0x80 | (c >> 12 & 63)), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63))};
}

inline std::string encode(const std::vector<std::uint32_t>& text) {
  std::string out;
  for (const auto c : text) out += encode(c);
  return out;
}

/// Code points with a liking for what breaks: controls, marks, jamo, white space, quotes, line separators, the edges.
inline rc::Gen<std::uint32_t> code_point() {
  const auto range = [](std::uint32_t from, std::uint32_t to) { return rc::gen::inRange<std::uint32_t>(from, to + 1); };
  return rc::gen::weightedOneOf<std::uint32_t>(
      {{6, range(0x20, 0x7E)},
       {2, range(0, 0x1F)},
       {1, range(0x7F, 0x9F)},
       {3, range(0xA0, 0x24F)},
       {3, range(0x300, 0x36F)},
       {1, range(0x370, 0x1FFF)},
       {2, range(0x1100, 0x11FF)},
       {1, range(0xAC00, 0xD7A3)},
       {2, rc::gen::element<std::uint32_t>('"', '\\', '/', 0x2028, 0x2029, 0x2019, 0x20AC, 0xFEFF, 0x3000, 0x212B,
                                           0x130, 0x344, 0xFFFF, 0xFFFE, 0x1F600, 0x10FFFF, 0xD7FF, 0xE000)},
       {1, range(0xE000, 0xFFFF)},
       {1, range(0x10000, 0x10FFFF)}});
}

inline rc::Gen<std::string> utf8_text() {
  return rc::gen::map(rc::gen::container<std::vector<std::uint32_t>>(code_point()),
                      [](const std::vector<std::uint32_t>& text) { return encode(text); });
}

}  // namespace chillin::util::testing
