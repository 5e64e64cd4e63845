#pragma once

#include <libpq-fe.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "storage/common/storage_metrics.h"
#include "storage/postgres/failure.h"
#include "storage/postgres/params_pq.h"
#include "util/clock.h"
#include "util/result.h"

namespace chillin::storage::postgres {

/// Called at least every kHookEvery while a thread waits for the server: to answer those whose time is up. False: give
/// up waiting.
using WaitHook = std::function<bool()>;
inline constexpr util::Millis kHookEvery{50};

/// The rows of one statement, in text form. Move-only.
class Rows {
 public:
  Rows() = default;
  explicit Rows(PGresult* result) : result_(result) {}

  [[nodiscard]] int count() const { return PQntuples(result_.get()); }
  [[nodiscard]] bool empty() const { return count() == 0; }
  [[nodiscard]] bool is_null(int row, int column) const { return PQgetisnull(result_.get(), row, column) != 0; }
  [[nodiscard]] std::string_view text(int row, int column) const {
    return {PQgetvalue(result_.get(), row, column), static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
  }
  [[nodiscard]] std::string string(int row, int column) const { return std::string(text(row, column)); }
  [[nodiscard]] std::int64_t integer(int row, int column) const;
  [[nodiscard]] bool boolean(int row, int column) const { return text(row, column) == "t"; }
  [[nodiscard]] std::optional<std::int64_t> optional_integer(int row, int column) const {
    return is_null(row, column) ? std::nullopt : std::optional(integer(row, column));
  }
  /// What was done: "COMMIT", "ROLLBACK", "UPDATE 3".
  [[nodiscard]] std::string_view command() const { return PQcmdStatus(result_.get()); }
  /// Rows inserted, updated or deleted.
  [[nodiscard]] std::int64_t affected() const;

 private:
  struct Clear {
    void operator()(PGresult* result) const { PQclear(result); }
  };
  std::unique_ptr<PGresult, Clear> result_;
};

/// A connection in pipeline mode, with its prepared statements. Whatever waits ends by a deadline: then the connection
/// is closed, and what became of the statements is unknown. Confined to: one thread at a time. Move-only.
class PgConnection {
 public:
  PgConnection() = default;
  /// Takes over an open connection. `io_timeout`: for one run().
  PgConnection(PGconn* connection, util::Millis io_timeout, const WaitHook* hook);
  PgConnection(PgConnection&&) noexcept = default;
  PgConnection& operator=(PgConnection&&) noexcept = default;

  [[nodiscard]] bool open() const noexcept { return connection_ != nullptr; }
  void close() { connection_.reset(); }
  /// Whether it still stands as far as this side can see: looks for an end that has arrived already. Closes it if not.
  [[nodiscard]] bool alive();
  /// Which server it leads to: "host:port".
  [[nodiscard]] std::string where() const;

 private:
  friend class Pipeline;
  struct Finish {
    void operator()(PGconn* connection) const { PQfinish(connection); }
  };
  // Reached by libpq's callback: its address must not change.
  struct Notices {
    bool unreplicated = false;
  };
  [[nodiscard]] bool wait_until(util::SteadyTime deadline, bool writing);

  std::unique_ptr<Notices> notices_;  // outlives the connection, which calls it
  std::unique_ptr<PGconn, Finish> connection_;
  util::Millis io_timeout_{0};
  const WaitHook* hook_ = nullptr;
  // By the statement's address: statements are constants.
  std::unordered_map<const char*, std::string> prepared_;
  std::uint64_t names_ = 0;
};

/// Statements that go to the server together and come back together: one round trip, however many there are. Without a
/// BEGIN of their own they are one transaction.
class Pipeline {
 public:
  explicit Pipeline(PgConnection& connection) : db_(connection) {}
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  /// Queues a statement (a constant: it is prepared at its first use on a connection); returns its number.
  std::size_t add(const char* sql, const Params& params = Params());
  /// The same for a text that is made at run time: parsed each time, not kept.
  std::size_t add_once(const std::string& sql, const Params& params = Params());
  /// Sends and waits for all. The failure is the first statement's; those after it were not done.
  [[nodiscard]] util::Result<util::Ok, Failure> run();

  /// The result of statement `number`; only where has() says so, which after a run() that succeeded is always.
  [[nodiscard]] const Rows& operator[](std::size_t number) const { return *steps_[executions_[number]].rows; }
  /// Whether its result has arrived, also where run() failed later.
  [[nodiscard]] bool has(std::size_t number) const { return steps_[executions_[number]].rows.has_value(); }
  /// The result of the first statement, for good.
  [[nodiscard]] Rows take_first() && { return std::move(*steps_[executions_[0]].rows); }
  /// The server gave up waiting for its standby: what was committed may not be there after a failover.
  [[nodiscard]] bool unreplicated() const { return unreplicated_; }

 private:
  struct Step {
    const char* prepares = nullptr;  // the statement that this step prepares; null: an execution
    std::string name;
    std::optional<Rows> rows;
    std::optional<util::metrics::Series> time;  // of an execution
  };
  void lost(std::string_view what);
  [[nodiscard]] bool flush(util::SteadyTime deadline);
  [[nodiscard]] PGresult* next(util::SteadyTime deadline);
  [[nodiscard]] bool take(std::size_t step, util::SteadyTime deadline);
  void note(const PGresult* result);
  const std::string& prepared(const char* sql, const Params& params);

  PgConnection& db_;
  std::vector<Step> steps_;
  std::vector<std::size_t> executions_;  // statement number -> step
  std::unordered_map<const char*, std::string> preparing_;
  std::optional<Failure> failure_;
  util::metrics::Time answered_;  // when the last answer came
  bool synced_ = false;
  bool unreplicated_ = false;
};

/// One statement.
[[nodiscard]] util::Result<Rows, Failure> execute(PgConnection& db, const char* sql, const Params& params = Params());

}  // namespace chillin::storage::postgres
