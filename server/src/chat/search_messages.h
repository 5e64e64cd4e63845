#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

struct SearchMessages {
  std::optional<Account> account;   ///< nullopt: a guest
  std::vector<RoomId> guest_rooms;  ///< rooms a guest's device is in
  std::string text;                 ///< 1-200 code points
  std::string room;                 ///< as typed; empty: all rooms of the account, or guest_rooms
  std::int64_t limit = 20;          ///< brought into 1..50
};

/// Newest first. An account finds what is in its rooms, or in `room` if that is public; a guest what is in its rooms,
/// or in a public `room`. INVALID_PAYLOAD (field q), and the refusals of room_messages.
[[nodiscard]] util::Task<Result<std::vector<Message>>> search_messages(Service& service, SearchMessages command);

}  // namespace chillin::chat
