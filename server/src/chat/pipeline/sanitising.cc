#include "chat/pipeline/sanitising.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "util/text.h"

namespace chillin::chat::pipeline {

namespace {

/// Whether there is nothing to see: ASCII white space, no-break space, and U+2000..200F, 2028..202F, 2060..206F, 3000,
/// FEFF.
bool blank(std::string_view utf8) {
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto a = static_cast<unsigned char>(utf8[i]);
    if (a <= 0x20) continue;
    if (a < 0x80) return false;
    const auto b = i + 1 < utf8.size() ? static_cast<unsigned char>(utf8[i + 1]) : 0U;
    if (a == 0xC2 && (b == 0xA0 || b == 0xAD)) {
      i += 1;
      continue;
    }
    const auto c = i + 2 < utf8.size() ? static_cast<unsigned char>(utf8[i + 2]) : 0U;
    const bool general_punctuation =
        a == 0xE2 && ((b == 0x80 && (c <= 0x8F || (c >= 0xA8 && c <= 0xAF))) || (b == 0x81 && c >= 0xA0 && c <= 0xAF));
    const bool wide_space = a == 0xE3 && b == 0x80 && c == 0x80;
    const bool byte_order_mark = a == 0xEF && b == 0xBB && c == 0xBF;
    if (!general_punctuation && !wide_space && !byte_order_mark) return false;
    i += 2;
  }
  return true;
}

Error too_long(std::size_t limit) {
  return refuse(ErrorCode::kMessageTooLong, "The message is longer than " + std::to_string(limit) + " characters.",
                "text");
}

}  // namespace

Result<std::string> sanitising(const Settings& settings, std::string_view text, bool may_be_empty) {
  // No normalisation shortens a text to a sixteenth: what is this long is not worth the work of finding out how long.
  static constexpr std::size_t kBytesPerCodePoint = 16;
  const std::size_t limit = settings.max_message_length;
  if (text.size() / kBytesPerCodePoint > limit) return too_long(limit);
  auto clean = util::normalize_text(text);
  if (!clean) return refuse(ErrorCode::kInvalidPayload, "The text is not valid UTF-8.", "text");
  if (clean->size() > limit && util::code_points(*clean) > limit) return too_long(limit);
  if (!may_be_empty && blank(*clean)) return refuse(ErrorCode::kMessageEmpty);
  return *std::move(clean);
}

Status check_temp_id(std::string_view temp_id) {
  static constexpr std::size_t kMaxCodePoints = 64;
  if (temp_id.empty()) return util::Ok{};
  const bool fits =
      temp_id.size() <= kMaxCodePoints * 4 && util::is_utf8(temp_id) && util::code_points(temp_id) <= kMaxCodePoints;
  if (!fits) return refuse(ErrorCode::kInvalidPayload, "tempId must have at most 64 characters.", "tempId");
  return util::Ok{};
}

}  // namespace chillin::chat::pipeline
