#pragma once

#include <cstddef>
#include <cstdint>

#include "chat/ports/blob_store.h"
#include "chat/ports/bus.h"
#include "chat/ports/delivery.h"
#include "chat/ports/history_cache.h"
#include "chat/ports/password_hasher.h"
#include "chat/ports/presence.h"
#include "chat/ports/rate_limiter.h"
#include "chat/ports/room_log.h"
#include "chat/ports/stores.h"
#include "chat/ports/upload_store.h"
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
  std::int64_t max_upload_bytes = std::int64_t{10} << 20;
  std::int64_t upload_quota_bytes = std::int64_t{1} << 30;  ///< of all files of an account; 0: no quota
};

/// Rooms of more people than this get no `presence` and `readReceipt`: each would be told to everyone, and their number
/// grows with the people too. roomData says who is there.
inline constexpr std::int64_t kSmallRoom = 200;

struct LiveState;

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
  UploadStore& uploads;
  Delivery& delivery;
  LiveState& live;  ///< live_state.h: typing, throttled roomData, unread watchers
  Bus& bus;
  HistoryCache* history_cache = nullptr;  ///< null: there is none
};

}  // namespace chillin::chat
