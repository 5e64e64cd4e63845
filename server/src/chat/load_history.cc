#include "chat/load_history.h"

#include <algorithm>
#include <utility>

#include "chat/cached_history.h"
#include "chat/limits.h"
#include "chat/pipeline/membership.h"

namespace chillin::chat {

util::Task<Result<HistoryPage>> load_history(Service& service, std::shared_ptr<Session> session, LoadHistory command) {
  auto joined = pipeline::room_of(*session, command.room);
  if (!joined) co_return std::move(joined).error();
  const RoomId room = (*joined)->id;
  std::string name = (*joined)->name;
  auto within_rate = co_await within_action_rate(service, session->socket_id);
  if (!within_rate) co_return std::move(within_rate).error();
  const auto limit = static_cast<std::size_t>(std::clamp<std::int64_t>(command.limit, 1, 200));
  auto page = co_await service.log.history(room, command.before, limit);
  if (page || command.before) co_return page;
  co_return co_await newest_messages_without_log(service, std::move(name), limit, std::move(page).error());
}

}  // namespace chillin::chat
