#pragma once

#include <string>
#include <string_view>

#include "chat/error.h"
#include "chat/service.h"

namespace chillin::chat::pipeline {

/// Stage 3: the text as it is kept: NFC without control characters, else exactly as written. INVALID_PAYLOAD (field
/// text: no UTF-8), MESSAGE_EMPTY (nothing but white space, unless `may_be_empty`), MESSAGE_TOO_LONG
/// (settings.max_message_length).
[[nodiscard]] Result<std::string> sanitising(const Settings& settings, std::string_view text, bool may_be_empty);

/// INVALID_PAYLOAD (field tempId): no UTF-8, or longer than 64 code points.
[[nodiscard]] Status check_temp_id(std::string_view temp_id);

}  // namespace chillin::chat::pipeline
