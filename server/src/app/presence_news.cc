#include "app/presence_news.h"

#include <utility>

#include "chat/announce.h"
#include "chat/live_state.h"
#include "chat/service.h"
#include "net/loop.h"
#include "util/task.h"

namespace chillin::app {

namespace {

util::Task<void> tell_departed(chat::Service& service, std::vector<presence::Departure> departures) {
  for (presence::Departure& gone : departures) {
    auto update = service.live.room_data.left(gone.room, gone.name, gone.total, service.clock.steady());
    if (update) co_await chat::tell_room_now(service, *std::move(update));
  }
}

util::Task<void> tell_again(chat::Service& service, std::vector<std::string> rooms) {
  for (std::string& room : rooms) {
    chat::RoomUpdate update;
    update.room = std::move(room);
    co_await chat::tell_room_now(service, std::move(update));
  }
}

}  // namespace

void PresenceNews::attach(chat::Service& service, net::LoopGroup& loops) {
  const std::lock_guard lock(mutex_);
  service_ = &service;
  loops_ = &loops;
}

void PresenceNews::detach() {
  const std::lock_guard lock(mutex_);
  service_ = nullptr;
}

void PresenceNews::on_departed(std::vector<presence::Departure> departures) {
  const std::lock_guard lock(mutex_);
  if (service_ == nullptr) return;
  loops_->at(0).post([service = service_, departures = std::move(departures)]() mutable {
    util::spawn(tell_departed(*service, std::move(departures)));
  });
}

void PresenceNews::on_restored(std::vector<std::string> rooms) {
  const std::lock_guard lock(mutex_);
  if (service_ == nullptr) return;
  loops_->at(0).post([service = service_, rooms = std::move(rooms)]() mutable {
    util::spawn(tell_again(*service, std::move(rooms)));
  });
}

}  // namespace chillin::app
