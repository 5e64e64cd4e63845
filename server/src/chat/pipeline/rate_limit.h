#pragma once

#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"

namespace chillin::chat::pipeline {

/// What counts together: an account over all its devices ("msg:u:<id>"), a guest by name and address
/// ("msg:g:<name>@<address>": two guests of one name are two people).
[[nodiscard]] std::string rate_key(const Identity& who, const std::string& address);

/// Stage 4: settings.message_rate. RATE_LIMITED with the time until the next one fits; a message that is refused does
/// not count.
[[nodiscard]] util::Task<Status> rate_limit(Service& service, std::string key);

}  // namespace chillin::chat::pipeline
