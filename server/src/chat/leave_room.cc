#include "chat/leave_room.h"

#include <utility>

#include "chat/announce.h"
#include "chat/pipeline/membership.h"

namespace chillin::chat {

util::Task<Result<std::string>> leave_room(Service& service, std::shared_ptr<Session> session, std::string room) {
  auto found = pipeline::room_of(*session, room);
  if (!found) co_return std::move(found).error();
  JoinedRoom left = **found;
  std::erase_if(session->rooms, [id = left.id](const JoinedRoom& r) { return r.id == id; });
  co_await depart(service, session, left);
  co_return std::move(left.name);
}

}  // namespace chillin::chat
