#include "bus/local/local_bus.h"

#include <gtest/gtest.h>

#include <vector>

namespace chillin::bus {
namespace {

class Subscriber final : public chat::BusSubscriber {
 public:
  void on_room_events(std::span<const chat::RoomEvent> events) override {
    for (const auto& event : events) seqs.push_back(event.seq.value);
  }
  void on_room_news(std::span<const chat::RoomEvent>) override {}
  void on_signal(const chat::Signal&) override {}
  std::vector<std::int64_t> seqs;
};

TEST(LocalBus, TheSubscriberGetsWhatIsPublishedInOrder) {
  LocalBus bus;
  Subscriber subscriber;
  bus.set_subscriber(&subscriber);
  const std::vector<chat::RoomEvent> events = {{.seq = chat::Seq{1}}, {.seq = chat::Seq{2}}};
  bus.publish(events);
  bus.publish(std::span(events).first(1));
  EXPECT_EQ(subscriber.seqs, (std::vector<std::int64_t>{1, 2, 1}));
}

TEST(LocalBus, WithoutASubscriberEventsGoNowhere) {
  LocalBus bus;
  const chat::RoomEvent event;
  bus.publish(std::span(&event, 1));
}

}  // namespace
}  // namespace chillin::bus
