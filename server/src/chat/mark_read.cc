#include "chat/mark_read.h"

#include <algorithm>
#include <utility>

#include "chat/limits.h"
#include "chat/live_state.h"
#include "chat/pipeline/membership.h"

namespace chillin::chat {

util::Task<Result<Seq>> mark_read(Service& service, std::shared_ptr<Session> session, MarkRead command) {
  if (command.seq < Seq{0}) co_return refuse(ErrorCode::kInvalidPayload, "seq must not be negative.", "seq");
  auto found = pipeline::room_of(*session, command.room);
  if (!found) co_return std::move(found).error();
  const JoinedRoom joined = **found;
  if (command.seq <= joined.read_seq) co_return joined.read_seq;  // clients repeat themselves
  auto within_rate = co_await within_action_rate(service, session->socket_id);
  if (!within_rate) co_return std::move(within_rate).error();

  auto room = co_await service.rooms.find(joined.id);
  if (!room) co_return std::move(room).error();
  if (!room->has_value()) co_return refuse(ErrorCode::kRoomNotFound);
  const Seq wanted = std::min(command.seq, (*room)->seq);
  Seq stands = wanted;
  if (joined.who.account) {
    auto marked = co_await service.rooms.mark_read(joined.id, *joined.who.account, wanted);
    if (!marked) co_return std::move(marked).error();
    stands = *marked;
    service.live.unreads.marked_read(joined.id, *joined.who.account, stands);
    if (session->watches(joined.id)) {
      service.bus.signal(ReadMark{joined.id, joined.name, *joined.who.account, stands});
    }
  }
  JoinedRoom* still = session->joined(joined.id);
  if (still == nullptr || stands <= still->read_seq) co_return stands;
  still->read_seq = stands;

  auto people = co_await service.presence.count(joined.name);
  if (people && *people <= kSmallRoom) {
    service.delivery.to_room(joined.name, ReadReceipt{joined.name, joined.who.name, stands}, session->socket_id);
  }
  co_return stands;
}

}  // namespace chillin::chat
