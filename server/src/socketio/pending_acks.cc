#include "socketio/pending_acks.h"

#include <algorithm>
#include <utility>

namespace chillin::socketio {

namespace {

auto lower_bound(std::vector<PendingAcks::Entry>& entries, std::int64_t id) {
  return std::lower_bound(entries.begin(), entries.end(), id,
                          [](const PendingAcks::Entry& entry, std::int64_t wanted) { return entry.id < wanted; });
}

}  // namespace

void PendingAcks::add(std::int64_t id, util::SteadyTime deadline, Socket::AckHandler handler) {
  entries_.insert(lower_bound(entries_, id), {id, deadline, std::move(handler)});
}

std::optional<Socket::AckHandler> PendingAcks::take(std::int64_t id) {
  const auto it = lower_bound(entries_, id);
  if (it == entries_.end() || it->id != id) return std::nullopt;
  Socket::AckHandler handler = std::move(it->handler);
  entries_.erase(it);
  return handler;
}

std::vector<PendingAcks::Entry> PendingAcks::take_expired(util::SteadyTime now) {
  std::vector<Entry> expired;
  std::vector<Entry> kept;
  for (Entry& entry : entries_) (entry.deadline <= now ? expired : kept).push_back(std::move(entry));
  entries_ = std::move(kept);
  return expired;
}

std::vector<PendingAcks::Entry> PendingAcks::take_all() {
  return std::exchange(entries_, {});
}

std::optional<util::SteadyTime> PendingAcks::next_deadline() const {
  if (entries_.empty()) return std::nullopt;
  return std::min_element(entries_.begin(), entries_.end(),
                          [](const Entry& a, const Entry& b) { return a.deadline < b.deadline; })
      ->deadline;
}

}  // namespace chillin::socketio
