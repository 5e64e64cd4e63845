#pragma once

#include <memory>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"

namespace chillin::chat {

/// A device has connected: counts it as a device of its account and watches the account's rooms for `unread`. A guest's
/// session needs nothing. AUTH_REQUIRED (a guest, and guests are not allowed). When the session closes meanwhile, it is
/// undone here.
[[nodiscard]] util::Task<Status> start_session(Service& service, std::shared_ptr<Session> session);

}  // namespace chillin::chat
