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
  RoomDataThrottle& throttle = service.live.room_data;
  const auto now = service.clock.steady();
  auto update = left->last_device ? throttle.left(room.name, room.who.name, left->total, now)
                                  : throttle.changed(room.name, room.who.name, left->total, now);
  if (update) co_await tell_room_now(service, *std::move(update));
}

util::Task<void> tell_presence(Service& service, PresenceChange change, std::string except_socket) {
  auto people = co_await service.presence.count(change.room);
  if (!people || *people == 0 || *people > kSmallRoom) co_return;
  const std::string room = change.room;
  service.delivery.to_room(room, std::move(change), except_socket);
}

}  // namespace chillin::chat
