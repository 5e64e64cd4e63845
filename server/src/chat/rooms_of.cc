#include "chat/rooms_of.h"

#include <utility>

namespace chillin::chat {

util::Task<Result<std::vector<RoomStore::Joined>>> rooms_of(Service& service, Account account) {
  auto rooms = co_await service.rooms.list_of(account.id);
  if (rooms) std::erase_if(*rooms, [](const RoomStore::Joined& joined) { return joined.membership.banned; });
  co_return std::move(rooms);
}

}  // namespace chillin::chat
