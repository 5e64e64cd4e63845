#pragma once

#include "chat/service.h"
#include "util/task.h"

namespace chillin::chat {

/// Removes what has expired: uploads that went with no message within a day, and files of deleted messages. The app
/// calls it every few seconds on one loop, on every server; what fails (the store is away) is tried again at the next
/// call. Returns how many it removed.
[[nodiscard]] util::Task<std::size_t> sweep_uploads(Service& service);

}  // namespace chillin::chat
