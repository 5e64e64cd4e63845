#include "bus/redis/redis_bus.h"

#include <utility>

#include "bus/redis/redis_bus_state.h"

namespace chillin::bus {

RedisBus::RedisBus(redis::Client& client, chat::RoomLog& log, Render render)
    : client_(client), state_(std::make_shared<State>(client, log, std::move(render))) {
  client_.loop().post([state = state_] { state->start(); });
}

RedisBus::~RedisBus() {
  stop();
}

void RedisBus::stop() {
  client_.run_on_loop([state = state_] { state->stop(); });
}

void RedisBus::publish(std::span<const chat::RoomEvent> events) {
  state_->publish(events);
}

void RedisBus::signal(const chat::Signal& signal) {
  state_->signal(signal);
}

util::Task<chat::Status> RedisBus::follow(chat::RoomId room, std::string name) {
  auto start = [this, room, &name](util::Completion<chat::Status> done) {
    client_.loop().post([state = state_, room, name = std::move(name), done = std::move(done)]() mutable {
      state->follow(room, std::move(name), std::move(done));
    });
  };
  co_return co_await util::suspend_with<chat::Status>(std::move(start));
}

void RedisBus::unfollow(chat::RoomId room) {
  client_.loop().post([state = state_, room] { state->unfollow(room); });
}

util::Task<void> RedisBus::reached(chat::RoomId room, chat::Seq seq) {
  auto start = [this, room, seq](util::Completion<util::Ok> done) {
    client_.loop().post(
        [state = state_, room, seq, done = std::move(done)]() mutable { state->reached(room, seq, std::move(done)); });
  };
  co_await util::suspend_with<util::Ok>(std::move(start));
}

std::optional<chat::Bus::Position> RedisBus::position(const std::string& room_name) const {
  return state_->position(room_name);
}

void RedisBus::watch(chat::RoomId room, std::string name) {
  client_.loop().post(
      [state = state_, room, name = std::move(name)]() mutable { state->watch(room, std::move(name)); });
}

void RedisBus::unwatch(chat::RoomId room) {
  client_.loop().post([state = state_, room] { state->unwatch(room); });
}

void RedisBus::set_subscriber(chat::BusSubscriber* subscriber) {
  state_->set_subscriber(subscriber);
}

RedisBusStats RedisBus::stats() const {
  return state_->stats();
}

std::vector<std::string> RedisBus::followed() const {
  return state_->followed();
}

}  // namespace chillin::bus
