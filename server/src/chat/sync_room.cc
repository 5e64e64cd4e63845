#include "chat/sync_room.h"

#include <algorithm>
#include <utility>

#include "chat/limits.h"
#include "chat/pipeline/membership.h"

namespace chillin::chat {

util::Task<Result<SyncPage>> sync_room(Service& service, std::shared_ptr<Session> session, SyncRoom command) {
  auto joined = pipeline::room_of(*session, command.room);
  if (!joined) co_return std::move(joined).error();
  const RoomId room = (*joined)->id;
  auto within_rate = co_await within_action_rate(service, session->socket_id);
  if (!within_rate) co_return std::move(within_rate).error();
  co_return co_await service.log.sync(room, std::max(command.last_seq, Seq{0}), kSyncPage);
}

}  // namespace chillin::chat
