#include "chat/room_cache.h"

#include <utility>

#include "chat/cache_metrics.h"

namespace chillin::chat {

std::shared_ptr<const Room> RoomCache::find(const std::string& name, util::SteadyTime now) const {
  const Shard& s = shard(name);
  const std::lock_guard lock(s.mutex);
  const auto it = s.rooms.find(name);
  const bool hit = it != s.rooms.end() && now < it->second.until;
  count_lookup(Cache::kRooms, hit);
  return hit ? it->second.room : nullptr;
}

void RoomCache::put(std::shared_ptr<const Room> room, util::SteadyTime now) {
  if (room->is_private) return;
  Shard& s = shard(room->name);
  const std::lock_guard lock(s.mutex);
  Entry& entry = s.rooms[room->name];
  entry.room = std::move(room);
  entry.until = now + kTtl;
}

void RoomCache::forget(const std::string& name) {
  Shard& s = shard(name);
  const std::lock_guard lock(s.mutex);
  s.rooms.erase(name);
}

void RoomCache::tick(util::SteadyTime now) {
  for (Shard& s : shards_) {
    const std::lock_guard lock(s.mutex);
    std::erase_if(s.rooms, [now](const auto& entry) { return now >= entry.second.until; });
  }
}

}  // namespace chillin::chat
