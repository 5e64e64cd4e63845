#include "chat/search_messages.h"

#include <algorithm>
#include <utility>

#include "chat/access.h"
#include "util/text.h"

namespace chillin::chat {

namespace {

constexpr std::size_t kMaxQuery = 200;  // code points

/// The rooms to look in: those the asker may read.
util::Task<Result<std::vector<RoomId>>> rooms_to_search(Service& service, std::optional<AccountId> account,
                                                        std::vector<RoomId> guest_rooms, std::string room) {
  std::vector<RoomId> ids;
  if (!room.empty()) {
    if (!account) {  // a guest in a private room gave its password: it may read there
      auto name = util::normalize_name(room);
      auto found = co_await service.rooms.find(name.value_or(std::string()));
      if (!found) co_return std::move(found).error();
      const bool in_it =
          found->has_value() && std::find(guest_rooms.begin(), guest_rooms.end(), (*found)->id) != guest_rooms.end();
      if (in_it) ids.push_back((*found)->id);
      if (in_it) co_return ids;
    }
    auto readable = co_await readable_room(service, account, std::move(room));
    if (!readable) co_return std::move(readable).error();
    ids.push_back(readable->id);
    co_return ids;
  }
  if (!account) {
    if (!service.settings.guest_access) co_return refuse(ErrorCode::kAuthRequired);
    co_return guest_rooms;
  }
  auto rooms = co_await service.rooms.list_of(*account);
  if (!rooms) co_return std::move(rooms).error();
  for (const RoomStore::Joined& joined : *rooms) {
    if (!joined.membership.banned) ids.push_back(joined.room.id);
  }
  co_return ids;
}

}  // namespace

util::Task<Result<std::vector<Message>>> search_messages(Service& service, SearchMessages command) {
  std::optional<std::string> text;
  if (command.text.size() <= kMaxQuery * 16) text = util::normalize_text(command.text);
  const std::size_t length = text ? util::code_points(*text) : 0;
  if (length == 0 || length > kMaxQuery) {
    co_return refuse(ErrorCode::kInvalidPayload, "Search for 1 to 200 characters.", "q");
  }
  const auto account = command.account ? std::optional(command.account->id) : std::nullopt;
  auto rooms = co_await rooms_to_search(service, account, std::move(command.guest_rooms), std::move(command.room));
  if (!rooms) co_return std::move(rooms).error();
  if (rooms->empty()) co_return std::vector<Message>{};
  SearchQuery query{.text = *std::move(text),
                    .rooms = *std::move(rooms),
                    .limit = static_cast<std::size_t>(std::clamp<std::int64_t>(command.limit, 1, 50))};
  co_return co_await service.log.search(std::move(query));
}

}  // namespace chillin::chat
