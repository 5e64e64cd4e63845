#pragma once

#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

/// Whose session it is. AUTH_FAILED for an empty, unknown, expired or revoked token; UNAVAILABLE.
[[nodiscard]] util::Task<Result<Account>> authenticate(Service& service, std::string token);

}  // namespace chillin::chat
