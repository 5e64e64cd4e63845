#include "util/text.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace chillin::util {

namespace {

// --- UTF-8 as a state machine (RFC 3629, section 4: the table of well-formed byte sequences) -----------------------

enum State : std::uint8_t {
  kAccept = 0,
  kOneMore,
  kTwoMore,
  kThreeMore,
  kAfterE0,  // the second byte must be A0..BF, or the form is overlong
  kAfterED,  // 80..9F, or it is a surrogate
  kAfterF0,  // 90..BF, or the form is overlong
  kAfterF4,  // 80..8F, or it is above U+10FFFF
  kReject,
  kStates
};

constexpr State next_state(State state, unsigned byte) {
  const auto between = [byte](unsigned low, unsigned high) { return byte >= low && byte <= high; };
  switch (state) {
    case kAccept:
      if (byte < 0x80) return kAccept;
      if (between(0xC2, 0xDF)) return kOneMore;
      if (byte == 0xE0) return kAfterE0;
      if (byte == 0xED) return kAfterED;
      if (between(0xE1, 0xEF)) return kTwoMore;
      if (byte == 0xF0) return kAfterF0;
      if (between(0xF1, 0xF3)) return kThreeMore;
      if (byte == 0xF4) return kAfterF4;
      return kReject;
    case kOneMore:
      return between(0x80, 0xBF) ? kAccept : kReject;
    case kTwoMore:
      return between(0x80, 0xBF) ? kOneMore : kReject;
    case kThreeMore:
      return between(0x80, 0xBF) ? kTwoMore : kReject;
    case kAfterE0:
      return between(0xA0, 0xBF) ? kOneMore : kReject;
    case kAfterED:
      return between(0x80, 0x9F) ? kOneMore : kReject;
    case kAfterF0:
      return between(0x90, 0xBF) ? kTwoMore : kReject;
    case kAfterF4:
      return between(0x80, 0x8F) ? kTwoMore : kReject;
    default:
      return kReject;
  }
}

constexpr auto kTransitions = [] {
  std::array<std::array<std::uint8_t, 256>, kStates> table{};
  for (unsigned s = 0; s < kStates; ++s) {
    for (unsigned b = 0; b < 256; ++b) table[s][b] = next_state(static_cast<State>(s), b);
  }
  return table;
}();

constexpr std::uint64_t kHighBits = 0x8080808080808080ULL;

/// Bytes of `p` before the first non-ASCII byte, rounded down to a multiple of eight.
std::size_t ascii_blocks(const char* p, std::size_t size) noexcept {
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t block;
    std::memcpy(&block, p + i, 8);
    if ((block & kHighBits) != 0) break;
  }
  return i;
}

// --- Unicode -------------------------------------------------------------------------------------------------------

using CodePoints = std::vector<utf8proc_int32_t>;

/// The next code point of valid UTF-8; moves `at` past it.
utf8proc_int32_t next_code_point(std::string_view utf8, std::size_t& at) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(utf8[i]); };
  const auto more = [&](std::size_t i) { return static_cast<utf8proc_int32_t>(byte(i) & 0x3F); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) return utf8[at++];
  if (lead < 0xE0) {
    at += 2;
    return ((lead & 0x1F) << 6) | more(at - 1);
  }
  if (lead < 0xF0) {
    at += 3;
    return ((lead & 0x0F) << 12) | (more(at - 2) << 6) | more(at - 1);
  }
  at += 4;
  return ((lead & 0x07) << 18) | (more(at - 3) << 12) | (more(at - 2) << 6) | more(at - 1);
}

void append_utf8(std::string& out, utf8proc_int32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
    return;
  }
  utf8proc_uint8_t bytes[4];
  const auto n = utf8proc_encode_char(c, bytes);
  out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(n));
}

constexpr bool is_control(utf8proc_int32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0);
}
constexpr bool is_line_break(utf8proc_int32_t c) {
  return c == 0x2028 || c == 0x2029;
}

/// White_Space of the Unicode Character Database, and U+FEFF, as JavaScript's trim() has it (the earlier version's
/// rule).
constexpr bool is_space(utf8proc_int32_t c) {
  return c == 0x20 || (c >= 0x09 && c <= 0x0D) || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000 ||
         c == 0xFEFF;
}

utf8proc_propval_t combining_class(utf8proc_int32_t c) {
  return utf8proc_get_property(c)->combining_class;
}

/// Sorts a run of combining marks by class, equal ones in the order they came. (std::stable_sort of libstdc++ 12 does
/// not compile under clang with warnings as errors.)
void sort_marks(CodePoints::iterator begin, CodePoints::iterator end) {
  if (end - begin < 2) return;
  std::vector<std::pair<std::uint64_t, utf8proc_int32_t>> marks;
  marks.reserve(static_cast<std::size_t>(end - begin));
  for (auto it = begin; it != end; ++it) {
    marks.emplace_back(static_cast<std::uint64_t>(combining_class(*it)) << 32 | marks.size(), *it);
  }
  std::sort(marks.begin(), marks.end());
  for (const auto& mark : marks) *begin++ = mark.second;
}

/// Puts `text` into NFC in place (Unicode Standard Annex 15). utf8proc's own whole-string function sorts combining
/// marks in quadratic time, which a megabyte of them would turn into an attack; here each run is sorted by
/// std::stable_sort.
void compose(CodePoints& text) {
  CodePoints decomposed;
  decomposed.reserve(text.size() + text.size() / 4);
  for (const utf8proc_int32_t c : text) {
    utf8proc_int32_t parts[16];
    int boundary_class = 0;
    const auto n =
        utf8proc_decompose_char(c, parts, std::size(parts),
                                static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_STABLE), &boundary_class);
    if (n <= 0 || n > static_cast<utf8proc_ssize_t>(std::size(parts))) {
      decomposed.push_back(c);  // the longest canonical decomposition has four code points; kept as it is otherwise
    } else {
      decomposed.insert(decomposed.end(), parts, parts + n);
    }
  }
  for (auto run = decomposed.begin(); run != decomposed.end();) {
    if (combining_class(*run) == 0) {
      ++run;
      continue;
    }
    const auto end = std::find_if(run, decomposed.end(), [&](auto c) { return combining_class(c) == 0; });
    sort_marks(run, end);
    run = end;
  }
  const auto size = utf8proc_normalize_utf32(decomposed.data(), static_cast<utf8proc_ssize_t>(decomposed.size()),
                                             static_cast<utf8proc_option_t>(UTF8PROC_COMPOSE | UTF8PROC_STABLE));
  decomposed.resize(static_cast<std::size_t>(std::max<utf8proc_ssize_t>(size, 0)));
  text.swap(decomposed);
}

/// Everything below U+0300 is in NFC by itself (NFC_Quick_Check=Yes, and nothing there combines with what precedes it).
bool may_need_nfc(std::string_view utf8) noexcept {
  return std::any_of(utf8.begin(), utf8.end(), [](char c) { return static_cast<unsigned char>(c) >= 0xCC; });
}

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNotBase64 = 0xFF;
constexpr auto kBase64Value = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(kNotBase64);
  for (std::size_t i = 0; i < kBase64.size(); ++i)
    table[static_cast<unsigned char>(kBase64[i])] = static_cast<std::uint8_t>(i);
  return table;
}();

}  // namespace

bool Utf8Validator::feed(std::string_view piece) noexcept {
  const char* const p = piece.data();
  const std::size_t size = piece.size();
  unsigned state = state_;
  std::size_t i = 0;
  while (i < size) {
    if (state == kAccept) {
      i += ascii_blocks(p + i, size - i);
      if (i == size) break;
    }
    // Up to eight bytes one by one, then another look for ASCII blocks.
    const std::size_t end = std::min(size, i + 8);
    for (; i < end; ++i) state = kTransitions[state][static_cast<unsigned char>(p[i])];
    if (state == kReject) break;
  }
  state_ = state;
  return state != kReject;
}

bool is_utf8(std::string_view text) noexcept {
  Utf8Validator validator;
  return validator.feed(text) && validator.complete();
}

std::size_t code_points(std::string_view utf8) noexcept {
  std::size_t n = 0;
  for (const char c : utf8) n += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return n;
}

std::optional<std::string> normalize_text(std::string_view utf8) {
  if (!is_utf8(utf8)) return std::nullopt;
  std::string out;
  out.reserve(utf8.size());
  // Controls go first, so that a mark after one combines with what stands before it, and the result is in NFC.
  for (std::size_t at = 0; at < utf8.size();) {
    const std::size_t start = at;
    const utf8proc_int32_t c = next_code_point(utf8, at);
    if (c == '\r') {
      if (at == utf8.size() || utf8[at] != '\n') out += '\n';
    } else if (c == '\n' || c == '\t' || !is_control(c)) {
      out.append(utf8.substr(start, at - start));
    }
  }
  if (!may_need_nfc(out)) return out;
  CodePoints text;
  text.reserve(out.size());
  for (std::size_t at = 0; at < out.size();) text.push_back(next_code_point(out, at));
  compose(text);
  out.clear();
  for (const utf8proc_int32_t c : text) append_utf8(out, c);
  return out;
}

std::optional<std::string> normalize_name(std::string_view utf8) {
  if (!is_utf8(utf8)) return std::nullopt;
  CodePoints text;
  text.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) {
    const utf8proc_int32_t c = next_code_point(utf8, at);
    if (!is_control(c) && !is_line_break(c)) text.push_back(c);
  }
  // Composed before lower-casing, so that marks meet their letters, and again after it: a lower-cased letter may
  // compose with a mark that its capital does not compose with.
  const bool needs_nfc = may_need_nfc(utf8);
  if (needs_nfc) compose(text);
  for (utf8proc_int32_t& c : text) c = utf8proc_tolower(c);
  if (needs_nfc) compose(text);
  const auto begin = std::find_if_not(text.begin(), text.end(), is_space);
  const auto end = std::find_if_not(text.rbegin(), std::make_reverse_iterator(begin), is_space).base();
  std::string out;
  out.reserve(utf8.size());
  for (auto it = begin; it != end; ++it) append_utf8(out, *it);
  return out;
}

std::string base64_encode(std::string_view bytes) {
  std::string out;
  out.resize((bytes.size() + 2) / 3 * 4);
  char* to = out.data();
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[i])); };
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    const std::uint32_t v = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    *to++ = kBase64[v >> 18];
    *to++ = kBase64[v >> 12 & 63];
    *to++ = kBase64[v >> 6 & 63];
    *to++ = kBase64[v & 63];
  }
  const std::size_t rest = bytes.size() - i;
  if (rest == 0) return out;
  const std::uint32_t v = byte(i) << 16 | (rest == 2 ? byte(i + 1) << 8 : 0);
  *to++ = kBase64[v >> 18];
  *to++ = kBase64[v >> 12 & 63];
  *to++ = rest == 2 ? kBase64[v >> 6 & 63] : '=';
  *to++ = '=';
  return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
  if (text.size() % 4 == 0 && text.ends_with('=')) text.remove_suffix(text.ends_with("==") ? 2 : 1);
  const std::size_t rest = text.size() % 4;
  if (rest == 1) return std::nullopt;
  std::string out;
  out.resize(text.size() / 4 * 3 + (rest == 0 ? 0 : rest - 1));
  char* to = out.data();
  const auto value = [&](std::size_t i) {
    return static_cast<std::uint32_t>(kBase64Value[static_cast<unsigned char>(text[i])]);
  };
  std::size_t i = 0;
  for (; i + 4 <= text.size(); i += 4) {
    const std::uint32_t a = value(i), b = value(i + 1), c = value(i + 2), d = value(i + 3);
    if ((a | b | c | d) == kNotBase64) return std::nullopt;  // only the mark sets the upper two bits
    const std::uint32_t v = a << 18 | b << 12 | c << 6 | d;
    *to++ = static_cast<char>(v >> 16);
    *to++ = static_cast<char>(v >> 8);
    *to++ = static_cast<char>(v);
  }
  if (rest == 0) return out;
  const std::uint32_t a = value(i), b = value(i + 1), c = rest == 3 ? value(i + 2) : 0;
  if ((a | b | c) == kNotBase64) return std::nullopt;
  const std::uint32_t v = a << 18 | b << 12 | c << 6;
  // Bits beyond the last byte must be zero (RFC 4648 section 3.5), so that each text has one encoding.
  if ((v & (rest == 3 ? 0xFFU : 0xFFFFU)) != 0) return std::nullopt;
  *to++ = static_cast<char>(v >> 16);
  if (rest == 3) *to++ = static_cast<char>(v >> 8);
  return out;
}

std::string hex_encode(std::string_view bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto b = static_cast<unsigned char>(c);
    out += kDigits[b >> 4];
    out += kDigits[b & 15];
  }
  return out;
}

std::string url_encode(std::string_view text) {
  static constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const auto u = static_cast<unsigned char>(c);
    const bool plain = (u >= '0' && u <= '9') || (u >= 'A' && u <= 'Z') || (u >= 'a' && u <= 'z') || u == '-' ||
                       u == '.' || u == '_' || u == '~';
    if (plain) {
      out += c;
    } else {
      out += {'%', kHex[u >> 4U], kHex[u & 15U]};
    }
  }
  return out;
}

std::optional<std::string> url_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      if (text.size() - i < 3) return std::nullopt;
      const int high = hex_digit(text[i + 1]);
      const int low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high << 4 | low);
      i += 2;
    }
  }
  return out;
}

}  // namespace chillin::util
