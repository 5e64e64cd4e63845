#include <algorithm>

#include "storage/postgres/log_reads_pq.h"
#include "storage/postgres/writer_pq.h"
#include "util/log.h"

namespace chillin::storage::postgres {

namespace {

chat::Identity author_of(const chat::Message& message) {
  chat::Identity out{std::nullopt, message.user};
  if (message.author_key.starts_with("u:")) out.account = chat::AccountId{std::stoll(message.author_key.substr(2))};
  return out;
}

chat::ChangeKind kind_of_last_change(const chat::Message& message) {
  if (!message.change_seq) return chat::ChangeKind::kCreated;
  return message.deleted_at ? chat::ChangeKind::kDeleted : chat::ChangeKind::kEdited;
}

}  // namespace

Writer::Settled Writer::settle(std::span<WriteOp* const> ops, util::SteadyTime deadline) {
  const std::int64_t batch = batch_;
  {
    std::lock_guard lock(mutex_);
    ++stats_.doubtful_commits;
  }
  util::log_warn("commit_in_doubt", {{"requests", ops.size()}, {"error", failure_.message}});
  while (connect_by(deadline)) {
    const bool committed = committed_ == batch;
    util::log_info("commit_settled", {{"requests", ops.size()}, {"committed", committed}});
    if (!committed) return Settled::kNotCommitted;
    if (!settle_each(ops)) continue;
    publish(ops);
    return Settled::kCommitted;
  }
  for (const WriteOp* op : ops) {
    if (op->room() != 0) doubtful_.emplace(op->room(), 0);
  }
  failed(ops.size());
  refuse(ops, refusal_of(failure_));
  return Settled::kUnknown;
}

// The results of a batch that was committed. Changes are told as the log now has them: whoever follows a room drops
// what it has had, and where it finds a hole it reads the log.
bool Writer::settle_each(std::span<WriteOp* const> ops) {
  std::vector<chat::MessageId> changed;
  Rooms rooms;
  for (WriteOp* op : ops) {
    if (!op->settle(db_, changed)) return false;
    if (op->room() != 0) rooms.emplace(op->room(), 0);
  }
  for (const chat::MessageId id : changed) {
    std::int64_t& after = rooms[id.room.value];
    after = after == 0 ? id.seq.value - 1 : std::min(after, id.seq.value - 1);
  }
  events_.clear();
  return find_events(rooms);
}

bool Writer::find_events(const Rooms& rooms) {
  for (const auto& [room, after] : rooms) {
    chat::Seq last{after};
    if (after == 0) {
      const auto head = read_history(db_, {room}, std::nullopt, 1);
      if (!head && !db_.open()) return false;
      if (!head) continue;
      last.value = std::max<std::int64_t>(0, head->seq.value - 1);
    }
    auto page = read_sync(db_, {room}, last, kMaxPage);
    if (!page && !db_.open()) return false;
    if (!page) continue;
    for (chat::Message& message : page->changes) {
      const auto kind = kind_of_last_change(message);
      const auto seq = message.last_change();
      chat::Identity actor = author_of(message);
      events_.push_back({kind, seq, std::move(message), std::move(actor), {}, true});
    }
  }
  return true;
}

// Nobody waits for that batch any more, but if it was committed others should hear of it.
void Writer::forget_doubt() {
  if (doubtful_.empty()) return;
  events_.clear();
  if (committed_ == batch_ && !find_events(doubtful_)) return;
  doubtful_.clear();
  observer_.on_commit(events_);
  tell();
}

}  // namespace chillin::storage::postgres
