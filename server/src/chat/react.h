#pragma once

#include <memory>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"

namespace chillin::chat {

struct React {
  MessageId id;
  std::string emoji;  ///< 1-32 bytes of UTF-8 without control characters and white space
  bool on = true;
};

/// Adds or takes away one's reaction; where that changes nothing, `event` of the result is false and nobody is told.
/// INVALID_PAYLOAD (field emoji), NOT_IN_ROOM, MESSAGE_NOT_FOUND (or deleted), RATE_LIMITED, UNAVAILABLE.
[[nodiscard]] util::Task<Result<Changed>> react(Service& service, std::shared_ptr<Session> session, React command);

}  // namespace chillin::chat
