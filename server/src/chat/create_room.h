#pragma once

#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

struct CreateRoom {
  Identity creator;         ///< an account, or a guest under the name it gave (as typed)
  std::string name;         ///< as typed; 1-30 code points once normalised
  std::string description;  ///< at most 200 code points
  bool is_private = false;
  std::string password;  ///< a private room needs one of at least 6 code points; of a public room it is ignored
  std::string address;   ///< the client's, for the rate limit
};

/// The account that creates a room is its owner and first member. INVALID_PAYLOAD (field name, description, password
/// or, for a guest's name, creator), NAME_TAKEN (field name: the room exists; field creator: an account owns the
/// guest's name), AUTH_REQUIRED (a guest, and guests are not allowed), RATE_LIMITED (settings.room_rate per address),
/// UNAVAILABLE.
[[nodiscard]] util::Task<Result<Room>> create_room(Service& service, CreateRoom command);

}  // namespace chillin::chat
