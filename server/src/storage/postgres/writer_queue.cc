#include <algorithm>
#include <random>

#include "storage/postgres/writer_pq.h"
#include "util/log.h"

namespace chillin::storage::postgres {

namespace {

constexpr util::Millis kFirstBackOff{50};
// What was queued when the program began to stop has this long to be committed.
constexpr util::Millis kStopWithin{4'000};
// An idle connection that has died is noticed, and replaced, by this time.
constexpr util::Millis kLookEvery{500};

// Makes this writer's row, or takes it out of the hands of its last connection: that one's transaction, if it still
// runs, is waited for, and if it has not begun it never will.
constexpr const char* kEnter =
    "INSERT INTO writers(id, epoch, batch, seen_at) VALUES($1, 1, 0, $2) "
    "ON CONFLICT (id) DO UPDATE SET epoch = writers.epoch + 1, seen_at = $2 RETURNING epoch, batch";
// Rows of servers that are no more.
constexpr const char* kForget = "DELETE FROM writers WHERE seen_at < $1";
constexpr std::int64_t kForgetAfterMs = std::int64_t{30} * 24 * 3600 * 1000;

}  // namespace

void Writer::start() {
  std::lock_guard one(stop_mutex_);
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    started_ = true;
  }
  thread_ = std::thread([this] { run(); });
}

void Writer::stop() {
  std::lock_guard one(stop_mutex_);
  {
    std::lock_guard lock(mutex_);
    if (!stopping_) stop_deadline_ = std::chrono::steady_clock::now() + kStopWithin;
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

bool Writer::submit(WriteOp& op) {
  const auto now = std::chrono::steady_clock::now();
  bool was_empty = false;
  {
    std::lock_guard lock(mutex_);
    if (!started_ || stopping_ || queue_.size() >= options_.max_queued) return false;
    // Whoever is refused at once can tell its user at once.
    if (down_since_ != util::SteadyTime{} && now - down_since_ > options_.wait_limit) return false;
    was_empty = queue_.empty();
    queue_.push_back({&op, now});
  }
  if (was_empty) wake_.notify_one();
  return true;
}

Writer::Stats Writer::stats() const {
  std::lock_guard lock(mutex_);
  Stats out = stats_;
  out.up = down_since_ == util::SteadyTime{} && stats_.connects > 0;
  out.queued = queue_.size();
  return out;
}

void Writer::run() {
  Ops ops;
  for (;;) {
    // Without a connection one is made whether somebody asks or not: whoever asks next should find it.
    if (!db_.alive() && !connect()) {
      bool ending = false;
      {
        std::lock_guard lock(mutex_);
        ending = stopping_;
        if (ending) {
          for (const Waiting& waiting : std::exchange(queue_, {})) ops.push_back(waiting.op);
        }
      }
      if (ending) return refuse(ops, refusal_of(failure_));
      back_off();
      continue;
    }
    if (!take(ops)) return;
    if (!ops.empty()) write(ops);
    ops.clear();
  }
}

bool Writer::take(Ops& ops) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, kLookEvery, [this] { return stopping_ || !queue_.empty(); });
  while (!queue_.empty() && ops.size() < options_.max_batch) {
    ops.push_back(queue_.front().op);
    queue_.pop_front();
  }
  return !ops.empty() || !stopping_;
}

void Writer::expire() {
  Ops late;
  {
    std::lock_guard lock(mutex_);
    const auto oldest = std::chrono::steady_clock::now() - options_.wait_limit;
    while (!queue_.empty() && queue_.front().since < oldest) {
      late.push_back(queue_.front().op);
      queue_.pop_front();
    }
    stats_.timeouts += late.size();
  }
  if (!late.empty()) refuse(late, refusal_of({}));
}

bool Writer::connect() {
  auto made = connector_->connect(options_.commit_timeout, util::Millis{0});
  if (made) {
    const auto now = util::system_clock().wall().value;
    Pipeline entering(*made);
    entering.add(kForget, Params(now - kForgetAfterMs));
    const auto row = entering.add(kEnter, Params(id_, now));
    if (auto entered = entering.run(); !entered) {
      made = std::move(entered).error();
    } else {
      epoch_ = entering[row].integer(0, 0);
      committed_ = entering[row].integer(0, 1);
    }
  }
  bool changed = false;
  bool again = false;
  {
    std::lock_guard lock(mutex_);
    changed = made.ok() == (down_since_ != util::SteadyTime{});
    if (made) {
      again = ++stats_.connects > 1;
      down_since_ = {};
      stats_.trouble.clear();
    } else {
      if (changed) down_since_ = std::chrono::steady_clock::now();
      stats_.trouble = trouble_of(made.error());
    }
  }
  if (!made) {
    failure_ = std::move(made).error();
    if (changed) {
      util::log_error("database_away",
                      {{"pool", "writer"}, {"sqlstate", failure_.sqlstate}, {"error", failure_.message}});
    }
    return false;
  }
  db_ = std::move(*made);
  failures_ = 0;
  if (changed) util::log_info("database_back", {{"pool", "writer"}, {"server", db_.where()}});
  if (again) observer_.on_reconnect(db_.where());
  forget_doubt();
  return db_.open();
}

bool Writer::connect_by(util::SteadyTime deadline) {
  while (!connect()) {
    if (std::chrono::steady_clock::now() >= deadline || give_up()) return false;
    back_off();
  }
  return true;
}

void Writer::back_off() {
  static thread_local std::minstd_rand random(std::random_device{}());
  const auto most = std::min(options_.max_back_off, kFirstBackOff * (1 << std::min(failures_++, 10U)));
  const util::Millis wait(std::uniform_int_distribution<util::Millis::rep>(most.count() / 2, most.count())(random));
  const auto until = std::chrono::steady_clock::now() + wait;
  for (auto now = std::chrono::steady_clock::now(); now < until && !give_up(); now = std::chrono::steady_clock::now()) {
    expire();
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, std::min<util::SteadyTime::duration>(until - now, kHookEvery),
                       [this] { return stopping_; })) {
      return;
    }
  }
}

}  // namespace chillin::storage::postgres
