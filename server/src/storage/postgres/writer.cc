#include <algorithm>
#include <tuple>

#include "chat/commit_stamp.h"
#include "storage/common/storage_metrics.h"
#include "storage/postgres/append_batch_pq.h"
#include "storage/postgres/writer_pq.h"
#include "util/crypto.h"
#include "util/log.h"

namespace chillin::storage::postgres {

namespace {

constexpr int kMaxAgain = 5;

// Moves the writer's mark, or fails the whole transaction (by a division by zero) where the epoch is another one: then
// this is a transaction that was given up, and its writer has gone on with another connection.
constexpr const char* kFence =
    "WITH mine AS (UPDATE writers SET batch = $3, seen_at = $4 WHERE id = $1 AND epoch = $2 RETURNING 1) "
    "SELECT 1 / (SELECT count(*) FROM mine)";
constexpr std::string_view kFenced = "22012";

constexpr const char* kLock = "SELECT id, name FROM rooms WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE";

// By room, in a room in the order of arrival; those without a room by their order.
void sort_to_send(std::vector<WriteOp*>& ops) {
  using Key = std::tuple<std::int64_t, std::int64_t, std::size_t>;
  std::vector<std::pair<Key, WriteOp*>> keyed;
  for (WriteOp* op : ops) keyed.emplace_back(Key{op->room(), op->room() == 0 ? op->order() : 0, keyed.size()}, op);
  std::sort(keyed.begin(), keyed.end());
  ops.clear();
  for (const auto& each : keyed) ops.push_back(each.second);
}

}  // namespace

bool WriteOp::settle(PgConnection& /*db*/, std::vector<chat::MessageId>& /*changed*/) {
  fail(refusal_of({}));
  return true;
}

util::Result<std::unique_ptr<Writer>> Writer::make(const PostgresOptions& options, CommitObserver& observer) {
  auto writer = std::unique_ptr<Writer>(new Writer(options, observer));
  auto connector = Connector::make(options.conninfo, Connector::Wants::kPrimary, options, &writer->hook_);
  if (!connector) return std::move(connector).error();
  writer->connector_ = std::make_unique<Connector>(std::move(*connector));
  return writer;
}

Writer::Writer(const PostgresOptions& options, CommitObserver& observer)
    : options_(options), observer_(observer), id_(util::random_id(20)) {
  hook_ = [this] {
    expire();
    return !give_up();
  };
}

bool Writer::give_up() const {
  std::lock_guard lock(mutex_);
  return stopping_ && std::chrono::steady_clock::now() >= stop_deadline_;
}

Writer::Outcome Writer::attempt(std::span<WriteOp* const> ops) {
  events_.clear();
  ++batch_;
  std::vector<std::int64_t> rooms;
  AppendBatch appends;
  Ops others;
  for (WriteOp* op : ops) {
    if (op->room() != 0) rooms.push_back(op->room());
    if (op->message() != nullptr) {
      appends.add(*op);
    } else {
      others.push_back(op);
    }
  }
  std::sort(rooms.begin(), rooms.end());
  rooms.erase(std::unique(rooms.begin(), rooms.end()), rooms.end());
  if (others.size() > 1) sort_to_send(others);

  Pipeline pipeline(db_);
  WriteBatch batch{pipeline, events_};
  pipeline.add(kFence, Params(id_, epoch_, batch_, util::system_clock().wall().value));
  std::size_t locked = 0;
  if (!rooms.empty()) {
    ArrayParam ids(kInt8Array);
    for (const std::int64_t room : rooms) ids.add(room);
    locked = pipeline.add(kLock, Params(ids));
  }
  if (!appends.empty()) appends.send(pipeline);
  for (WriteOp* op : others) op->send(batch);

  const auto began = util::metrics::now();
  auto done = pipeline.run();
  count_transaction(began, ops.size());
  if (done && pipeline.unreplicated()) {
    db_.close();
    done = Failure{Failure::Kind::kConnection, "", "the server did not wait for its standby"};
  }
  if (!done) {
    failure_ = std::move(done).error();
    if (failure_.sqlstate == kFenced) db_.close();
    if (!db_.open()) return Outcome::kDoubt;
    if (failure_.kind == Failure::Kind::kConflict) return Outcome::kAgain;
    return failure_.kind == Failure::Kind::kRequest ? Outcome::kSplit : Outcome::kRefused;
  }
  if (!appends.empty()) appends.collect(pipeline[locked], pipeline, events_);
  for (WriteOp* op : others) op->collect(batch);
  return Outcome::kCommitted;
}

void Writer::write(std::span<WriteOp* const> ops) {
  const auto deadline = std::chrono::steady_clock::now() + options_.wait_limit;
  for (int again = 0;;) {
    if (!db_.alive() && !connect_by(deadline)) {
      failed(ops.size());
      return refuse(ops, refusal_of(failure_));
    }
    switch (attempt(ops)) {
      case Outcome::kCommitted:
        return publish(ops);
      case Outcome::kRefused:
        failed(ops.size());
        return refuse(ops, refusal_of(failure_));
      case Outcome::kSplit:
        if (ops.size() == 1) {
          failed(1);
          return refuse(ops, ops[0]->refused(failure_));
        }
        write(ops.first(ops.size() / 2));
        return write(ops.subspan(ops.size() / 2));
      case Outcome::kAgain:
        if (++again < kMaxAgain) break;
        failed(ops.size());
        return refuse(ops, refusal_of(failure_));
      case Outcome::kDoubt: {
        const Settled settled = settle(ops, std::chrono::steady_clock::now() + options_.wait_limit);
        if (settled != Settled::kNotCommitted) return;
        if (std::chrono::steady_clock::now() < deadline) break;
        failed(ops.size());
        return refuse(ops, refusal_of(failure_));
      }
    }
  }
}

void Writer::failed(std::size_t requests) {
  {
    std::lock_guard lock(mutex_);
    ++stats_.failed_commits;
    if (failure_.kind != Failure::Kind::kRequest) stats_.trouble = trouble_of(failure_);
  }
  // A request's own fault is no trouble of the database's.
  if (failure_.kind == Failure::Kind::kRequest) {
    util::log_warn("write_refused", {{"sqlstate", failure_.sqlstate}, {"error", failure_.message}});
    return;
  }
  if (!failing_) {
    util::log_error("commit_failed",
                    {{"sqlstate", failure_.sqlstate}, {"error", failure_.message}, {"requests", requests}});
  }
  failing_ = true;
}

void Writer::refuse(std::span<WriteOp* const> ops, const chat::Error& error) {
  for (WriteOp* op : ops) op->fail(error);
  {
    std::lock_guard lock(mutex_);
    stats_.requests += ops.size();
  }
  resume_ops<WriteOp>(ops);
}

void Writer::publish(std::span<WriteOp* const> ops) {
  if (std::exchange(failing_, false)) util::log_info("commits_work_again");
  {
    std::lock_guard lock(mutex_);
    ++stats_.commits;
    if (!stats_.trouble.empty()) stats_.trouble.clear();
    stats_.requests += ops.size();
  }
  observer_.on_commit(events_);
  resume_ops<WriteOp>(ops);
  tell();
}

void Writer::tell() {
  const chat::ScopedCommitStamp stamp(chat::CommitStamp::now());
  chat::RoomLogListener* listener = listener_.load(std::memory_order_acquire);
  if (listener != nullptr && !events_.empty()) listener->on_committed(events_);
  events_.clear();
}

}  // namespace chillin::storage::postgres
