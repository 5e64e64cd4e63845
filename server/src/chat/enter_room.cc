#include "chat/enter_room.h"

#include <utility>

#include "chat/access.h"
#include "chat/names.h"

namespace chillin::chat {

util::Task<Result<Room>> enter_room(Service& service, EnterRoom command) {
  if (!command.account && !service.settings.guest_access) co_return refuse(ErrorCode::kAuthRequired);
  auto name = room_name(command.room, "room");
  if (!name) co_return std::move(name).error();
  auto found = co_await service.rooms.find(*name);
  if (!found) co_return std::move(found).error();
  if (!found->has_value()) co_return refuse(ErrorCode::kRoomNotFound);

  Room room = **std::move(found);
  const auto account = command.account ? std::optional(command.account->id) : std::nullopt;
  auto admitted = co_await admit(service, room, account, std::move(command.password), std::move(command.address));
  if (!admitted) co_return std::move(admitted).error();
  if (!account) co_return room;

  auto now = co_await service.rooms.find(room.id);  // memberCount counts the newcomer
  if (now && now->has_value()) co_return **std::move(now);
  co_return room;
}

}  // namespace chillin::chat
