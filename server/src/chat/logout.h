#pragma once

#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "util/task.h"

namespace chillin::chat {

/// Revokes a session; an unknown token is no error. UNAVAILABLE.
[[nodiscard]] util::Task<Status> logout(Service& service, std::string token);

}  // namespace chillin::chat
