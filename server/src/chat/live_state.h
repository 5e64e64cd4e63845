#pragma once

#include "chat/room_cache.h"
#include "chat/room_creations.h"
#include "chat/room_data_throttle.h"
#include "chat/typists.h"
#include "chat/unreads.h"

namespace chillin::chat {

/// What the domain remembers between calls, none of it stored and all of it thread-safe. One per server; owner: app.
struct LiveState {
  Typists typists;             ///< who is typing; expires by itself after 5 s
  RoomDataThrottle room_data;  ///< roomData and join notices at most once a second per room
  Unreads unreads;             ///< who is to hear of new messages in a room it is not in
  RoomCache rooms;             ///< public rooms by name, for a second
  RoomCreations creations;     ///< rooms that are being created
};

}  // namespace chillin::chat
