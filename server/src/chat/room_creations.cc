#include "chat/room_creations.h"

#include <utility>

namespace chillin::chat {

util::Task<std::optional<RoomCreations::RoomPtr>> RoomCreations::wait_or_begin(std::string name) {
  // Looking and queueing are one step under the lock: whoever finds an entry is woken by its finish().
  std::unique_lock lock(mutex_);
  const auto [it, first] = creating_.try_emplace(std::move(name));
  if (first) co_return std::nullopt;
  auto wait = [&lock, &waiters = it->second](util::Completion<RoomPtr> done) {
    waiters.push_back(std::move(done));
    lock.unlock();  // from here on the coroutine may be resumed, so nothing of it is touched
  };
  RoomPtr room = co_await util::suspend_with<RoomPtr>(std::move(wait));
  co_return room;
}

void RoomCreations::finish(const std::string& name, const RoomPtr& room) {
  Waiters waiters;
  {
    const std::lock_guard lock(mutex_);
    const auto it = creating_.find(name);
    if (it == creating_.end()) return;
    waiters = std::move(it->second);
    creating_.erase(it);
  }
  for (auto& waiter : waiters) waiter(room);
}

}  // namespace chillin::chat
