#include "chat/announce.h"

#include <utility>

#include "chat/live_state.h"

namespace chillin::chat {

void tell_room(Service& service, const RoomUpdate& update, RoomSnapshot snapshot) {
  for (const std::string& text : update.notices) {
    service.delivery.to_room(update.room, Notice{update.room, text}, update.except_socket);
  }
  service.delivery.to_room(update.room, RoomData{update.room, std::move(snapshot)}, update.except_socket);
}

util::Task<void> tell_room_now(Service& service, RoomUpdate update) {
  auto snapshot = co_await service.presence.snapshot(update.room);
  if (snapshot) tell_room(service, update, *std::move(snapshot));
}

void stop_typing(Service& service, const JoinedRoom& room, const std::string& socket_id) {
  if (!service.live.typists.stop(room.name, room.who.name)) return;
  service.delivery.to_room(room.name, Typing{room.name, room.who.name, false}, socket_id);
}

util::Task<void> depart(Service& service, std::shared_ptr<Session> session, JoinedRoom room) {
  stop_typing(service, room, session->socket_id);
  if (session->watches(room.id)) service.live.unreads.left(room.id, *room.who.account);
  auto left = co_await service.presence.leave(room.name, session->socket_id);
  if (!left || !left->was_in) co_return;
  const auto kind = left->last_device ? MemberChange::Kind::kLeft : MemberChange::Kind::kChanged;
  tell_member_change(service, {room.name, kind, room.who.name, left->total});
}

void note_member_change(Service& service, const MemberChange& change) {
  RoomDataThrottle& throttle = service.live.room_data;
  const auto now = service.clock.steady();
  std::optional<RoomUpdate> update;
  switch (change.kind) {
    case MemberChange::Kind::kJoined:
      update = throttle.joined(change.room_name, change.name, {}, change.people, now);
      break;
    case MemberChange::Kind::kLeft:
      update = throttle.left(change.room_name, change.name, change.people, now);
      break;
    case MemberChange::Kind::kChanged:
      update = throttle.changed(change.room_name, change.name, change.people, now);
      break;
    case MemberChange::Kind::kRefreshed:
      throttle.refresh(change.room_name, now);
      break;
  }
  if (update) util::spawn(tell_room_now(service, *std::move(update)));
}

void tell_member_change(Service& service, const MemberChange& change) {
  service.bus.signal(change);
  note_member_change(service, change);
}

void refresh_room(Service& service, const std::string& room) {
  tell_member_change(service, {room, MemberChange::Kind::kRefreshed, {}, 0});
}

util::Task<void> tell_presence(Service& service, PresenceChange change, std::string except_socket) {
  auto people = co_await service.presence.count(change.room);
  if (!people || *people == 0 || *people > kSmallRoom) co_return;
  const std::string room = change.room;
  service.delivery.to_room(room, std::move(change), except_socket);
}

}  // namespace chillin::chat
