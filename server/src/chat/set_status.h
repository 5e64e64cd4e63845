#pragma once

#include <memory>
#include <optional>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"

namespace chillin::chat {

struct SetStatus {
  UserStatus status = UserStatus::kOnline;  ///< online, away or busy
  std::optional<std::string> text;          ///< at most 100 code points, kept with the account; nullopt: leave as it is
};

/// Tells the rooms that this device is in (those of at most kSmallRoom people). AUTH_REQUIRED for guests,
/// INVALID_PAYLOAD (field status or text), RATE_LIMITED, UNAVAILABLE.
[[nodiscard]] util::Task<Status> set_status(Service& service, std::shared_ptr<Session> session, SetStatus command);

}  // namespace chillin::chat
