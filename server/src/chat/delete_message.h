#pragma once

#include <memory>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"

namespace chillin::chat {

/// The author's own message, or anybody's by a moderator or owner of the room; its text is gone for everyone.
/// NOT_IN_ROOM, MESSAGE_NOT_FOUND (or deleted already), FORBIDDEN, RATE_LIMITED, UNAVAILABLE.
[[nodiscard]] util::Task<Result<Changed>> delete_message(Service& service, std::shared_ptr<Session> session,
                                                         MessageId id);

}  // namespace chillin::chat
