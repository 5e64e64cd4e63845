#include "chat/room_messages.h"

#include <algorithm>
#include <utility>

#include "chat/access.h"

namespace chillin::chat {

util::Task<Result<HistoryPage>> room_messages(Service& service, RoomMessages command) {
  const auto account = command.account ? std::optional(command.account->id) : std::nullopt;
  auto room = co_await readable_room(service, account, std::move(command.room));
  if (!room) co_return std::move(room).error();
  const auto limit = static_cast<std::size_t>(std::clamp<std::int64_t>(command.limit, 1, 200));
  co_return co_await service.log.history(room->id, command.before, limit);
}

}  // namespace chillin::chat
