#include "chat/avatar_address.h"

#include <cstddef>

#include "util/text.h"

namespace chillin::chat {

Status check_avatar(std::string_view avatar) {
  static constexpr std::size_t kMaxBytes = 512;
  const bool path = avatar.starts_with('/') && !avatar.starts_with("//");
  const bool plain = avatar.find_first_of(" \t\n\r\"'<>\\") == std::string_view::npos;
  const bool known = avatar.empty() || path || avatar.starts_with("https://");
  if (avatar.size() > kMaxBytes || !known || !plain || !util::is_utf8(avatar)) {
    return refuse(ErrorCode::kInvalidPayload, "An avatar is an https address or a path of this server.", "avatar");
  }
  return util::Ok{};
}

}  // namespace chillin::chat
