#include "chat/start_session.h"

#include <utility>

#include "chat/live_state.h"

namespace chillin::chat {

util::Task<Status> start_session(Service& service, std::shared_ptr<Session> session) {
  if (!session->account) {
    if (!service.settings.guest_access) co_return refuse(ErrorCode::kAuthRequired);
    co_return util::Ok{};
  }
  const AccountId account = *session->account->account;
  const Member device{session->socket_id, *session->account};
  auto first = co_await service.presence.connected(device);
  if (!first) co_return std::move(first).error();
  if (session->closed) {  // end_session has run and did not know of this
    [[maybe_unused]] auto undone = co_await service.presence.disconnected(device);
    co_return util::Ok{};
  }
  session->started = true;
  session->announce = *first;

  auto rooms = co_await service.rooms.list_of(account);
  if (!rooms || session->closed) co_return util::Ok{};  // without `unread` a chat is a chat still
  for (const RoomStore::Joined& joined : *rooms) {
    if (joined.membership.banned || session->watches(joined.room.id)) continue;
    if (service.live.unreads.watch(joined.room, account, joined.membership.read_seq, session->account->name)) {
      session->watched.push_back(joined.room.id);
      if (session->joined(joined.room.id) != nullptr) service.live.unreads.entered(joined.room.id, account);
    }
  }
  co_return util::Ok{};
}

}  // namespace chillin::chat
