#pragma once

#include <memory>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"

namespace chillin::chat {

/// `room` as typed, or empty: the room joined last. Tells the others in the room if it is news; ends by itself 5 s
/// after the last `on`, by leaving, and by sending. More than the device's allowance is ignored. NOT_IN_ROOM.
[[nodiscard]] util::Task<Status> typing(Service& service, std::shared_ptr<Session> session, std::string room, bool on);

}  // namespace chillin::chat
