#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

struct RoomMessages {
  std::optional<Account> account;  ///< nullopt: a guest
  std::string room;
  std::optional<Seq> before;  ///< exclusive; nullopt: the newest
  std::int64_t limit = 50;    ///< brought into 1..200
};

/// The REST form of the history. ROOM_NOT_FOUND, AUTH_REQUIRED (a guest, and the room is private or guests are not
/// allowed), FORBIDDEN (private, and the account is no member), BANNED, INVALID_PAYLOAD (field room), UNAVAILABLE.
[[nodiscard]] util::Task<Result<HistoryPage>> room_messages(Service& service, RoomMessages command);

}  // namespace chillin::chat
