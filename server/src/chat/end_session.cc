#include "chat/end_session.h"

#include <utility>
#include <vector>

#include "chat/announce.h"
#include "chat/live_state.h"

namespace chillin::chat {

util::Task<void> end_session(Service& service, std::shared_ptr<Session> session) {
  session->closed = true;
  std::vector<JoinedRoom> rooms = std::exchange(session->rooms, {});
  for (const JoinedRoom& room : rooms) co_await depart(service, session, room);
  if (!session->account) co_return;

  const Identity who = *session->account;
  for (const RoomId room : std::exchange(session->watched, {})) service.live.unreads.unwatch(room, *who.account);
  if (!std::exchange(session->started, false)) co_return;
  const Member device{session->socket_id, who};
  auto last = co_await service.presence.disconnected(device);
  if (!last || !*last) co_return;
  for (JoinedRoom& room : rooms) {
    PresenceChange change{std::move(room.name), who.name, UserStatus::kOffline, {}};
    co_await tell_presence(service, std::move(change), {});
  }
}

}  // namespace chillin::chat
