#pragma once

#include <string_view>

#include "chat/error.h"

namespace chillin::chat {

/// Empty, an https URL, or a path of this server, of at most 512 bytes: nothing that a browser would run or that names
/// another scheme. Else INVALID_PAYLOAD (field avatar).
[[nodiscard]] Status check_avatar(std::string_view avatar);

}  // namespace chillin::chat
