#include "chat/create_room.h"

#include <memory>
#include <utility>

#include "chat/credentials.h"
#include "chat/limits.h"
#include "chat/live_state.h"
#include "chat/names.h"
#include "util/text.h"

namespace chillin::chat {

namespace {

constexpr std::size_t kMaxDescription = 200;  // code points

Result<std::string> room_description(std::string_view typed) {
  std::optional<std::string> text;
  if (typed.size() <= kMaxDescription * 16) text = util::normalize_text(typed);
  if (!text || util::code_points(*text) > kMaxDescription) {
    return refuse(ErrorCode::kInvalidPayload, "The description must have at most 200 characters.", "description");
  }
  return *std::move(text);
}

}  // namespace

util::Task<Result<Room>> create_room(Service& service, CreateRoom command) {
  if (command.creator.guest()) {
    auto guest = co_await guest_name(service, std::move(command.creator.name), "creator");
    if (!guest) co_return std::move(guest).error();
    command.creator.name = *std::move(guest);
  }
  auto name = room_name(command.name, "name");
  if (!name) co_return std::move(name).error();
  auto description = room_description(command.description);
  if (!description) co_return std::move(description).error();
  if (command.is_private) {
    auto password_ok = check_new_password(command.password, "password");
    if (!password_ok) co_return std::move(password_ok).error();
  }
  auto allowed = co_await within_limit(service, "room:addr:" + command.address, service.settings.room_rate);
  if (!allowed) co_return std::move(allowed).error();

  const auto taken = [] { return refuse(ErrorCode::kNameTaken, "There is a room of that name.", "name"); };
  NewRoom room{.name = *std::move(name),
               .description = *std::move(description),
               .creator = std::move(command.creator),
               .is_private = command.is_private,
               .password_hash = {},
               .created_at = service.clock.wall()};
  if (command.is_private) {
    auto existing = co_await service.rooms.find(room.name);  // before the hash, which costs a thousand times more
    if (!existing) co_return std::move(existing).error();
    if (existing->has_value()) co_return taken();
    auto hash = co_await service.hasher.hash(std::move(command.password));
    if (!hash) co_return std::move(hash).error();
    room.password_hash = *std::move(hash);
  }
  auto created = co_await service.rooms.create(std::move(room));
  if (!created && created.error().code == ErrorCode::kNameTaken) co_return taken();
  if (!created) co_return std::move(created).error();
  service.live.rooms.put(std::make_shared<const Room>(*created), service.clock.steady());
  co_return std::move(created);
}

}  // namespace chillin::chat
