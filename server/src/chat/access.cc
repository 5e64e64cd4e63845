#include "chat/access.h"

#include <utility>

#include "chat/credentials.h"
#include "chat/limits.h"
#include "chat/names.h"

namespace chillin::chat {

namespace {

util::Task<Status> check_room_password(Service& service, Room room, std::string password, std::string address) {
  if (password.empty()) co_return refuse(ErrorCode::kRoomPasswordRequired);
  if (room.password_hash.empty()) co_return refuse(ErrorCode::kRoomPasswordWrong);  // for its members only
  RateLimit limit = service.settings.auth_rate;
  limit.count *= kRoomPasswordsPerAuth;
  auto allowed = co_await within_limit(service, "roompw:" + std::to_string(room.id.value) + ":" + address, limit);
  if (!allowed) co_return allowed;
  auto checked = co_await check_password(service, std::move(password), std::move(room.password_hash));
  if (!checked) co_return std::move(checked).error();
  if (!checked->matches) co_return refuse(ErrorCode::kRoomPasswordWrong);
  if (!checked->new_hash.empty()) {
    // The old hash still works; who enters does not have to wait for a store that is away.
    [[maybe_unused]] auto replaced = co_await service.rooms.update_password_hash(room.id, std::move(checked->new_hash));
  }
  co_return util::Ok{};
}

}  // namespace

util::Task<Result<Membership>> admit(Service& service, Room room, std::optional<AccountId> account,
                                     std::string password, std::string address) {
  const RoomId id = room.id;
  if (account) {
    auto membership = co_await service.rooms.membership(id, *account);
    if (!membership) co_return std::move(membership).error();
    if (membership->has_value()) {
      if ((*membership)->banned) co_return refuse(ErrorCode::kBanned);
      co_return **std::move(membership);
    }
  }
  if (room.is_private) {
    auto allowed = co_await check_room_password(service, std::move(room), std::move(password), std::move(address));
    if (!allowed) co_return std::move(allowed).error();
  }
  if (!account) co_return Membership{};
  auto added = co_await service.rooms.add_member(id, *account, service.clock.wall());
  if (added && added->banned) co_return refuse(ErrorCode::kBanned);
  co_return std::move(added);
}

util::Task<Result<Room>> check_readable(Service& service, std::optional<AccountId> account, Room room) {
  if (!account) {
    if (room.is_private || !service.settings.guest_access) co_return refuse(ErrorCode::kAuthRequired);
    co_return room;
  }
  auto membership = co_await service.rooms.membership(room.id, *account);
  if (!membership) co_return std::move(membership).error();
  if (membership->has_value() && (*membership)->banned) co_return refuse(ErrorCode::kBanned);
  if (room.is_private && !membership->has_value()) co_return refuse(ErrorCode::kForbidden, "Join the room first.");
  co_return room;
}

util::Task<Result<Room>> readable_room(Service& service, std::optional<AccountId> account, std::string room) {
  if (!account && !service.settings.guest_access) co_return refuse(ErrorCode::kAuthRequired);
  auto name = room_name(room, "room");
  if (!name) co_return std::move(name).error();
  auto found = co_await service.rooms.find(*std::move(name));
  if (!found) co_return std::move(found).error();
  if (!found->has_value()) co_return refuse(ErrorCode::kRoomNotFound);
  co_return co_await check_readable(service, account, **std::move(found));
}

}  // namespace chillin::chat
