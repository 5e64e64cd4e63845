#include <algorithm>
#include <chrono>

#include "chat/commit_stamp.h"
#include "storage/common/storage_metrics.h"
#include "storage/sqlite/writer_sqlite.h"
#include "util/log.h"

namespace chillin::storage {

namespace {

// A batch ends early when it has taken this long, so that the first in it does not wait for the two-thousandth.
constexpr std::chrono::milliseconds kBatchTime{4};
constexpr std::size_t kClockEvery = 32;
// The counters of that many rooms are kept in memory; past it they are read anew.
constexpr std::size_t kMaxRooms = 200'000;

}  // namespace

Writer::Writer(SqliteConnection db, Checkpointer& checkpointer, CommitObserver& observer, WriterOptions options)
    : context_(std::move(db)), checkpointer_(checkpointer), observer_(observer), options_(options) {
  checkpointer_.watch(context_.db());
}

void Writer::start() {
  thread_ = std::thread([this] { run(); });
}

bool Writer::submit(WriteOp& op) {
  if (waiting_.load(std::memory_order_relaxed) >= options_.max_queued) return false;
  bool was_empty = false;
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return false;
    was_empty = queue_.empty();
    queue_.push_back(&op);
    waiting_.fetch_add(1, std::memory_order_relaxed);
  }
  if (was_empty) wake_.notify_one();
  return true;
}

void Writer::stop() {
  std::lock_guard one(stop_mutex_);
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

Writer::Stats Writer::stats() const noexcept {
  return {commits_.load(std::memory_order_relaxed), failed_commits_.load(std::memory_order_relaxed),
          requests_.load(std::memory_order_relaxed), waiting_.load(std::memory_order_relaxed)};
}

bool Writer::take() {
  if (next_ < taken_.size()) return true;
  taken_.clear();
  next_ = 0;
  std::unique_lock lock(mutex_);
  wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
  std::swap(taken_, queue_);
  return !taken_.empty();
}

void Writer::run() {
  while (take()) {
    run_batch();
    checkpointer_.after_commit(context_.db());
  }
}

void Writer::run_batch() {
  std::size_t used = 0;
  const auto began = util::metrics::now();
  const bool committed = apply(used) && write_counters() && context_.db().run("COMMIT").ok();
  count_transaction(began, used);
  waiting_.fetch_sub(used, std::memory_order_relaxed);
  requests_.fetch_add(used, std::memory_order_relaxed);
  if (committed) {
    publish(used);
  } else {
    roll_back(used);
  }
  for (RoomCounter* room : context_.touched_) room->touched = false;
  context_.touched_.clear();
  context_.events_.clear();
  context_.effects_.clear();
  context_.fatal_.reset();
  if (!committed || context_.rooms_.size() > kMaxRooms) context_.rooms_.clear();
  next_ += used;
}

bool Writer::apply(std::size_t& used) {
  const std::size_t most = std::min(options_.max_batch, taken_.size() - next_);
  const auto deadline = std::chrono::steady_clock::now() + kBatchTime;
  if (!context_.db().run("BEGIN IMMEDIATE")) {
    (void)context_.failed(context_.db().error("beginning a transaction"));
    used = most;
    return false;
  }
  while (used < most) {
    taken_[next_ + used]->run(context_);
    ++used;
    if (context_.fatal()) {
      used = most;
      return false;
    }
    if (used % kClockEvery == 0 && std::chrono::steady_clock::now() >= deadline) break;
  }
  return true;
}

bool Writer::write_counters() {
  for (const RoomCounter* room : context_.touched_) {
    Query update(context_.db(), "UPDATE rooms SET seq = ?1 WHERE id = ?2");
    if (!update.bind(room->seq.value, room->id.value).run()) {
      (void)context_.failed(update.error("moving a room's seq"));
      return false;
    }
  }
  return true;
}

void Writer::roll_back(std::size_t used) {
  util::Error error = context_.fatal() ? *context_.fatal() : context_.db().error("committing");
  // SQLite may have rolled back by itself (disk full, I/O error).
  if (context_.db().in_transaction()) (void)context_.db().execute("ROLLBACK");
  failed_commits_.fetch_add(1, std::memory_order_relaxed);
  if (!failing_) util::log_error("commit_failed", {{"error", error.detail}, {"requests", used}});
  failing_ = true;
  chat::Error refused = chat::refuse(chat::ErrorCode::kUnavailable);
  refused.retry_after_ms = 1000;
  const std::span<WriteOp* const> ops(taken_.data() + next_, used);
  for (WriteOp* op : ops) op->fail(refused);
  resume_all<WriteContext>(ops);
}

void Writer::publish(std::size_t used) {
  const chat::ScopedCommitStamp stamp(chat::CommitStamp::now());
  commits_.fetch_add(1, std::memory_order_relaxed);
  if (failing_) util::log_info("commits_work_again");
  failing_ = false;
  for (auto& effect : context_.effects_) effect();
  observer_.on_commit(context_.events_, context_.touched_);
  resume_all<WriteContext>({taken_.data() + next_, used});
  chat::RoomLogListener* listener = listener_.load(std::memory_order_acquire);
  if (listener != nullptr && !context_.events_.empty()) listener->on_committed(context_.events_);
}

}  // namespace chillin::storage
