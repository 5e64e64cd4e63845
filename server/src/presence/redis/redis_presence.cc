#include "presence/redis/redis_presence.h"

#include <utility>

#include "presence/redis/presence_state.h"

namespace chillin::presence {
namespace {

/// Runs `step(done)` on the Redis loop and resumes with what it is answered.
template <class T, class Step>
util::Task<chat::Result<T>> on_redis_loop(redis::Client& client, Step step) {
  using R = chat::Result<T>;
  auto start = [&client, &step](util::Completion<R> completion) {
    Done<T> done([completion = std::move(completion)](R result) mutable { completion(std::move(result)); });
    client.loop().post([step = std::move(step), done = std::move(done)]() mutable { step(std::move(done)); });
  };
  co_return co_await util::suspend_with<R>(std::move(start));
}

}  // namespace

RedisPresence::RedisPresence(redis::Client& client, RedisPresenceOptions options, PresenceWatcher* watcher)
    : client_(client), state_(std::make_shared<State>(client, std::move(options), watcher)) {
  client_.loop().post([state = state_] { state->start(); });
}

RedisPresence::~RedisPresence() {
  client_.run_on_loop([state = state_] { state->stop(); });
}

std::size_t RedisPresence::devices() const {
  std::size_t devices = 0;
  client_.run_on_loop([&] { devices = state_->devices(); });
  return devices;
}

const std::string& RedisPresence::server_id() const noexcept {
  return state_->server_id();
}

util::Task<chat::Result<chat::Joined>> RedisPresence::join(std::string room, chat::Member member) {
  auto step = [state = state_, room = std::move(room), member = std::move(member)](Done<chat::Joined> done) mutable {
    state->join(std::move(room), std::move(member), std::move(done));
  };
  co_return co_await on_redis_loop<chat::Joined>(client_, std::move(step));
}

util::Task<chat::Result<chat::Left>> RedisPresence::leave(std::string room, std::string socket_id) {
  auto step = [state = state_, room = std::move(room), id = std::move(socket_id)](Done<chat::Left> done) mutable {
    state->leave(std::move(room), std::move(id), std::move(done));
  };
  co_return co_await on_redis_loop<chat::Left>(client_, std::move(step));
}

util::Task<chat::Result<chat::RoomSnapshot>> RedisPresence::snapshot(std::string room) {
  auto step = [state = state_, room = std::move(room)](Done<chat::RoomSnapshot> done) mutable {
    state->snapshot(std::move(room), std::move(done));
  };
  co_return co_await on_redis_loop<chat::RoomSnapshot>(client_, std::move(step));
}

util::Task<chat::Result<std::int64_t>> RedisPresence::count(std::string room) {
  auto step = [state = state_, room = std::move(room)](Done<std::int64_t> done) mutable {
    state->count(std::move(room), std::move(done));
  };
  co_return co_await on_redis_loop<std::int64_t>(client_, std::move(step));
}

util::Task<chat::Result<bool>> RedisPresence::connected(chat::Member member) {
  auto step = [state = state_, member = std::move(member)](Done<bool> done) mutable {
    state->set_online(std::move(member), true, std::move(done));
  };
  co_return co_await on_redis_loop<bool>(client_, std::move(step));
}

util::Task<chat::Result<bool>> RedisPresence::disconnected(chat::Member member) {
  auto step = [state = state_, member = std::move(member)](Done<bool> done) mutable {
    state->set_online(std::move(member), false, std::move(done));
  };
  co_return co_await on_redis_loop<bool>(client_, std::move(step));
}

util::Task<chat::Result<std::vector<bool>>> RedisPresence::elsewhere(std::string room,
                                                                     std::vector<chat::Identity> people) {
  using Found = std::vector<bool>;
  if (people.empty()) co_return Found();
  auto step = [state = state_, room = std::move(room), people = std::move(people)](Done<Found> done) mutable {
    state->elsewhere(room, std::move(people), std::move(done));
  };
  co_return co_await on_redis_loop<Found>(client_, std::move(step));
}

util::Task<chat::Result<bool>> RedisPresence::online(chat::AccountId account) {
  auto step = [state = state_, account](Done<bool> done) mutable { state->is_online(account, std::move(done)); };
  co_return co_await on_redis_loop<bool>(client_, std::move(step));
}

}  // namespace chillin::presence
