#include "chat/session.h"

#include <algorithm>

namespace chillin::chat {

// A device is in a handful of rooms; looking through them is cheaper than any index.

const JoinedRoom* Session::joined(std::string_view room_name) const noexcept {
  const auto it = std::find_if(rooms.begin(), rooms.end(), [&](const JoinedRoom& r) { return r.name == room_name; });
  return it == rooms.end() ? nullptr : &*it;
}

const JoinedRoom* Session::joined(RoomId room) const noexcept {
  const auto it = std::find_if(rooms.begin(), rooms.end(), [&](const JoinedRoom& r) { return r.id == room; });
  return it == rooms.end() ? nullptr : &*it;
}

JoinedRoom* Session::joined(RoomId room) noexcept {
  return const_cast<JoinedRoom*>(static_cast<const Session*>(this)->joined(room));
}

bool Session::watches(RoomId room) const noexcept {
  return std::find(watched.begin(), watched.end(), room) != watched.end();
}

}  // namespace chillin::chat
