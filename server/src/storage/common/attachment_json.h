#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat/types.h"

namespace chillin::storage {

/// JSON array of objects, as it stands in `messages.attachments`; empty for none.
[[nodiscard]] std::string attachments_to_json(const std::vector<chat::Attachment>& attachments);
/// Empty for a text that attachments_to_json() did not write.
[[nodiscard]] std::vector<chat::Attachment> attachments_from_json(std::string_view json);

}  // namespace chillin::storage
