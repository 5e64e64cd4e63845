#pragma once

#include <string_view>

#include "chat/error.h"
#include "chat/session.h"
#include "util/clock.h"

namespace chillin::chat::pipeline {

/// Stage 2: the room that the session speaks in. `room` as typed; empty: the room joined last. NOT_IN_ROOM; MUTED (with
/// the time that is left). The pointer is good until the session's rooms change, so not across suspension.
[[nodiscard]] Result<const JoinedRoom*> membership(const Session& session, std::string_view room, util::WallMillis now);
[[nodiscard]] Result<const JoinedRoom*> membership(const Session& session, RoomId room, util::WallMillis now);

}  // namespace chillin::chat::pipeline
