#include "bus/local/local_bus.h"

namespace chillin::bus {

void LocalBus::publish(std::span<const chat::RoomEvent> events) {
  if (subscriber_ != nullptr && !events.empty()) subscriber_->on_room_events(events);
}

util::Task<chat::Status> LocalBus::follow(chat::RoomId, std::string) {
  co_return util::Ok{};
}

util::Task<void> LocalBus::reached(chat::RoomId, chat::Seq) {
  co_return;
}

void LocalBus::set_subscriber(chat::BusSubscriber* subscriber) {
  subscriber_ = subscriber;
}

}  // namespace chillin::bus
