#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <variant>

#include "chat/error.h"
#include "chat/ports/room_log.h"
#include "util/task.h"

namespace chillin::chat {

/// A person came into a room or went: every server tells its own people, each in its own time (room_data_throttle.h).
struct MemberChange {
  enum class Kind : std::uint8_t {
    kJoined = 0,
    kLeft = 1,
    kChanged = 2,    ///< is in the room still, with another device
    kRefreshed = 3,  ///< nobody in particular: the list was made anew
  };
  std::string room_name;
  Kind kind = Kind::kJoined;
  std::string name;
  std::int64_t people = 0;  ///< in the room now; 0 if not known
};
/// An account has read so far: its devices on other servers count from there.
struct ReadMark {
  RoomId room;
  std::string room_name;
  AccountId account;
  Seq seq;
};
/// What a server tells the others that have to do with a room, besides its log. None of it is stored; what is told
/// while the way is interrupted is lost.
using Signal = std::variant<MemberChange, ReadMark>;

/// Told what happens in rooms, on every server. Calls about events do not overlap. Any thread; must not block; must
/// call nothing of the bus but signal().
class BusSubscriber {
 public:
  virtual ~BusSubscriber() = default;
  /// Of rooms that are followed here: per room in seq order without a hole, from the seq on at which following began.
  /// One exception: after an outage with more changes than are worth telling one by one, only the last of them comes;
  /// whoever counts sees the hole and reads the rest. On a bus of one server: of all rooms.
  virtual void on_room_events(std::span<const RoomEvent> events) = 0;
  /// Of rooms that are watched but not followed: in any order, perhaps twice, perhaps not at all.
  virtual void on_room_news(std::span<const RoomEvent> events) = 0;
  /// From another server, about a room that is followed or watched here.
  virtual void on_signal(const Signal& signal) = 0;
};

/// Carries what happens in rooms to all servers. A fast path, never the truth: the room log is. Thread-safe.
class Bus {
 public:
  virtual ~Bus() = default;
  /// What was committed on this server; keeps the order of calls of one thread.
  virtual void publish(std::span<const RoomEvent> events) = 0;
  /// To the other servers that have to do with the room.
  virtual void signal(const Signal& signal) = 0;

  /// Follows a room: resumes when every later event will reach the subscriber. Counted: each success needs one
  /// unfollow(). kUnavailable if it cannot be known where the room stands.
  virtual util::Task<Status> follow(RoomId room, std::string name) = 0;
  virtual void unfollow(RoomId room) = 0;
  /// Resumes once the subscriber has been told of everything up to `seq` of a followed room (or the room is not
  /// followed any more). What the subscriber posted to the caller's executor meanwhile has run by then.
  virtual util::Task<void> reached(RoomId room, Seq seq) = 0;

  /// How far a followed room has got, as far as any server has told; nullopt: it is not followed, or the others are not
  /// heard now. For when the log itself cannot be asked.
  struct Position {
    RoomId room;
    Seq seq;
  };
  [[nodiscard]] virtual std::optional<Position> position(const std::string& room_name) const = 0;

  /// Wants news of a room without following it. Counted.
  virtual void watch(RoomId room, std::string name) = 0;
  virtual void unwatch(RoomId room) = 0;

  /// One subscriber; set before anything else is called.
  virtual void set_subscriber(BusSubscriber* subscriber) = 0;
};

}  // namespace chillin::chat
