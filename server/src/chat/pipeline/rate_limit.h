#pragma once

#include <memory>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"

namespace chillin::chat::pipeline {

/// Stage 4: settings.message_rate, per account over all its devices, or per name and address of a guest. RATE_LIMITED
/// with the time until the next one fits.
[[nodiscard]] util::Task<Status> rate_limit(Service& service, std::shared_ptr<Session> session, Identity who);

}  // namespace chillin::chat::pipeline
