#include "app/presence_news.h"

#include <utility>

#include "chat/announce.h"
#include "chat/live_state.h"
#include "chat/service.h"
#include "net/loop.h"
#include "util/task.h"

namespace chillin::app {

namespace {

void tell_departed(chat::Service& service, const std::vector<presence::Departure>& departures) {
  for (const presence::Departure& gone : departures) {
    // Whoever was typing when the server died types no more.
    service.delivery.to_room(gone.room, chat::Typing{gone.room, gone.name, false}, {});
    chat::tell_member_change(service, {gone.room, chat::MemberChange::Kind::kLeft, gone.name, gone.total});
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
  loops_->at(0).post(
      [service = service_, departures = std::move(departures)]() mutable { tell_departed(*service, departures); });
}

void PresenceNews::on_restored(std::vector<std::string> rooms) {
  const std::lock_guard lock(mutex_);
  if (service_ == nullptr) return;
  loops_->at(0).post([service = service_, rooms = std::move(rooms)]() mutable {
    for (const std::string& room : rooms) chat::refresh_room(*service, room);
  });
}

}  // namespace chillin::app
