#pragma once

#include <cstddef>
#include <cstdint>

#include "chat/ports/blob_store.h"
#include "chat/ports/bus.h"
#include "chat/ports/delivery.h"
#include "chat/ports/password_hasher.h"
#include "chat/ports/presence.h"
#include "chat/ports/rate_limiter.h"
#include "chat/ports/room_log.h"
#include "chat/ports/stores.h"
#include "util/clock.h"

namespace chillin::chat {

/// Limits and switches, from the environment.
struct Settings {
  bool guest_access = true;
  std::size_t max_message_length = 500;  ///< code points
  RateLimit message_rate{10, util::Millis{10'000}};
  RateLimit auth_rate{10, util::Millis{60'000}};   ///< per address and per name
  RateLimit room_rate{20, util::Millis{600'000}};  ///< rooms created per address
  std::size_t max_rooms_per_socket = 50;
  std::size_t join_history = 50;  ///< messages in messageHistory
};

class Typists;
class RoomDataThrottle;

/// What use cases work with. Owner: app, which wires it; the ports outlive it. Thread-safe as far as its parts are.
struct Service {
  const Settings& settings;
  const util::Clock& clock;
  AccountStore& accounts;
  SessionStore& sessions;
  RoomStore& rooms;
  RoomLog& log;
  Presence& presence;
  RateLimiter& limiter;
  PasswordHasher& hasher;
  BlobStore& blobs;
  Delivery& delivery;
  Typists& typists;             ///< typists.h: who is typing; expires by itself after 5 s
  RoomDataThrottle& room_data;  ///< room_data_throttle.h: roomData and join notices at most once a second per room
};

}  // namespace chillin::chat
