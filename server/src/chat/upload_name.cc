#include "chat/upload_name.h"

#include <algorithm>
#include <cstddef>

#include "util/text.h"

namespace chillin::chat {

std::string upload_name(std::string_view typed) {
  static constexpr std::size_t kMaxCodePoints = 100;
  const auto slash = typed.find_last_of("/\\");
  if (slash != std::string_view::npos) typed.remove_prefix(slash + 1);
  auto name = typed.size() <= kMaxCodePoints * 16 ? util::normalize_text(typed) : std::nullopt;
  if (!name) return "file";
  std::erase_if(*name, [](char c) { return c == '\n' || c == '\t'; });
  std::size_t code_points = 0;
  for (std::size_t i = 0; i < name->size(); ++i) {
    const bool starts_code_point = (static_cast<unsigned char>((*name)[i]) & 0xC0) != 0x80;
    if (starts_code_point && ++code_points > kMaxCodePoints) {
      name->resize(i);
      break;
    }
  }
  if (name->find_first_not_of(". ") == std::string::npos) return "file";
  return *std::move(name);
}

bool is_media_type(std::string_view text) noexcept {
  static constexpr std::size_t kMaxBytes = 100;
  const auto slash = text.find('/');
  if (text.size() > kMaxBytes || slash == 0 || slash == std::string_view::npos || slash + 1 == text.size())
    return false;
  return std::all_of(text.begin(), text.end(), [&, i = std::size_t{0}](char c) mutable {
    if (i++ == slash) return true;
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '+' ||
           c == '-' || c == '_';
  });
}

}  // namespace chillin::chat
