#include <algorithm>

#include "storage/sqlite/reader_pool_sqlite.h"
#include "util/log.h"

namespace chillin::storage {

namespace {
// Requests of one transaction: enough to share its cost, few enough that both readers get some of a burst.
constexpr std::size_t kGroup = 32;
}  // namespace

ReaderPool::ReaderPool(std::vector<SqliteConnection> connections, std::size_t max_queued)
    : connections_(std::move(connections)), max_queued_(max_queued) {}

void ReaderPool::start() {
  for (SqliteConnection& connection : connections_) {
    threads_.emplace_back([this, &connection] { run(connection); });
  }
}

bool ReaderPool::submit(ReadOp& op) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= max_queued_) return false;
    queue_.push_back({&op, util::metrics::now()});
  }
  wake_.notify_one();
  return true;
}

void ReaderPool::stop() {
  std::lock_guard one(stop_mutex_);
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void ReaderPool::run(SqliteConnection& db) {
  std::vector<ReadOp*> group;
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(std::min(kGroup, queue_.size()));
    group.clear();
    for (auto it = queue_.begin(); it != end; ++it) {
      count_wait(ReadPool::kRead, it->since);
      group.push_back(it->op);
    }
    queue_.erase(queue_.begin(), end);
    lock.unlock();
    run_group(db, group);
    lock.lock();
  }
}

void ReaderPool::run_group(SqliteConnection& db, std::vector<ReadOp*>& ops) {
  if (auto begun = db.run("BEGIN"); !begun) {
    const chat::Error refused = read_failed(begun.error());
    for (ReadOp* op : ops) op->fail(refused);
  } else {
    for (ReadOp* op : ops) op->run(db);
    (void)db.run("COMMIT");
  }
  resume_all<SqliteConnection>(ops);
}

chat::Error read_failed(const util::Error& error) {
  util::log_error("read_failed", {{"error", error.detail}});
  chat::Error refused = chat::refuse(chat::ErrorCode::kUnavailable);
  refused.retry_after_ms = 1000;
  return refused;
}

}  // namespace chillin::storage
