#pragma once

#include <memory>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"

namespace chillin::chat {

/// `room` as typed, or empty: the room joined last. Returns the left room's name. NOT_IN_ROOM. The caller unsubscribes
/// the device. An account stays a member.
[[nodiscard]] util::Task<Result<std::string>> leave_room(Service& service, std::shared_ptr<Session> session,
                                                         std::string room);

}  // namespace chillin::chat
