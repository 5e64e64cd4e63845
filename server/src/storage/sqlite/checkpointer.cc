#include "storage/sqlite/checkpointer_sqlite.h"
#include "util/log.h"

namespace chillin::storage {

namespace {

// The writer copies at most about this many pages itself (a few milliseconds); while there are more, the thread goes
// once more.
constexpr int kFewPages = 512;
constexpr int kMaxPasses = 4;

// Pages in the log that the database file does not have yet; -1 if the checkpoint could not run.
int checkpoint(SqliteConnection& db) {
  int in_log = 0;
  int copied = 0;
  const int code = sqlite3_wal_checkpoint_v2(db.get(), nullptr, SQLITE_CHECKPOINT_PASSIVE, &in_log, &copied);
  if (code == SQLITE_OK) return in_log - copied;
  if ((code & 0xff) != SQLITE_BUSY) util::log_error("checkpoint_failed", {{"error", db.error("checkpoint").detail}});
  return -1;
}

}  // namespace

void Checkpointer::start() {
  thread_ = std::thread([this] { run(); });
}

void Checkpointer::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void Checkpointer::watch(SqliteConnection& writer) {
  sqlite3_wal_hook(
      writer.get(),
      [](void* self, sqlite3*, const char*, int pages) {
        static_cast<Checkpointer*>(self)->pages_.store(pages, std::memory_order_relaxed);
        return SQLITE_OK;
      },
      this);
}

void Checkpointer::after_commit(SqliteConnection& writer) {
  const int pages = pages_.load(std::memory_order_relaxed);
  if (pages < limit_) {
    retry_at_ = 0;
    return;
  }
  const State state = state_.load(std::memory_order_acquire);
  if (state == State::kIdle && pages >= retry_at_) {
    {
      std::lock_guard lock(mutex_);
      state_.store(State::kWanted, std::memory_order_release);
    }
    wake_.notify_one();
  } else if (state == State::kDone) {
    checkpoint(writer);
    // Where a reader holds an old snapshot, the log cannot begin anew yet: grow a little and try again.
    retry_at_ = pages + limit_ / 4;
    state_.store(State::kIdle, std::memory_order_release);
  }
}

void Checkpointer::run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || state_.load() == State::kWanted; });
    if (stopping_) return;
    state_.store(State::kRunning);
    lock.unlock();
    copy_all();
    state_.store(State::kDone, std::memory_order_release);
    lock.lock();
  }
}

void Checkpointer::copy_all() {
  for (int pass = 0; pass < kMaxPasses; ++pass) {
    const int before = pages_.load(std::memory_order_relaxed);
    if (checkpoint(db_) < 0) return;
    if (pages_.load(std::memory_order_relaxed) - before <= kFewPages) return;
  }
}

}  // namespace chillin::storage
