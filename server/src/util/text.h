#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chillin::util {

/// Checks UTF-8 that arrives in pieces, as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
/// Eight ASCII bytes are passed over at a time.
class Utf8Validator {
 public:
  /// Feeds a piece; false as soon as the text can no longer become valid.
  [[nodiscard]] bool feed(std::string_view piece) noexcept;
  /// Whether the text may end here, that is, not inside a character.
  [[nodiscard]] bool complete() const noexcept { return state_ == 0; }
  void reset() noexcept { state_ = 0; }

 private:
  unsigned state_ = 0;
};

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// Number of code points of valid UTF-8.
[[nodiscard]] std::size_t code_points(std::string_view utf8) noexcept;

/// NFC without control characters (C0 other than \n and \t, DEL, C1); "\r\n" and "\r" become "\n". nullopt for invalid
/// UTF-8. Everything else is kept as written.
[[nodiscard]] std::optional<std::string> normalize_text(std::string_view utf8);

/// Names and rooms: NFC, control characters and line breaks removed, white space trimmed at both ends, lower-cased
/// (simple Unicode case mapping). nullopt for invalid UTF-8.
[[nodiscard]] std::optional<std::string> normalize_name(std::string_view utf8);

/// Standard base64 with padding (RFC 4648 section 4).
[[nodiscard]] std::string base64_encode(std::string_view bytes);
/// nullopt where the text is not base64; missing padding is accepted.
[[nodiscard]] std::optional<std::string> base64_decode(std::string_view text);

/// Lower-case hexadecimal.
[[nodiscard]] std::string hex_encode(std::string_view bytes);

/// Everything but A-Z a-z 0-9 - . _ ~ as %XX (RFC 3986 section 2.3).
[[nodiscard]] std::string url_encode(std::string_view text);

/// %XX and + of a query string; nullopt for a broken escape.
[[nodiscard]] std::optional<std::string> url_decode(std::string_view text);

}  // namespace chillin::util
