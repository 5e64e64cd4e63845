// What servers of the chat tell each other on Redis, on arbitrary bytes.
//
// Properties: nothing crashes; what was accepted can be written again, and is read again as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <variant>

#include "bus/redis/cluster_message.h"

using namespace chillin;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const chat::RoomEvent& event) {
  const auto back = bus::decode(bus::encode("srv", event, {"message", "{}"}), "own");
  require(back.has_value());
  const auto& again = std::get<chat::RoomEvent>(*back);
  require(again.kind == event.kind && again.seq == event.seq && again.message == event.message);
  require(again.actor == event.actor && again.emoji == event.emoji && again.on == event.on);
}

void check(const bus::Nudge& nudge) {
  const auto back = bus::decode(bus::encode("srv", nudge), "own");
  require(back.has_value());
  const auto& again = std::get<bus::Nudge>(*back);
  require(again.room == nudge.room && again.room_name == nudge.room_name && again.seq == nudge.seq);
}

void check(const chat::Signal& signal) {
  const auto back = bus::decode(bus::encode("srv", signal), "own");
  require(back.has_value());
  require(std::get<chat::Signal>(*back).index() == signal.index());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto received = bus::decode(std::string_view(reinterpret_cast<const char*>(data), size), "own");
  if (received) std::visit([](const auto& message) { check(message); }, *received);
  return 0;
}
