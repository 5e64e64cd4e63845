#include <algorithm>
#include <random>

#include "storage/postgres/pool_pq.h"
#include "util/log.h"

namespace chillin::storage::postgres {

namespace {

constexpr util::Millis kFirstBackOff{50};
// The server ends a statement that takes too long; this much later we stop believing in the connection.
constexpr util::Millis kBeyondStatement{3'000};
// One line for all that were refused meanwhile.
constexpr util::Millis kBetweenLines{1'000};
// An idle connection that has died is noticed, and replaced, by this time.
constexpr util::Millis kLookEvery{500};

}  // namespace

util::Result<std::unique_ptr<Pool>> Pool::make(std::string name, const std::string& conninfo, Connector::Wants wants,
                                               std::size_t size, const PostgresOptions& options) {
  auto pool = std::unique_ptr<Pool>(new Pool(std::move(name), options));
  for (std::size_t i = 0; i < size; ++i) {
    auto seat = std::make_unique<Seat>();
    seat->hook = [raw = pool.get(), its = seat.get()] { return raw->go_on(*its); };
    auto connector = Connector::make(conninfo, wants, options, &seat->hook);
    if (!connector) return std::move(connector).error();
    seat->connector = std::make_unique<Connector>(std::move(*connector));
    pool->seats_.push_back(std::move(seat));
  }
  return pool;
}

bool Pool::trusted(const Seat& seat) const {
  std::lock_guard lock(mutex_);
  return seat.generation == generation_;
}

bool Pool::go_on(const Seat& seat) {
  expire();
  std::lock_guard lock(mutex_);
  if (seat.generation != generation_) return false;
  // While it stops what is running may end, but nobody waits for a database that is away.
  return !stopping_ || down_since_ == util::SteadyTime{};
}

void Pool::renew(std::string where) {
  {
    std::lock_guard lock(mutex_);
    ++generation_;
    where_ = std::move(where);
  }
  wake_.notify_all();
}

chat::Error Pool::away() {
  return refusal_of({});
}

void Pool::start() {
  std::lock_guard one(stop_mutex_);
  {
    std::lock_guard lock(mutex_);
    if (stopping_) return;
    started_ = true;
  }
  for (const auto& seat : seats_) {
    threads_.emplace_back([this, its = seat.get()] { run(*its); });
  }
}

void Pool::stop() {
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

bool Pool::up() const {
  std::lock_guard lock(mutex_);
  return started_ && !stopping_ &&
         (down_since_ == util::SteadyTime{} || std::chrono::steady_clock::now() - down_since_ < options_.wait_limit);
}

Pool::Stats Pool::stats() const {
  std::lock_guard lock(mutex_);
  Stats out = stats_;
  out.up = down_since_ == util::SteadyTime{} && out.connections > 0;
  out.queued = queue_.size();
  return out;
}

bool Pool::submit(ReadOp& op) {
  if (!up()) return false;
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= options_.max_queued) return false;
    queue_.push_back({&op, std::chrono::steady_clock::now()});
  }
  wake_.notify_one();
  return true;
}

void Pool::expire() {
  std::vector<ReadOp*> late;
  std::size_t unsaid = 0;
  {
    std::lock_guard lock(mutex_);
    const auto oldest = std::chrono::steady_clock::now() - options_.wait_limit;
    while (!queue_.empty() && queue_.front().since < oldest) {
      late.push_back(queue_.front().op);
      queue_.pop_front();
    }
    stats_.timeouts += late.size();
    // Of a database that is away another line tells.
    if (down_since_ == util::SteadyTime{}) refused_unsaid_ += late.size();
    const auto now = std::chrono::steady_clock::now();
    if (refused_unsaid_ > 0 && now - said_refused_ >= kBetweenLines) {
      unsaid = std::exchange(refused_unsaid_, 0);
      said_refused_ = now;
    }
  }
  if (unsaid > 0) say_exhausted(unsaid);
  if (late.empty()) return;
  const chat::Error refused = away();
  for (ReadOp* op : late) op->fail(refused);
  resume_all<PgConnection>(late);
}

void Pool::say_exhausted(std::size_t refused) {
  util::log_warn("database_pool_exhausted", {{"pool", name_},
                                             {"refused", refused},
                                             {"connections", seats_.size()},
                                             {"waited_ms", options_.wait_limit.count()}});
}

void Pool::lost(const Failure& failure) {
  bool first = false;
  {
    std::lock_guard lock(mutex_);
    stats_.trouble = trouble_of(failure);
    first = down_since_ == util::SteadyTime{};
    if (first) down_since_ = std::chrono::steady_clock::now();
  }
  if (first) util::log_error("database_away", {{"pool", name_}, {"error", failure.message}});
}

void Pool::found(const PgConnection& db) {
  bool again = false;
  {
    std::lock_guard lock(mutex_);
    again = down_since_ != util::SteadyTime{};
    down_since_ = {};
    stats_.trouble.clear();
    ++stats_.connects;
  }
  if (again) util::log_info("database_back", {{"pool", name_}, {"server", db.where()}});
}

bool Pool::ensure(Seat& seat, PgConnection& db) {
  {
    std::lock_guard lock(mutex_);
    if (seat.generation != generation_) {
      db.close();
      seat.connector->prefer(where_);
    }
    seat.generation = generation_;
  }
  if (db.alive()) return true;
  auto made = seat.connector->connect(options_.statement_timeout + kBeyondStatement, options_.statement_timeout);
  if (!made) {
    // Given up because the writer has just found another server: no news of the database.
    if (trusted(seat)) lost(made.error());
    return false;
  }
  db = std::move(*made);
  found(db);
  return true;
}

void Pool::back_off(unsigned failures) {
  static thread_local std::minstd_rand random(std::random_device{}());
  const auto most = std::min(options_.max_back_off, kFirstBackOff * (1 << std::min(failures, 10U)));
  const util::Millis wait(std::uniform_int_distribution<util::Millis::rep>(most.count() / 2, most.count())(random));
  const auto until = std::chrono::steady_clock::now() + wait;
  for (auto now = std::chrono::steady_clock::now(); now < until; now = std::chrono::steady_clock::now()) {
    expire();
    std::unique_lock lock(mutex_);
    if (wake_.wait_for(lock, std::min<util::SteadyTime::duration>(until - now, kHookEvery),
                       [this] { return stopping_; })) {
      return;
    }
  }
}

void Pool::answer(Seat& seat, PgConnection& db, ReadOp* op) {
  op->run(db);
  // The server may have been restarted since the connection was last used.
  if (!db.open() && ensure(seat, db)) op->run(db);
  resume_all<PgConnection>({&op, 1});
}

void Pool::run(Seat& seat) {
  PgConnection db;
  bool counted = false;
  unsigned failures = 0;
  std::unique_lock lock(mutex_);
  const auto count = [&] {
    if (db.open() && !counted) ++stats_.connections;
    if (!db.open() && counted) --stats_.connections;
    counted = db.open();
  };
  for (;;) {
    // Without a connection one is made whether somebody asks or not: whoever asks next should find it.
    wake_.wait_for(lock, kLookEvery,
                   [&] { return stopping_ || !queue_.empty() || !db.open() || seat.generation != generation_; });
    if (stopping_ && queue_.empty()) return;
    lock.unlock();
    const bool ready = ensure(seat, db);
    if (!ready) back_off(failures++);
    lock.lock();
    count();
    if (!ready) {
      if (!stopping_) continue;
      std::vector<ReadOp*> left;
      for (const Waiting& waiting : std::exchange(queue_, {})) left.push_back(waiting.op);
      lock.unlock();
      for (ReadOp* op : left) op->fail(away());
      resume_all<PgConnection>(left);
      lock.lock();
      continue;
    }
    failures = 0;
    if (queue_.empty()) continue;
    ReadOp* op = queue_.front().op;
    const auto since = queue_.front().since;
    queue_.pop_front();
    ++stats_.busy;
    lock.unlock();
    count_wait(name_ == "replica" ? ReadPool::kReplica : ReadPool::kRead, since);
    answer(seat, db, op);
    lock.lock();
    count();
    --stats_.busy;
    ++stats_.requests;
  }
}

}  // namespace chillin::storage::postgres
