#pragma once

#include <span>

#include "chat/ports/bus.h"
#include "chat/ports/delivery.h"
#include "chat/ports/room_log.h"
#include "chat/unreads.h"

namespace chillin::chat {

/// The way of a committed change to people: log -> bus -> (every server) -> delivery. The author gets it the same way
/// as everyone else. Owner: app; it outlives log and bus. Thread-safe, because it keeps nothing of its own.
///
/// Wiring: `log.set_listener(&fanout); bus.set_subscriber(&fanout);` before the first append.
class Fanout final : public RoomLogListener, public BusSubscriber {
 public:
  Fanout(Bus& bus, Delivery& delivery, Unreads& unreads) : bus_(bus), delivery_(delivery), unreads_(unreads) {}

  void on_committed(std::span<const RoomEvent> events) override;
  void on_room_events(std::span<const RoomEvent> events) override;

 private:
  Bus& bus_;
  Delivery& delivery_;
  Unreads& unreads_;
};

}  // namespace chillin::chat
