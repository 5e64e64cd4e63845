#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "bus/redis/cluster_message.h"
#include "chat/ports/bus.h"
#include "chat/ports/room_log.h"
#include "redis/client.h"

namespace chillin::bus {

/// What the bus has done since the start, and what it is doing.
struct RedisBusStats {
  std::uint64_t followed_rooms = 0;
  std::uint64_t published = 0;
  std::uint64_t publish_failures = 0;  ///< events that Redis did not take: the others read them from the log
  std::uint64_t received = 0;          ///< events and signals of other servers
  std::uint64_t holes_filled = 0;      ///< times that a room was brought up to date from the log
  bool connected = false;              ///< hears the other servers
  bool catching_up = false;            ///< the connection is back, and not every followed room has been checked yet
};

/// The bus of one server among several on one Redis. Committed events go to the channels of their rooms, readable for
/// Socket.IO servers for Node.js (cluster_message.h); this server hears the channels of the rooms that are followed or
/// watched here. What reaches the subscriber is in order whatever Redis loses, doubles or reorders (RoomSequence): a
/// hole that does not close by itself is read from the log. When the connection was lost and is back, every followed
/// room is compared with the log; what could not be published is announced once it can be.
///
/// While Redis is away events of this server still reach its own people, in order: where another server's are missing
/// in between, they are read from the log at once. Besides, every followed room is compared with the log every two
/// seconds: a server that dies between a commit and its publication has told nobody.
///
/// Thread-safe. Owner: app; log and client outlive it. The subscriber is called on the publisher's thread for what this
/// server committed, on the Redis loop for the rest, one call at a time (on_signal aside).
class RedisBus final : public chat::Bus {
 public:
  RedisBus(redis::Client& client, chat::RoomLog& log, Render render);
  ~RedisBus() override;
  RedisBus(const RedisBus&) = delete;
  RedisBus& operator=(const RedisBus&) = delete;

  /// Nothing is heard or told afterwards. Idempotent; not from the Redis loop.
  void stop();

  void publish(std::span<const chat::RoomEvent> events) override;
  void signal(const chat::Signal& signal) override;
  util::Task<chat::Status> follow(chat::RoomId room, std::string name) override;
  void unfollow(chat::RoomId room) override;
  util::Task<void> reached(chat::RoomId room, chat::Seq seq) override;
  [[nodiscard]] std::optional<Position> position(const std::string& room_name) const override;
  void watch(chat::RoomId room, std::string name) override;
  void unwatch(chat::RoomId room) override;
  void set_subscriber(chat::BusSubscriber* subscriber) override;

  [[nodiscard]] RedisBusStats stats() const;
  /// The names of the rooms that are followed here. Thread-safe.
  [[nodiscard]] std::vector<std::string> followed() const;

 private:
  class State;
  redis::Client& client_;
  std::shared_ptr<State> state_;
};

}  // namespace chillin::bus
