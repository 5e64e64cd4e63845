#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "chat/ports/presence.h"
#include "chat/ports/room_log.h"
#include "chat/types.h"

namespace chillin::chat {

// What is pushed to people besides room events. None of it is stored.

/// A line of the user `admin`.
struct Notice {
  std::string room;
  std::string text;
};
struct RoomData {
  std::string room;
  RoomSnapshot snapshot;
};
struct Typing {
  std::string room;
  std::string user;
  bool typing = true;
};
enum class UserStatus : std::uint8_t { kOnline, kAway, kBusy, kOffline };
struct PresenceChange {
  std::string room;
  std::string user;
  UserStatus status = UserStatus::kOnline;
  std::string text;
};
struct ReadReceipt {
  std::string room;
  std::string user;
  Seq seq;
};
struct RoomUpdated {
  Room room;
};
struct Unread {
  std::string room;
  std::int64_t count = 0;
  Seq seq;
};
struct Mention {
  Message message;
};
struct Kicked {
  std::string room;
  std::string reason;
};
struct ServerShutdown {
  std::int64_t retry_after_ms = 0;
};

using Push = std::variant<Notice, RoomData, Typing, PresenceChange, ReadReceipt, RoomUpdated, Unread, Mention, Kicked,
                          ServerShutdown>;

/// How the domain reaches people; the gateway implements it over Socket.IO. Thread-safe; does not block and does not
/// fail: whoever missed something catches up by `sync`.
///
/// A push reaches people on every server, but for those that each server tells its own people: Notice and RoomData
/// (every server hears of the change and keeps the times of its own), Unread (so does each), ServerShutdown (it is
/// about one server).
class Delivery {
 public:
  virtual ~Delivery() = default;
  /// Everyone in the events' rooms on this server; the author's devices also get `tempId`. Calls from one thread keep
  /// order.
  virtual void room_events(std::span<const RoomEvent> events) = 0;
  /// Everyone in a room but `except_socket` (empty: everyone).
  virtual void to_room(const std::string& room, const Push& push, const std::string& except_socket) = 0;
  virtual void to_socket(const std::string& socket_id, const Push& push) = 0;
  /// Every device of a person.
  virtual void to_person(const std::string& author_key, const Push& push) = 0;
  virtual void to_all(const Push& push) = 0;
};

}  // namespace chillin::chat
