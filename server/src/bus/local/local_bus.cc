#include "bus/local/local_bus.h"

namespace chillin::bus {

void LocalBus::publish(std::span<const chat::RoomEvent> events) {
  if (subscriber_ != nullptr && !events.empty()) subscriber_->on_room_events(events);
}

void LocalBus::set_subscriber(chat::BusSubscriber* subscriber) {
  subscriber_ = subscriber;
}

}  // namespace chillin::bus
