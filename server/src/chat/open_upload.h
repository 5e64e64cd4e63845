#pragma once

#include <optional>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

/// An upload that `reader` (nullopt: a guest) may read: one's own, and what a message carries in a room that one may
/// read (readable_room()). Everything else is MESSAGE_NOT_FOUND, whether it is there or not, so that nobody learns of
/// it; UNAVAILABLE.
[[nodiscard]] util::Task<Result<Upload>> open_upload(Service& service, std::optional<Account> reader, std::string id);

}  // namespace chillin::chat
