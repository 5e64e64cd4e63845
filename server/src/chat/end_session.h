#pragma once

#include <memory>

#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"

namespace chillin::chat {

/// A device has gone: marks the session closed, leaves its rooms (notices and roomData to the others, `presence` when
/// it was the account's last device). Use cases of the session that are still suspended clean up after themselves. Call
/// it once.
[[nodiscard]] util::Task<void> end_session(Service& service, std::shared_ptr<Session> session);

}  // namespace chillin::chat
