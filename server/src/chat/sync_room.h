#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"

namespace chillin::chat {

inline constexpr std::size_t kSyncPage = 500;

struct SyncRoom {
  std::string room;  ///< as typed; empty: the room joined last
  Seq last_seq;      ///< what the device has; below 0 counts as 0
};

/// At most kSyncPage changes a page; `has_more`: ask again from `seq`. NOT_IN_ROOM, RATE_LIMITED, UNAVAILABLE.
[[nodiscard]] util::Task<Result<SyncPage>> sync_room(Service& service, std::shared_ptr<Session> session,
                                                     SyncRoom command);

}  // namespace chillin::chat
