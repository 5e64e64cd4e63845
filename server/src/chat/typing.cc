#include "chat/typing.h"

#include <utility>

#include "chat/announce.h"
#include "chat/limits.h"
#include "chat/live_state.h"
#include "chat/pipeline/membership.h"

namespace chillin::chat {

util::Task<Status> typing(Service& service, std::shared_ptr<Session> session, std::string room, bool on) {
  auto found = pipeline::room_of(*session, room);
  if (!found) co_return std::move(found).error();
  if (!on) {
    stop_typing(service, **found, session->socket_id);
    co_return util::Ok{};
  }
  const JoinedRoom joined = **found;
  Typists& typists = service.live.typists;
  if (!typists.typing(joined.name, joined.who.name)) {
    auto within_rate = co_await within_action_rate(service, session->socket_id);
    if (!within_rate) co_return util::Ok{};
    if (session->closed || session->joined(joined.id) == nullptr) co_return refuse(ErrorCode::kNotInRoom);
  }
  if (typists.start(joined.name, joined.who.name, session->socket_id, service.clock.steady())) {
    service.delivery.to_room(joined.name, Typing{joined.name, joined.who.name, true}, session->socket_id);
  }
  co_return util::Ok{};
}

}  // namespace chillin::chat
