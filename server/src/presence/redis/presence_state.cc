#include "presence/redis/presence_state.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "presence/redis/presence_scripts.h"
#include "util/crypto.h"
#include "util/log.h"

namespace chillin::presence {
namespace {

using chat::ErrorCode;
using chat::refuse;
using redis::Reply;
using redis::ReplyOr;

constexpr util::Millis kTrustOwnClock{5'000};

/// A number that a script returned at `i`; 0 if there is none.
std::int64_t number(const Reply& reply, std::size_t i) {
  return i < reply.elements.size() ? reply.elements[i].integer : 0;
}

std::int64_t parse_number(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

void log_refused(const char* what, const ReplyOr& reply) {
  if (reply && reply->is_error())
    util::log_error("presence_script_failed", {{"script", what}, {"reason", reply->text}});
}

}  // namespace

RedisPresence::State::State(redis::Client& client, RedisPresenceOptions options, PresenceWatcher* watcher)
    : client_(client),
      options_(std::move(options)),
      watcher_(watcher),
      server_(util::random_id(8)),
      timer_(client.loop(), [this] { beat(); }) {
  for (const redis::Script* script :
       {&kJoinScript, &kLeaveScript, &kSnapshotScript, &kOnlineScript, &kBeatScript, &kReapScript, &kTouchScript}) {
    client_.prepare(*script);
  }
}

redis::ScriptCall RedisPresence::State::call() const {
  redis::ScriptCall call;
  call.arg(options_.key_prefix);
  return call;
}

RedisPresence::State::RoomPtr RedisPresence::State::room(const std::string& name) {
  RoomPtr& slot = rooms_[name];
  if (!slot) slot = std::make_shared<Room>(name);
  return slot;
}

void RedisPresence::State::drop_if_unused(const std::string& name) {
  const auto it = rooms_.find(name);
  if (it != rooms_.end() && it->second->devices == 0 && it->second->asking == 0) rooms_.erase(it);
}

bool RedisPresence::State::update(RoomMirror& mirror, const Reply& reply) {
  if (!reply.is_array() || reply.elements.size() < 5) return false;
  const std::int64_t total = number(reply, 2);
  const std::int64_t version = number(reply, 3);
  if (number(reply, 4) == 0) {
    std::vector<std::string> changes;
    for (std::size_t i = 5; i < reply.elements.size(); ++i) changes.push_back(reply.elements[i].text);
    mirror.apply(version, total, changes);
    return true;
  }
  std::vector<RoomMirror::Person> people;
  people.reserve(reply.elements.size() / 3);
  for (std::size_t i = 5; i + 2 < reply.elements.size(); i += 3) {
    people.push_back({reply.elements[i].text, parse_number(reply.elements[i + 1].text), reply.elements[i + 2].text});
  }
  mirror.replace(version, total, std::move(people));
  return true;
}

redis::ScriptCall RedisPresence::State::join_call(const std::string& room, const std::string& name,
                                                  const std::string& socket, const Device& device,
                                                  std::int64_t known) const {
  // Whoever has just come back sees everybody's last sign of life as old as the outage.
  const bool may_replace = up_ && client_.loop().now() - up_since_ >= kTrustOwnClock;
  redis::ScriptCall c = call();
  c.arg(room).arg(name).arg(device.account).arg(socket).arg(server_).arg(device.json(socket, server_)).arg(known);
  c.arg(may_replace ? "1" : "0");
  return c;
}

void RedisPresence::State::join(std::string name, chat::Member member, Done<chat::Joined> done) {
  Device& device = devices_.at(member.socket_id);
  if (device.idle()) device.account = member.who.account ? member.who.account->value : 0;
  const bool was_in = device.in(name) != nullptr;
  const RoomPtr r = room(name);
  if (!was_in) {
    // Ahead of the answer: a reconnect in between lists it again.
    device.places.push_back({name, member.who.name});
    ++r->devices;
  }
  ++r->asking;
  redis::ScriptCall script_call = join_call(name, member.who.name, member.socket_id, device, r->mirror.version());
  client_.eval(kJoinScript, std::move(script_call),
               [self = shared_from_this(), r, name = std::move(name), member = std::move(member), was_in,
                done = std::move(done)](const ReplyOr& reply) mutable {
                 --r->asking;
                 if (!reply || !update(r->mirror, *reply)) {
                   log_refused("join", reply);
                   return self->joined_locally(name, member, was_in, std::move(done));
                 }
                 if (number(*reply, 0) == 0) return done(chat::Joined{number(*reply, 1) == 1, r->mirror.snapshot()});
                 if (!was_in) self->undo_join(name, member.socket_id);
                 done(refuse(ErrorCode::kNameTaken));
               });
}

void RedisPresence::State::undo_join(const std::string& name, const std::string& socket) {
  devices_.leave(socket, name);
  devices_.erase_if_idle(socket);
  const auto it = rooms_.find(name);
  if (it != rooms_.end() && it->second->devices > 0) --it->second->devices;
  drop_if_unused(name);
}

void RedisPresence::State::joined_locally(const std::string& name, const chat::Member& member, bool was_in,
                                          Done<chat::Joined> done) {
  RoomMirror& mirror = room(name)->mirror;
  const RoomMirror::Person* person = mirror.find(member.who.name);
  const std::int64_t account = member.who.account ? member.who.account->value : 0;
  const Device* device = devices_.find(member.socket_id);
  const Device::Place* place = device != nullptr ? device->in(name) : nullptr;
  const bool another_name = was_in && (place == nullptr || place->name != member.who.name);
  const bool somebody_else = !was_in && person != nullptr && (account == 0 || person->account != account);
  if (another_name || somebody_else) {
    if (!was_in) {
      undo_join(name, member.socket_id);
      remember_unheard({member.socket_id, name, member.who.name});  // what was asked may have been done
    }
    return done(refuse(ErrorCode::kNameTaken));
  }
  const bool first = !was_in && person == nullptr;
  if (first) mirror.add({member.who.name, account, member.socket_id});
  done(chat::Joined{first, mirror.snapshot()});
}

void RedisPresence::State::leave(std::string name, std::string socket, Done<chat::Left> done) {
  Device* device = devices_.find(socket);
  const Device::Place* place = device != nullptr ? device->in(name) : nullptr;
  if (place == nullptr) return done(chat::Left{});
  const std::string as = place->name;
  chat::Identity who = device->identity(as);
  devices_.leave(socket, name);
  const RoomPtr r = room(name);
  if (r->devices > 0) --r->devices;
  ++r->asking;
  redis::ScriptCall c = call();
  c.arg(name).arg(as).arg(socket).arg(server_).arg(device->json(socket, server_)).arg(r->mirror.version());
  devices_.erase_if_idle(socket);
  client_.eval(kLeaveScript, std::move(c),
               [self = shared_from_this(), r, name = std::move(name), socket = std::move(socket), as,
                who = std::move(who), done = std::move(done)](const ReplyOr& reply) mutable {
                 --r->asking;
                 chat::Left left;
                 if (reply && update(r->mirror, *reply)) {
                   left = {true, number(*reply, 1) == 1, std::move(who), number(*reply, 2)};
                 } else {
                   log_refused("leave", reply);
                   if (!reply) self->remember_unheard({socket, name, as});
                   left = self->left_locally(name, socket, as, std::move(who));
                 }
                 self->drop_if_unused(name);
                 done(std::move(left));
               });
}

chat::Left RedisPresence::State::left_locally(const std::string& name, const std::string& socket, const std::string& as,
                                              chat::Identity who) {
  RoomMirror& mirror = room(name)->mirror;
  const RoomMirror::Person* person = mirror.find(as);
  const std::string other = devices_.other_device(name, as, socket);
  // Where another device of an account stands for the person, that one may be on a server that cannot be asked now.
  const bool elsewhere = other.empty() && person != nullptr && person->account != 0 && person->device != socket;
  const bool last = other.empty() && !elsewhere;
  if (last) {
    mirror.remove(as);
  } else if (!other.empty() && person != nullptr && person->device == socket) {
    mirror.set_device(as, other);
  }
  return {true, last, std::move(who), mirror.total()};
}

void RedisPresence::State::snapshot(std::string name, Done<chat::RoomSnapshot> done) {
  const RoomPtr r = room(name);
  ++r->asking;
  redis::ScriptCall c = call();
  c.arg(name).arg(r->mirror.version());
  client_.eval(
      kSnapshotScript, std::move(c),
      [self = shared_from_this(), r, name = std::move(name), done = std::move(done)](const ReplyOr& reply) mutable {
        --r->asking;
        if (!reply || !update(r->mirror, *reply)) log_refused("snapshot", reply);
        self->drop_if_unused(name);
        done(r->mirror.snapshot());
      });
}

void RedisPresence::State::count(std::string name, Done<std::int64_t> done) {
  client_.send(redis::Command("ZCARD").add(options_.key_prefix + "room:order:" + name),
               [self = shared_from_this(), name, done = std::move(done)](const ReplyOr& reply) mutable {
                 if (reply && reply->is_integer()) return done(reply->integer);
                 const auto it = self->rooms_.find(name);
                 done(it == self->rooms_.end() ? 0 : it->second->mirror.total());
               });
}

void RedisPresence::State::set_online(chat::Member member, bool online, Done<bool> done) {
  if (!member.who.account) return done(false);
  const std::int64_t account = member.who.account->value;
  Device& device = devices_.at(member.socket_id);
  device.account = account;
  device.online = online;
  redis::ScriptCall c = call();
  c.arg(account).arg(member.socket_id).arg(server_).arg(device.json(member.socket_id, server_));
  c.arg(online ? "1" : "0");
  devices_.erase_if_idle(member.socket_id);
  client_.eval(kOnlineScript, std::move(c),
               [self = shared_from_this(), account, socket = std::move(member.socket_id), online,
                done = std::move(done)](const ReplyOr& reply) mutable {
                 if (reply && reply->is_integer()) return done(reply->integer == 1);
                 log_refused("online", reply);
                 if (!reply && !online) self->remember_unheard({socket, {}, {}, account});
                 done(self->devices_.online(account) == (online ? 1U : 0U));
               });
}

void RedisPresence::State::is_online(chat::AccountId account, Done<bool> done) {
  client_.send(redis::Command("EXISTS").add(options_.key_prefix + "online:" + std::to_string(account.value)),
               [self = shared_from_this(), account, done = std::move(done)](const ReplyOr& reply) mutable {
                 if (reply && reply->is_integer()) return done(reply->integer == 1);
                 done(self->devices_.online(account.value) > 0);
               });
}

void RedisPresence::State::elsewhere(const std::string& name, std::vector<chat::Identity> people,
                                     Done<std::vector<bool>> done) {
  redis::Command command("HMGET");
  command.add(options_.key_prefix + "room:people:" + name);
  for (const chat::Identity& who : people) command.add(who.name);
  client_.send(command, [server = "@" + server_, people = std::move(people),
                         done = std::move(done)](const ReplyOr& reply) mutable {
    std::vector<bool> found(people.size(), false);
    if (reply && reply->is_array() && reply->elements.size() == people.size()) {
      for (std::size_t i = 0; i < people.size(); ++i) {
        // "<account> <socket>@<server> ..."
        const std::string account = std::to_string(people[i].account ? people[i].account->value : 0) + " ";
        std::string_view devices = reply->elements[i].text;
        if (!devices.starts_with(account)) continue;
        devices.remove_prefix(account.size());
        while (!devices.empty()) {
          const std::size_t space = devices.find(' ');
          const std::string_view device = devices.substr(0, space);
          if (!device.empty() && !device.ends_with(server)) found[i] = true;
          devices.remove_prefix(space == std::string_view::npos ? devices.size() : space + 1);
        }
      }
    }
    done(std::move(found));
  });
}

}  // namespace chillin::presence
