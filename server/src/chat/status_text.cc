#include "chat/status_text.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "util/text.h"

namespace chillin::chat {

Result<std::string> status_text(std::string_view typed, std::string_view field) {
  static constexpr std::size_t kMaxCodePoints = 100;
  std::optional<std::string> text;
  if (typed.size() <= kMaxCodePoints * 16) text = util::normalize_text(typed);
  if (!text || util::code_points(*text) > kMaxCodePoints) {
    return refuse(ErrorCode::kInvalidPayload, "The status must have at most 100 characters.", std::string(field));
  }
  return *std::move(text);
}

}  // namespace chillin::chat
