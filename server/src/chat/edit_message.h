#pragma once

#include <memory>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"

namespace chillin::chat {

struct EditMessage {
  MessageId id;
  std::string text;
};

/// The author's own message, through the same four stages as a send; the old text goes to the edit history.
/// Refusals of send_message, MESSAGE_NOT_FOUND (or deleted), FORBIDDEN (somebody else's).
[[nodiscard]] util::Task<Result<Changed>> edit_message(Service& service, std::shared_ptr<Session> session,
                                                       EditMessage command);

}  // namespace chillin::chat
