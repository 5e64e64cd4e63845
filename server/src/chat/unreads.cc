#include "chat/unreads.h"

#include <algorithm>

namespace chillin::chat {

Unreads::Watcher* Unreads::find(Shard& shard, RoomId room, AccountId account) {
  const auto entry = shard.rooms.find(room.value);
  if (entry == shard.rooms.end()) return nullptr;
  std::vector<Watcher>& watchers = entry->second.watchers;
  const auto it =
      std::find_if(watchers.begin(), watchers.end(), [account](const Watcher& w) { return w.account == account; });
  return it == watchers.end() ? nullptr : &*it;
}

bool Unreads::watch(const Room& room, AccountId account, Seq read_seq, std::string_view name) {
  if (room.member_count > kMembers) return false;
  Shard& s = shard(room.id);
  const std::lock_guard lock(s.mutex);
  Watcher* watcher = find(s, room.id, account);
  if (watcher == nullptr) {
    const auto [it, first] = s.rooms.try_emplace(room.id.value);
    Entry& entry = it->second;
    if (first && bus_ != nullptr) bus_->watch(room.id, room.name);
    s.watched.store(s.rooms.size(), std::memory_order_relaxed);
    if (entry.watchers.size() >= static_cast<std::size_t>(kMembers)) return false;
    entry.name = room.name;
    watcher = &entry.watchers.emplace_back(Watcher{account, read_seq, std::string(name)});
  }
  ++watcher->connected;
  watcher->read_seq = std::max(watcher->read_seq, read_seq);
  return true;
}

void Unreads::unwatch(RoomId room, AccountId account) {
  Shard& s = shard(room);
  const std::lock_guard lock(s.mutex);
  Watcher* watcher = find(s, room, account);
  if (watcher == nullptr || --watcher->connected > 0) return;
  const auto entry = s.rooms.find(room.value);
  std::vector<Watcher>& watchers = entry->second.watchers;
  watchers.erase(watchers.begin() + (watcher - watchers.data()));
  if (!watchers.empty()) return;
  s.rooms.erase(entry);
  if (bus_ != nullptr) bus_->unwatch(room);
  s.watched.store(s.rooms.size(), std::memory_order_relaxed);
}

void Unreads::entered(RoomId room, AccountId account) {
  Shard& s = shard(room);
  const std::lock_guard lock(s.mutex);
  if (Watcher* watcher = find(s, room, account)) ++watcher->present;
}

void Unreads::left(RoomId room, AccountId account) {
  Shard& s = shard(room);
  const std::lock_guard lock(s.mutex);
  Watcher* watcher = find(s, room, account);
  if (watcher != nullptr && watcher->present > 0) --watcher->present;
}

void Unreads::marked_read(RoomId room, AccountId account, Seq seq) {
  Shard& s = shard(room);
  const std::lock_guard lock(s.mutex);
  if (Watcher* watcher = find(s, room, account)) watcher->read_seq = std::max(watcher->read_seq, seq);
}

void Unreads::note(std::span<const RoomEvent> events) {
  for (const RoomEvent& event : events) {
    if (event.kind != ChangeKind::kCreated) continue;
    const RoomId room = event.message.id.room;
    Shard& s = shard(room);
    if (s.watched.load(std::memory_order_relaxed) == 0) continue;
    const std::lock_guard lock(s.mutex);
    const auto entry = s.rooms.find(room.value);
    if (entry == s.rooms.end() || entry->second.news) continue;
    entry->second.news = true;
    s.news.push_back(room.value);
  }
}

std::vector<UnreadRoom> Unreads::due(util::SteadyTime now) {
  std::vector<UnreadRoom> rooms;
  for (Shard& s : shards_) {
    const std::lock_guard lock(s.mutex);
    std::erase_if(s.news, [&](std::int64_t id) {
      const auto it = s.rooms.find(id);
      if (it == s.rooms.end()) return true;
      Entry& entry = it->second;
      if (!entry.news) return true;  // the room was forgotten and watched anew in between
      if (entry.last && now - *entry.last < kInterval) return false;
      entry.news = false;
      entry.last = now;
      UnreadRoom room{RoomId{id}, entry.name, {}};
      for (const Watcher& w : entry.watchers) {
        if (w.present == 0)
          room.watchers.push_back({"u:" + std::to_string(w.account.value), w.read_seq, {w.account, w.name}});
      }
      if (!room.watchers.empty()) rooms.push_back(std::move(room));
      return true;
    });
  }
  return rooms;
}

}  // namespace chillin::chat
