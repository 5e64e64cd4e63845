#include "chat/fanout.h"

namespace chillin::chat {

void Fanout::on_committed(std::span<const RoomEvent> events) {
  bus_.publish(events);
}

void Fanout::on_room_events(std::span<const RoomEvent> events) {
  delivery_.room_events(events);
  unreads_.note(events);
}

}  // namespace chillin::chat
