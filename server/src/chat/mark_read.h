#pragma once

#include <memory>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"

namespace chillin::chat {

struct MarkRead {
  std::string room;  ///< as typed; empty: the room joined last
  Seq seq;           ///< beyond the room's own seq counts as that
};

/// Moves the read mark forward, never back, and returns where it stands; `readReceipt` goes to the others in the room
/// while at most kSmallRoom people are in it. A guest's mark is told but not stored. NOT_IN_ROOM, INVALID_PAYLOAD
/// (field seq: below 0), RATE_LIMITED, UNAVAILABLE.
[[nodiscard]] util::Task<Result<Seq>> mark_read(Service& service, std::shared_ptr<Session> session, MarkRead command);

}  // namespace chillin::chat
