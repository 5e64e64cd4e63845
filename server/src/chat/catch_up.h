#pragma once

#include <cstddef>
#include <vector>

#include "chat/error.h"
#include "chat/ports/room_log.h"
#include "util/task.h"

namespace chillin::chat {

/// One event for each seq of (last, upto], made of what the room log says of that stretch now. Whoever applies them to
/// what stood at `last` stands where a snapshot at `upto` stands; but a message that changed several times is shown as
/// it is at the end from its first event on. A change that a later one of the same message has overtaken has a
/// stand-in: a change of some message that was there, as it is at the end; its `change_seq` is then greater than the
/// event's seq.
///
/// `rows`: every message created or changed after `last`, as it is at `upto`, in order of its last change. Pure.
[[nodiscard]] std::vector<RoomEvent> events_between(Seq last, Seq upto, const std::vector<Message>& rows);

/// What a room's log has after `last`.
struct CatchUp {
  std::vector<RoomEvent> events;  ///< in seq order; if not `complete`, only the last one
  Seq seq;                        ///< where the room stands
  bool complete = true;           ///< false: there were more than `max_changes`
};

/// Reads the log from `last` to its end. Tasks resume on the caller's executor; errors are the log's.
[[nodiscard]] util::Task<Result<CatchUp>> catch_up(RoomLog& log, RoomId room, Seq last, std::size_t max_changes);

}  // namespace chillin::chat
