#include "chat/room_messages.h"

#include <algorithm>
#include <utility>

#include "chat/access.h"
#include "chat/cached_history.h"
#include "chat/names.h"

namespace chillin::chat {

util::Task<Result<HistoryPage>> room_messages(Service& service, RoomMessages command) {
  const auto account = command.account ? std::optional(command.account->id) : std::nullopt;
  const auto limit = static_cast<std::size_t>(std::clamp<std::int64_t>(command.limit, 1, 200));
  auto name = room_name(command.room, "room");
  auto room = co_await readable_room(service, account, std::move(command.room));
  if (!room && !command.before && name) {
    co_return co_await newest_messages_without_log(service, *std::move(name), limit, std::move(room).error());
  }
  if (!room) co_return std::move(room).error();
  if (!command.before) co_return co_await newest_messages(service, *std::move(room), limit);
  co_return co_await service.log.history(room->id, command.before, limit);
}

}  // namespace chillin::chat
