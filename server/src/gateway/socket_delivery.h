#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "chat/ports/bus.h"
#include "chat/ports/delivery.h"
#include "gateway/delivery_meter.h"
#include "gateway/room_feeds.h"
#include "net/loop.h"
#include "socketio/namespace.h"
#include "util/clock.h"

namespace chillin::gateway {

/// chat's Delivery over a Socket.IO namespace. A committed message is rendered and encoded once, on the writer's
/// thread; every loop gets one post per commit, advances its feeds and queues references.
///
/// The Socket.IO room of a chat room has the chat room's name (other servers on the bus know it by that); a person's
/// devices are in person_room(), which no chat room can be called.
///
/// Thread-safe. Owner: app; outlives the loops' work.
class SocketDelivery final : public chat::Delivery {
 public:
  SocketDelivery(net::LoopGroup& loops, socketio::Namespace& nsp, chat::RoomLog& log, chat::Bus& bus,
                 const util::Clock& clock, std::size_t history);

  void room_events(std::span<const chat::RoomEvent> events) override;
  void to_room(const std::string& room, const chat::Push& push, const std::string& except_socket) override;
  void to_socket(const std::string& socket_id, const chat::Push& push) override;
  void to_person(const std::string& author_key, const chat::Push& push) override;
  void to_all(const chat::Push& push) override;

  /// Messages that are as old when they are handed to the loops are logged; 0: none. Once, before the server listens.
  void log_slower_than(util::Millis limit) noexcept { slow_ms_ = limit.count(); }

  /// The feeds of the current loop.
  [[nodiscard]] RoomFeeds& feeds();

  /// The Socket.IO room of all devices of a person. Names of chat rooms hold no control character.
  [[nodiscard]] static std::string person_room(const std::string& author_key) { return '\x01' + author_key; }

 private:
  void log_events(std::span<const chat::RoomEvent> events) const;

  socketio::Namespace& nsp_;
  const util::Clock& clock_;
  std::int64_t slow_ms_ = 0;
  // By Loop::index().
  std::vector<std::unique_ptr<RoomFeeds>> feeds_;
  std::vector<std::unique_ptr<DeliveryMeter>> meters_;
};

}  // namespace chillin::gateway
