#include "chat/typists.h"

#include <algorithm>

namespace chillin::chat {

namespace {

template <class Typists>
auto find_user(Typists& typists, std::string_view user) {
  return std::find_if(typists.begin(), typists.end(), [user](const auto& t) { return t.user == user; });
}

}  // namespace

bool Typists::start(const std::string& room, std::string_view user, std::string_view socket_id, util::SteadyTime now) {
  Shard& s = shard(room);
  const std::lock_guard lock(s.mutex);
  std::vector<Typist>& typists = s.rooms[room];
  const auto it = find_user(typists, user);
  if (it != typists.end()) {
    it->socket_id = socket_id;
    it->since = now;
    return false;
  }
  typists.push_back(Typist{std::string(user), std::string(socket_id), now});
  s.count.fetch_add(1, std::memory_order_relaxed);
  return true;
}

bool Typists::stop(const std::string& room, std::string_view user) {
  Shard& s = shard(room);
  if (s.count.load(std::memory_order_relaxed) == 0) return false;  // every send comes by here; hardly anybody types
  const std::lock_guard lock(s.mutex);
  const auto entry = s.rooms.find(room);
  if (entry == s.rooms.end()) return false;
  const auto it = find_user(entry->second, user);
  if (it == entry->second.end()) return false;
  entry->second.erase(it);
  if (entry->second.empty()) s.rooms.erase(entry);
  s.count.fetch_sub(1, std::memory_order_relaxed);
  return true;
}

bool Typists::typing(const std::string& room, std::string_view user) const {
  const Shard& s = shard(room);
  const std::lock_guard lock(s.mutex);
  const auto entry = s.rooms.find(room);
  return entry != s.rooms.end() && find_user(entry->second, user) != entry->second.end();
}

std::vector<TypingExpired> Typists::tick(util::SteadyTime now) {
  std::vector<TypingExpired> expired;
  for (Shard& s : shards_) {
    if (s.count.load(std::memory_order_relaxed) == 0) continue;
    const std::lock_guard lock(s.mutex);
    for (auto entry = s.rooms.begin(); entry != s.rooms.end();) {
      std::vector<Typist>& typists = entry->second;
      for (auto it = typists.begin(); it != typists.end();) {
        if (now - it->since < kExpiry) {
          ++it;
          continue;
        }
        expired.push_back(TypingExpired{entry->first, std::move(it->user), std::move(it->socket_id)});
        it = typists.erase(it);
        s.count.fetch_sub(1, std::memory_order_relaxed);
      }
      entry = typists.empty() ? s.rooms.erase(entry) : std::next(entry);
    }
  }
  return expired;
}

}  // namespace chillin::chat
