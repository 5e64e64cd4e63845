#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"

namespace chillin::chat {

struct LoadHistory {
  std::string room;           ///< as typed; empty: the room joined last
  std::optional<Seq> before;  ///< exclusive; nullopt: the newest
  std::int64_t limit = 50;    ///< brought into 1..200
};

/// NOT_IN_ROOM, RATE_LIMITED, UNAVAILABLE.
[[nodiscard]] util::Task<Result<HistoryPage>> load_history(Service& service, std::shared_ptr<Session> session,
                                                           LoadHistory command);

}  // namespace chillin::chat
