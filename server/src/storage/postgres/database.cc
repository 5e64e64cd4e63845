#include <algorithm>

#include "storage/postgres/database_pq.h"

namespace chillin::storage::postgres {

void SeenSeqs::keep(std::int64_t room, std::int64_t seq) {
  std::int64_t& known = seqs_[room];
  known = std::max(known, seq);
}

void SeenSeqs::saw(std::span<const chat::RoomEvent> events) {
  std::lock_guard lock(mutex_);
  if (seqs_.size() > kMaxRooms) seqs_.clear();
  for (const chat::RoomEvent& event : events) keep(event.message.id.room.value, event.seq.value);
}

void SeenSeqs::saw(chat::RoomId room, chat::Seq seq) {
  std::lock_guard lock(mutex_);
  if (seqs_.size() > kMaxRooms) seqs_.clear();
  keep(room.value, seq.value);
}

chat::Seq SeenSeqs::of(chat::RoomId room) const {
  std::lock_guard lock(mutex_);
  const auto found = seqs_.find(room.value);
  return found == seqs_.end() ? chat::Seq{} : chat::Seq{found->second};
}

void Database::on_commit(std::span<const chat::RoomEvent> events) {
  if (events.empty()) return;
  if (replica) seen.saw(events);
  search->changed(events);
}

void Database::on_reconnect(const std::string& where) {
  readers->renew(where);
  search->renew(where);
}

}  // namespace chillin::storage::postgres
