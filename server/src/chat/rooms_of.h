#pragma once

#include <vector>

#include "chat/error.h"
#include "chat/ports/stores.h"
#include "chat/service.h"
#include "util/task.h"

namespace chillin::chat {

/// The rooms an account is a member of, with its role and read mark there (`room.seq` and `membership.read_seq` say
/// whether something is unread). Rooms it is banned from are left out.
[[nodiscard]] util::Task<Result<std::vector<RoomStore::Joined>>> rooms_of(Service& service, Account account);

}  // namespace chillin::chat
