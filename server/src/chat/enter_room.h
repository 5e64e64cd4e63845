#pragma once

#include <optional>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

struct EnterRoom {
  std::optional<Account> account;  ///< nullopt: a guest, for whom the password is checked and nothing is stored
  std::string room;
  std::string password;  ///< needed for a private room by whoever is no member yet
  std::string address;   ///< the client's, for the rate limit of wrong passwords
};

/// The REST form of joining: makes the account a member. ROOM_NOT_FOUND, ROOM_PASSWORD_REQUIRED, ROOM_PASSWORD_WRONG,
/// BANNED, AUTH_REQUIRED (a guest, and guests are not allowed), RATE_LIMITED, INVALID_PAYLOAD (field room),
/// UNAVAILABLE.
[[nodiscard]] util::Task<Result<Room>> enter_room(Service& service, EnterRoom command);

}  // namespace chillin::chat
