#pragma once

#include "chat/ports/bus.h"

namespace chillin::bus {

/// The bus of a server that is alone: publish() calls the subscriber, on the publisher's thread (the log's writer:
/// calls do not overlap). Every room is followed always, and there is nobody to signal to. Events published before
/// there is a subscriber go nowhere. Thread-safe once the subscriber is set.
class LocalBus final : public chat::Bus {
 public:
  void publish(std::span<const chat::RoomEvent> events) override;
  void signal(const chat::Signal&) override {}
  util::Task<chat::Status> follow(chat::RoomId room, std::string name) override;
  void unfollow(chat::RoomId) override {}
  util::Task<void> reached(chat::RoomId room, chat::Seq seq) override;
  [[nodiscard]] std::optional<Position> position(const std::string&) const override { return std::nullopt; }
  void watch(chat::RoomId, std::string) override {}
  void unwatch(chat::RoomId) override {}
  void set_subscriber(chat::BusSubscriber* subscriber) override;

 private:
  chat::BusSubscriber* subscriber_ = nullptr;
};

}  // namespace chillin::bus
