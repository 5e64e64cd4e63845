#pragma once

#include <span>

#include "chat/ports/room_log.h"

namespace chillin::chat {

/// Told of room events of every server, this one's included.
class BusSubscriber {
 public:
  virtual ~BusSubscriber() = default;
  /// Per room in seq order on the embedded bus. Any thread; must not block.
  virtual void on_room_events(std::span<const RoomEvent> events) = 0;
};

/// Carries committed room events to all servers. A fast path, never the truth: the room log is.
class Bus {
 public:
  virtual ~Bus() = default;
  /// Thread-safe; keeps the order of calls of one thread.
  virtual void publish(std::span<const RoomEvent> events) = 0;
  /// One subscriber; set before the first publish.
  virtual void set_subscriber(BusSubscriber* subscriber) = 0;
};

}  // namespace chillin::chat
