#pragma once

#include <optional>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

// Who may enter and read a room: decided here, for sockets and REST alike.

/// Wrong room passwords are limited to this many times settings.auth_rate per room and address: more than for accounts,
/// because a class behind one address enters its room at once.
inline constexpr std::int64_t kRoomPasswordsPerAuth = 6;

/// Lets somebody into a room. An account that was no member becomes one; returns what it is (of a guest: nothing).
/// Members do not need the password. BANNED, ROOM_PASSWORD_REQUIRED, ROOM_PASSWORD_WRONG, RATE_LIMITED, UNAVAILABLE.
[[nodiscard]] util::Task<Result<Membership>> admit(Service& service, Room room, std::optional<AccountId> account,
                                                   std::string password, std::string address);

/// The room again, if that account (nullopt: a guest) may read its messages without being in it. AUTH_REQUIRED,
/// FORBIDDEN, BANNED, UNAVAILABLE.
[[nodiscard]] util::Task<Result<Room>> check_readable(Service& service, std::optional<AccountId> account, Room room);

/// The same by the room's name, `room` as typed. Refusals as
/// room_messages.h has them.
[[nodiscard]] util::Task<Result<Room>> readable_room(Service& service, std::optional<AccountId> account,
                                                     std::string room);

}  // namespace chillin::chat
