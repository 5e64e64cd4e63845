#pragma once

#include <span>

#include "chat/ports/bus.h"
#include "chat/ports/room_log.h"
#include "chat/service.h"

namespace chillin::chat {

/// The way of a committed change to people: log -> bus -> (every server) -> delivery. The author gets it the same way
/// as everyone else. Also takes what other servers tell of people (Signal). Owner: app; it outlives log and bus.
/// Thread-safe, because it keeps nothing of its own; signals need a thread that is an Executor.
///
/// Wiring: `log.set_listener(&fanout); bus.set_subscriber(&fanout);` before the first append.
class Fanout final : public RoomLogListener, public BusSubscriber {
 public:
  explicit Fanout(Service& service) : service_(service) {}

  void on_committed(std::span<const RoomEvent> events) override;
  void on_room_events(std::span<const RoomEvent> events) override;
  void on_room_news(std::span<const RoomEvent> events) override;
  void on_signal(const Signal& signal) override;

 private:
  Service& service_;
};

}  // namespace chillin::chat
