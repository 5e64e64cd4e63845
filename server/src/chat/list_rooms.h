#pragma once

#include <vector>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

/// Every room, private ones included (their names are no secret, their messages are); by name.
[[nodiscard]] util::Task<Result<std::vector<Room>>> list_rooms(Service& service);

}  // namespace chillin::chat
