#pragma once

#include <string_view>

#include "chat/error.h"
#include "chat/session.h"
#include "util/clock.h"

namespace chillin::chat::pipeline {

/// The room that the session means. `room` as typed; empty: the room joined last. NOT_IN_ROOM. The pointer is good
/// until the session's rooms change, so not across suspension.
[[nodiscard]] Result<const JoinedRoom*> room_of(const Session& session, std::string_view room);
[[nodiscard]] Result<const JoinedRoom*> room_of(const Session& session, RoomId room);

/// Stage 2: the room that the session speaks in. The refusal of room_of(), and MUTED with the time that is left.
template <class Room>
[[nodiscard]] Result<const JoinedRoom*> membership(const Session& session, const Room& room, util::WallMillis now) {
  auto joined = room_of(session, room);
  if (!joined || (*joined)->muted_until <= now) return joined;
  Error muted = refuse(ErrorCode::kMuted);
  muted.retry_after_ms = (*joined)->muted_until.value - now.value;
  return muted;
}

}  // namespace chillin::chat::pipeline
