#include "socketio_redis/room_interest.h"

namespace chillin::socketio {

void RoomInterest::on_room_opened(std::string_view name) {
  Shard& s = shard(name);
  const std::lock_guard lock(s.mutex);
  const auto it = s.loops.find(name);
  if (it != s.loops.end()) {
    ++it->second;
    return;
  }
  s.loops.emplace(name, 1);
  opened_(name);
}

void RoomInterest::on_room_closed(std::string_view name) {
  Shard& s = shard(name);
  const std::lock_guard lock(s.mutex);
  const auto it = s.loops.find(name);
  if (it == s.loops.end() || --it->second > 0) return;
  s.loops.erase(it);
  closed_(name);
}

std::vector<std::string> RoomInterest::names() const {
  std::vector<std::string> out;
  for (const Shard& s : shards_) {
    const std::lock_guard lock(s.mutex);
    for (const auto& [name, loops] : s.loops) out.push_back(name);
  }
  return out;
}

}  // namespace chillin::socketio
