#include "util/json_writer.h"

#include <array>
#include <charconv>

namespace chillin::util {

namespace {

/// How a byte is written: kClean as it is; kLineBreak starts U+2028/2029 or another character of U+2000..U+2FFF;
/// kControl as \u00XX; anything else is the letter after the backslash.
enum : char { kClean = 0, kLineBreak = 1, kControl = 2 };

constexpr auto kEscape = [] {
  std::array<char, 256> table{};
  for (std::size_t i = 0; i < 0x20; ++i) table[i] = kControl;
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  table[0xE2] = kLineBreak;
  return table;
}();

bool is_line_break(std::string_view text, std::size_t at) {
  return text.size() - at >= 3 && text[at + 1] == '\x80' && (text[at + 2] == '\xA8' || text[at + 2] == '\xA9');
}

template <class Number>
void append_number(std::string& out, Number value) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t start = 0;  // of the run of clean bytes that is not appended yet
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char how = kEscape[static_cast<unsigned char>(text[i])];
    if (how == kClean) [[likely]]
      continue;
    if (how == kLineBreak && !is_line_break(text, i)) continue;
    out.append(text.data() + start, i - start);
    start = i + 1;
    if (how == kLineBreak) {
      out += text[i + 2] == '\xA8' ? "\\u2028" : "\\u2029";
      i += 2;
      start = i + 1;
    } else if (how == kControl) {
      static constexpr std::string_view kDigits = "0123456789abcdef";
      const auto b = static_cast<unsigned char>(text[i]);
      out += "\\u00";
      out += kDigits[b >> 4];
      out += kDigits[b & 15];
    } else {
      out += '\\';
      out += how;
    }
  }
  out.append(text.data() + start, text.size() - start);
  out += '"';
}

void append_json_number(std::string& out, std::int64_t value) {
  append_number(out, value);
}
void append_json_number(std::string& out, std::uint64_t value) {
  append_number(out, value);
}

}  // namespace chillin::util
