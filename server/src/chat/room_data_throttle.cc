#include "chat/room_data_throttle.h"

#include <algorithm>
#include <utility>

#include "chat/notices.h"

namespace chillin::chat {

namespace {

/// The one or two earliest of the changes of a kind, and how many there are.
struct Earliest {
  std::uint64_t orders[2] = {0, 0};
  std::string_view names[2];
  std::size_t total = 0;

  void add(std::uint64_t order, std::string_view name) {
    if (total == 0 || order < orders[0]) {
      orders[1] = orders[0];
      names[1] = names[0];
      orders[0] = order;
      names[0] = name;
    } else if (total == 1 || order < orders[1]) {
      orders[1] = order;
      names[1] = name;
    }
    ++total;
  }
  [[nodiscard]] std::span<const std::string_view> first() const { return {names, std::min<std::size_t>(total, 2)}; }
};

}  // namespace

util::Millis RoomDataThrottle::interval(std::int64_t people) noexcept {
  return std::max(kInterval, kPerPerson * std::max<std::int64_t>(people, 0));
}

std::optional<RoomUpdate> RoomDataThrottle::joined(const std::string& room, std::string_view name,
                                                   std::string_view socket_id, std::int64_t people,
                                                   util::SteadyTime now) {
  return note(room, name, socket_id, false, true, people, now);
}

std::optional<RoomUpdate> RoomDataThrottle::left(const std::string& room, std::string_view name, std::int64_t people,
                                                 util::SteadyTime now) {
  return note(room, name, {}, true, false, people, now);
}

std::optional<RoomUpdate> RoomDataThrottle::changed(const std::string& room, std::string_view name, std::int64_t people,
                                                    util::SteadyTime now) {
  return note(room, name, {}, true, true, people, now);
}

void RoomDataThrottle::refresh(const std::string& room, util::SteadyTime now) {
  Shard& s = shard(room);
  const std::lock_guard lock(s.mutex);
  const auto [it, fresh] = s.rooms.try_emplace(room);
  it->second.seen_and_gone = true;
  if (!fresh) return;
  it->second.last_update = now;
  it->second.people = 1;  // somebody is there, or nobody would ask
}

std::optional<RoomUpdate> RoomDataThrottle::note(const std::string& room, std::string_view name,
                                                 std::string_view socket_id, bool was_in, bool is_in,
                                                 std::int64_t people, util::SteadyTime now) {
  Shard& s = shard(room);
  const std::lock_guard lock(s.mutex);
  const auto [entry_it, fresh] = s.rooms.try_emplace(room);
  Entry& entry = entry_it->second;
  entry.people = people;
  const auto [it, new_name] = entry.changes.try_emplace(std::string(name));
  Change& change = it->second;
  if (new_name) change.was_in = was_in;
  change.is_in = is_in;
  change.order = entry.next_order++;
  change.socket_id = socket_id;
  if (!change.was_in && !change.is_in) {
    // Came and went: no notice. But whoever joined meanwhile (perhaps with a second device, of which nothing is said
    // here) has a list with that name in it.
    entry.changes.erase(it);
    entry.seen_and_gone = true;
  }
  if (!fresh && now - entry.last_update < interval(people)) return std::nullopt;
  return flush(room, entry, now);
}

std::optional<RoomUpdate> RoomDataThrottle::flush(const std::string& room, Entry& entry, util::SteadyTime now) {
  if (entry.changes.empty() && !entry.seen_and_gone) return std::nullopt;
  RoomUpdate update{room, {}, {}};
  Earliest came;
  Earliest went;
  for (const auto& [name, change] : entry.changes) {
    if (change.was_in == change.is_in) continue;
    (change.is_in ? came : went).add(change.order, name);
  }
  if (entry.people > 0) {
    if (went.total > 0) update.notices.push_back(left_notice(went.first(), went.total));
    if (came.total > 0) update.notices.push_back(joined_notice(came.first(), came.total));
  }
  if (entry.changes.size() == 1 && !entry.seen_and_gone) {
    update.except_socket = std::move(entry.changes.begin()->second.socket_id);
  }
  entry.changes.clear();
  entry.seen_and_gone = false;
  entry.last_update = now;
  if (entry.people == 0) return std::nullopt;  // nobody is there to be told
  return update;
}

std::vector<RoomUpdate> RoomDataThrottle::tick(util::SteadyTime now) {
  std::vector<RoomUpdate> due;
  for (Shard& s : shards_) {
    const std::lock_guard lock(s.mutex);
    for (auto it = s.rooms.begin(); it != s.rooms.end();) {
      Entry& entry = it->second;
      if (now - entry.last_update < interval(entry.people)) {
        ++it;
        continue;
      }
      if (entry.changes.empty() && !entry.seen_and_gone) {
        it = s.rooms.erase(it);
        continue;
      }
      if (auto update = flush(it->first, entry, now)) due.push_back(*std::move(update));
      ++it;
    }
  }
  return due;
}

std::size_t RoomDataThrottle::size() const {
  std::size_t n = 0;
  for (const Shard& s : shards_) {
    const std::lock_guard lock(s.mutex);
    n += s.rooms.size();
  }
  return n;
}

}  // namespace chillin::chat
