#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "storage/common/queued_op.h"
#include "storage/postgres/connector_pq.h"

namespace chillin::storage::postgres {

using ReadOp = QueuedOp<PgConnection>;

/// A bounded number of connections, a thread each, and one queue before them. A request whose turn does not come within
/// the wait limit is refused, and while no connection can be had for that long every request is refused at once; the
/// threads go on trying. A request that met a dead connection is done once more on a new one, so it must be one that
/// may be repeated. Before start() everything is refused.
class Pool {
 public:
  struct Stats {
    bool up = false;
    std::size_t connections = 0;  ///< that stand
    std::size_t busy = 0;         ///< requests being answered
    std::size_t queued = 0;       ///< requests waiting
    std::uint64_t requests = 0;   ///< answered
    std::uint64_t timeouts = 0;   ///< refused because their turn did not come in time
    std::uint64_t connects = 0;   ///< connections made
    std::string trouble;          ///< why no connection can be had (trouble_of()); empty: nothing is known
  };

  /// `name`: for the log. Fails on a connection string that libpq does not understand.
  [[nodiscard]] static util::Result<std::unique_ptr<Pool>> make(std::string name, const std::string& conninfo,
                                                                Connector::Wants wants, std::size_t size,
                                                                const PostgresOptions& options);
  ~Pool() { stop(); }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  void start();
  /// Queues a request; false when too many wait, the pool has stopped, or the database has been away for long.
  /// Thread-safe.
  [[nodiscard]] bool submit(ReadOp& op);
  /// Runs `f(PgConnection&) -> chat::Result<T>` on one of the threads; perhaps twice.
  template <class T, class F>
  util::Task<chat::Result<T>> read(F f) {
    FunctionOp<PgConnection, T, F> op(std::move(f));
    co_return co_await run_queued<T>(*this, op, away());
  }
  /// The connections of now are not trusted any more, because another one to the same database was lost: each is
  /// replaced, and a request that waits for one is done again. `where`: the server that the new one leads to.
  /// Thread-safe.
  void renew(std::string where);
  /// Whether requests are taken: a connection stands, or was lost only a moment ago.
  [[nodiscard]] bool up() const;
  [[nodiscard]] Stats stats() const;
  /// Answers what is queued, then ends the threads. Idempotent; thread-safe.
  void stop();

 private:
  struct Waiting {
    ReadOp* op;
    util::SteadyTime since;
  };

  // What a thread connects with, and the generation of its connection. Confined to: that thread.
  struct Seat {
    std::unique_ptr<Connector> connector;
    WaitHook hook;
    std::uint64_t generation = 0;
  };

  Pool(std::string name, const PostgresOptions& options) : name_(std::move(name)), options_(options) {}
  [[nodiscard]] static chat::Error away();
  [[nodiscard]] bool go_on(const Seat& seat);
  [[nodiscard]] bool trusted(const Seat& seat) const;
  void run(Seat& seat);
  [[nodiscard]] bool ensure(Seat& seat, PgConnection& db);
  void back_off(unsigned failures);
  void answer(Seat& seat, PgConnection& db, ReadOp* op);
  void expire();
  void say_exhausted(std::size_t refused);
  void lost(const Failure& failure);
  void found(const PgConnection& db);

  const std::string name_;
  const PostgresOptions options_;
  std::vector<std::unique_ptr<Seat>> seats_;  // one a thread

  mutable std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Waiting> queue_;     // guarded by mutex_; oldest first
  bool started_ = false;          // guarded by mutex_
  bool stopping_ = false;         // guarded by mutex_
  std::uint64_t generation_ = 0;  // guarded by mutex_; of connections that are trusted
  std::string where_;             // guarded by mutex_; the server to try first
  // Guarded by mutex_: since when no connection could be made; zero: the last attempt succeeded.
  util::SteadyTime down_since_{};
  Stats stats_;                      // guarded by mutex_
  std::size_t refused_unsaid_ = 0;   // guarded by mutex_
  util::SteadyTime said_refused_{};  // guarded by mutex_
  std::mutex stop_mutex_;
  std::vector<std::thread> threads_;
};

}  // namespace chillin::storage::postgres
