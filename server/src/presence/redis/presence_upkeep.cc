// What RedisPresence does by itself: signs of life, the devices of dead servers, expiries, and listing everybody again.
#include <algorithm>
#include <utility>

#include "presence/redis/presence_scripts.h"
#include "presence/redis/presence_state.h"
#include "util/log.h"

namespace chillin::presence {
namespace {

using redis::ReplyOr;

constexpr std::size_t kTouchedPerCall = 500;
constexpr std::int64_t kReapedPerCall = 100;
constexpr std::size_t kRestoresUnderWay = 256;
// Beyond this many those who left stand in the lists until this server ends.
constexpr std::size_t kMaxUnheard = 200'000;

}  // namespace

void RedisPresence::State::start() {
  client_.add_listener(this);
}

void RedisPresence::State::stop() {
  client_.remove_listener(this);
  watcher_ = nullptr;
  up_ = false;
  timer_.cancel();
}

void RedisPresence::State::on_redis_up() {
  up_ = true;
  up_since_ = client_.loop().now();
  // It may have been restarted empty, or be a replica that had not heard everything.
  for (auto& [name, room] : rooms_) room->mirror.forget_version();
  beat();
  repeat_leaves();
  restore();
}

void RedisPresence::State::on_redis_down() {
  up_ = false;
  timer_.cancel();
}

void RedisPresence::State::beat() {
  if (!up_) return;
  timer_.arm(options_.beat);
  redis::ScriptCall c = call();
  c.arg(server_).arg(options_.silence.count());
  client_.eval(kBeatScript, std::move(c), [self = shared_from_this()](const ReplyOr& reply) { self->on_beat(reply); });
  touch();
}

void RedisPresence::State::on_beat(const ReplyOr& reply) {
  if (!up_ || !reply || !reply->is_array() || reply->elements.empty()) return;
  const auto alive = client_.loop().now() - up_since_;
  // The others thought this server dead (it stood still) and have removed its devices.
  if (reply->elements[0].integer == 0 && alive > options_.beat) restore();
  // After an outage of Redis everybody's last sign of life is old.
  if (alive < options_.silence) return;
  for (std::size_t i = 1; i < reply->elements.size(); ++i) reap(reply->elements[i].text);
}

void RedisPresence::State::reap(const std::string& server) {
  if (std::find(reaping_.begin(), reaping_.end(), server) != reaping_.end()) return;
  reaping_.push_back(server);
  redis::ScriptCall c = call();
  c.arg(server).arg(options_.silence.count()).arg(kReapedPerCall);
  client_.eval(kReapScript, std::move(c), [self = shared_from_this(), server](const ReplyOr& reply) {
    std::erase(self->reaping_, server);
    if (!reply || !reply->is_array() || reply->elements.empty()) return;
    std::vector<Departure> departures;
    for (std::size_t i = 1; i < reply->elements.size(); ++i) {
      const auto& e = reply->elements[i].elements;
      if (e.size() == 3) departures.push_back({e[0].text, e[1].text, e[2].integer});
    }
    const std::int64_t left = reply->elements[0].integer;
    // One that stopped in order left nobody, and is no news.
    if (!departures.empty() || left > 0) {
      util::log_info("presence_of_dead_server_removed",
                     {{"server", server}, {"people", departures.size()}, {"devices_left", left}});
    }
    if (!departures.empty() && self->watcher_ != nullptr) self->watcher_->on_departed(std::move(departures));
    if (left > 0) self->reap(server);
  });
}

void RedisPresence::State::touch() {
  const auto parts = static_cast<std::size_t>(std::max<std::int64_t>(1, options_.touch_round / options_.beat));
  const std::vector<std::string> sockets = devices_.next_share(parts);
  for (std::size_t i = 0; i < sockets.size(); i += kTouchedPerCall) {
    redis::ScriptCall c = call();
    c.arg(server_);
    for (std::size_t j = i; j < std::min(sockets.size(), i + kTouchedPerCall); ++j) c.arg(sockets[j]);
    client_.eval(kTouchScript, std::move(c));
  }
}

void RedisPresence::State::remember_unheard(UnheardLeave leave) {
  if (unheard_.size() < kMaxUnheard) unheard_.push_back(std::move(leave));
}

void RedisPresence::State::repeat_leaves() {
  for (UnheardLeave& leave : std::exchange(unheard_, {})) {
    const Device* device = devices_.find(leave.socket);
    const std::string json = device != nullptr ? device->json(leave.socket, server_) : std::string();
    redis::ScriptCall c = call();
    if (leave.room.empty()) {
      if (device != nullptr && device->online) continue;  // it has come back
      c.arg(leave.account).arg(leave.socket).arg(server_).arg(json).arg("0");
      client_.eval(kOnlineScript, std::move(c), [self = shared_from_this(), leave](const ReplyOr& reply) {
        if (!reply) self->remember_unheard(leave);
      });
      continue;
    }
    if (device != nullptr && device->in(leave.room) != nullptr) continue;
    c.arg(leave.room).arg(leave.name).arg(leave.socket).arg(server_).arg(json).arg("-1");
    client_.eval(kLeaveScript, std::move(c), [self = shared_from_this(), leave](const ReplyOr& reply) {
      if (!reply) return self->remember_unheard(leave);
      if (!reply->is_array() || reply->elements.size() < 3 || reply->elements[1].integer == 0) return;
      if (self->watcher_ != nullptr)
        self->watcher_->on_departed({{leave.room, leave.name, reply->elements[2].integer}});
    });
  }
}

void RedisPresence::State::restore() {
  to_restore_ = devices_.sockets();
  restoring_ = 0;
  ++restore_round_;
  if (!to_restore_.empty()) restore_more();
}

void RedisPresence::State::restore_more() {
  const auto answered = [self = shared_from_this(), round = restore_round_](const ReplyOr& reply) {
    // Where somebody else got the name meanwhile, the device stays in its room without standing in the list.
    if (reply && reply->is_array() && !reply->elements.empty() && reply->elements[0].integer == 1) {
      util::log_info("presence_name_taken_meanwhile");
    }
    if (round != self->restore_round_) return;
    --self->restoring_;
    if (!reply) return;  // away again: another round will come
    if (!self->to_restore_.empty() || self->restoring_ > 0) return self->restore_more();
    util::log_info("presence_restored", {{"devices", self->devices_.size()}});
    std::vector<std::string> rooms;
    for (const auto& [name, room] : self->rooms_) {
      if (room->devices > 0) rooms.push_back(name);
    }
    if (self->watcher_ != nullptr) self->watcher_->on_restored(std::move(rooms));
  };
  while (restoring_ < kRestoresUnderWay && !to_restore_.empty()) {
    const std::string socket = std::move(to_restore_.back());
    to_restore_.pop_back();
    const Device* device = devices_.find(socket);
    if (device == nullptr) continue;  // it has left meanwhile
    for (const Device::Place& place : device->places) {
      ++restoring_;
      client_.eval(kJoinScript, join_call(place.room, place.name, socket, *device, -1), answered);
    }
    if (!device->online) continue;
    ++restoring_;
    redis::ScriptCall c = call();
    c.arg(device->account).arg(socket).arg(server_).arg(device->json(socket, server_)).arg("1");
    client_.eval(kOnlineScript, std::move(c), answered);
  }
}

}  // namespace chillin::presence
