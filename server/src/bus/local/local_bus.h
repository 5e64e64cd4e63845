#pragma once

#include "chat/ports/bus.h"

namespace chillin::bus {

/// The bus of a server that is alone: publish() calls the subscriber, on the publisher's thread. Events published
/// before there is a subscriber go nowhere. Thread-safe once the subscriber is set.
class LocalBus final : public chat::Bus {
 public:
  void publish(std::span<const chat::RoomEvent> events) override;
  void set_subscriber(chat::BusSubscriber* subscriber) override;

 private:
  chat::BusSubscriber* subscriber_ = nullptr;
};

}  // namespace chillin::bus
