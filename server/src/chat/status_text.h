#pragma once

#include <string>
#include <string_view>

#include "chat/error.h"

namespace chillin::chat {

/// NFC without control characters, at most 100 code points, else INVALID_PAYLOAD. Empty: none.
[[nodiscard]] Result<std::string> status_text(std::string_view typed, std::string_view field);

}  // namespace chillin::chat
