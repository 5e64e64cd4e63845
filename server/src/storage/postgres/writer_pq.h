#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include "storage/common/queued_op.h"
#include "storage/postgres/connector_pq.h"
#include "storage/postgres/write_op_pq.h"

namespace chillin::storage::postgres {

/// Told on the writer thread, after a commit and before anybody is answered.
class CommitObserver {
 public:
  virtual ~CommitObserver() = default;
  /// Must not block.
  virtual void on_commit(std::span<const chat::RoomEvent> events) = 0;
  /// A connection was lost and another one stands, to `where`: those that others have to the same database may be dead
  /// too.
  virtual void on_reconnect(const std::string& where) = 0;
};

/// This server's only writer: what arrives while a transaction commits shares the next one (group commit), and a
/// transaction is one round trip, so that its locks do not wait for the network. Other servers write too: the rows of
/// the batch's rooms are locked first, in the order of their ids.
///
/// A commit in doubt (the connection was lost before the answer) is settled with the next connection, before anything
/// else is written: the `writers` row says whether it was committed. If not, the batch is done again; if so, each
/// operation finds its result. Whoever has waited too long by then is told kUnavailable. Before start() everything is
/// refused.
class Writer {
 public:
  struct Stats {
    bool up = false;
    std::uint64_t commits = 0;
    std::uint64_t failed_commits = 0;
    std::uint64_t doubtful_commits = 0;
    std::uint64_t requests = 0;  ///< answered
    std::uint64_t timeouts = 0;  ///< refused because their turn did not come in time
    std::uint64_t connects = 0;
    std::size_t queued = 0;
    std::string trouble;  ///< why nothing can be written (trouble_of()); empty: nothing is known
  };

  [[nodiscard]] static util::Result<std::unique_ptr<Writer>> make(const PostgresOptions& options,
                                                                  CommitObserver& observer);
  ~Writer() { stop(); }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  void start();
  /// Queues a write; false when too many wait, the writer has stopped, or the database has been away for long.
  /// Thread-safe.
  [[nodiscard]] bool submit(WriteOp& op);
  void set_listener(chat::RoomLogListener* listener) { listener_.store(listener, std::memory_order_release); }
  /// Commits what is queued (refuses it where the database is away), then ends the thread. Idempotent; thread-safe.
  void stop();
  [[nodiscard]] Stats stats() const;

 private:
  using Ops = std::vector<WriteOp*>;
  // Rooms, each with a seq after which something changed; 0: the last change alone is looked at.
  using Rooms = std::unordered_map<std::int64_t, std::int64_t>;
  struct Waiting {
    WriteOp* op;
    util::SteadyTime since;
  };
  enum class Outcome {
    kCommitted,
    kRefused,  // certainly not committed, and waiting may help
    kSplit,    // certainly not committed, because of one operation
    kAgain,    // certainly not committed; at once again
    kDoubt,
  };
  enum class Settled { kCommitted, kNotCommitted, kUnknown };

  Writer(const PostgresOptions& options, CommitObserver& observer);
  void run();
  [[nodiscard]] bool take(Ops& ops);
  void write(std::span<WriteOp* const> ops);
  [[nodiscard]] Outcome attempt(std::span<WriteOp* const> ops);
  [[nodiscard]] Settled settle(std::span<WriteOp* const> ops, util::SteadyTime deadline);
  [[nodiscard]] bool settle_each(std::span<WriteOp* const> ops);
  [[nodiscard]] bool find_events(const Rooms& rooms);
  void forget_doubt();
  [[nodiscard]] bool connect();
  [[nodiscard]] bool connect_by(util::SteadyTime deadline);
  void back_off();
  void refuse(std::span<WriteOp* const> ops, const chat::Error& error);
  void failed(std::size_t requests);
  void publish(std::span<WriteOp* const> ops);
  void tell();
  void expire();
  [[nodiscard]] bool give_up() const;

  const PostgresOptions options_;
  CommitObserver& observer_;
  const std::string id_;  // this writer's row in `writers`; another one after each start
  std::atomic<chat::RoomLogListener*> listener_{nullptr};
  WaitHook hook_;

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> queue_;         // guarded by mutex_; oldest first
  bool started_ = false;              // guarded by mutex_
  bool stopping_ = false;             // guarded by mutex_
  util::SteadyTime down_since_{};     // guarded by mutex_; zero: not down
  util::SteadyTime stop_deadline_{};  // guarded by mutex_
  Stats stats_;                       // guarded by mutex_
  std::mutex stop_mutex_;             // held by the caller of stop() while it joins

  // Confined to: the writer thread.
  std::unique_ptr<Connector> connector_;
  PgConnection db_;
  std::int64_t epoch_ = 0;
  std::int64_t batch_ = 0;      // the last one that was begun
  std::int64_t committed_ = 0;  // what the row said at the last connect
  unsigned failures_ = 0;       // to connect, in a row
  std::vector<chat::RoomEvent> events_;
  Failure failure_;       // of the last attempt
  Rooms doubtful_;        // of a batch whose requests were told kUnavailable before it was settled
  bool failing_ = false;  // said once, not for each batch

  std::thread thread_;
};

/// Queues a write and waits for it.
template <class T>
util::Task<chat::Result<T>> write_queued(Writer& writer, ResultWrite<T>& op) {
  auto start = [&](util::Completion<chat::Result<T>> done) {
    op.attach(std::move(done));
    if (writer.submit(op)) return;
    op.fail(refusal_of({}));
    WriteOp* const one = &op;
    resume_ops<WriteOp>({&one, 1});
  };
  co_return co_await util::suspend_with<chat::Result<T>>(std::move(start));
}

/// One statement, in the next transaction: `send(Pipeline&)` adds it and returns its number, `read(const Rows&) ->
/// chat::Result<T>` makes the result. `no_such_row`: what a foreign key that points nowhere means.
template <class T, class Send, class Read>
util::Task<chat::Result<T>> write_statement(Writer& writer, std::int64_t room, std::int64_t order, Send send, Read read,
                                            chat::ErrorCode no_such_row) {
  StatementWrite<T, Send, Read> op(room, order, std::move(send), std::move(read), no_such_row);
  co_return co_await write_queued<T>(writer, op);
}

}  // namespace chillin::storage::postgres
