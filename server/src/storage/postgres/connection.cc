#include <poll.h>

#include <algorithm>
#include <charconv>
#include <cstring>

#include "storage/postgres/connection_pq.h"

namespace chillin::storage::postgres {

namespace {

std::int64_t parse(std::string_view digits) {
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return value;
}

}  // namespace

std::int64_t Rows::integer(int row, int column) const {
  return parse(text(row, column));
}

std::int64_t Rows::affected() const {
  return parse(PQcmdTuples(result_.get()));
}

PgConnection::PgConnection(PGconn* connection, util::Millis io_timeout, const WaitHook* hook)
    : notices_(std::make_unique<Notices>()), connection_(connection), io_timeout_(io_timeout), hook_(hook) {
  PQsetnonblocking(connection, 1);
  PQenterPipelineMode(connection);
  PQsetNoticeReceiver(
      connection,
      [](void* notices, const PGresult* notice) {
        // "canceling wait for synchronous replication due to user request" and "... and terminating connection": these
        // have no SQLSTATE of their own. The function that reports them has always had the name it has.
        const char* function = PQresultErrorField(notice, PG_DIAG_SOURCE_FUNCTION);
        if (function != nullptr && std::strcmp(function, "SyncRepWaitForLSN") == 0) {
          static_cast<Notices*>(notices)->unreplicated = true;
        }
      },
      notices_.get());
}

bool PgConnection::alive() {
  if (!open()) return false;
  // Between two runs nothing is to be read but a notice or the end; of the end the last words come first.
  pollfd now{PQsocket(connection_.get()), POLLIN, 0};
  while (open() && ::poll(&now, 1, 0) > 0) {
    if (PQconsumeInput(connection_.get()) == 0 || PQstatus(connection_.get()) != CONNECTION_OK) close();
  }
  return open();
}

std::string PgConnection::where() const {
  if (!open()) return {};
  const char* host = PQhost(connection_.get());
  const char* port = PQport(connection_.get());
  return std::string(host == nullptr ? "" : host) + ":" + (port == nullptr ? "" : port);
}

bool PgConnection::wait_until(util::SteadyTime deadline, bool writing) {
  for (;;) {
    const auto left = std::chrono::ceil<util::Millis>(deadline - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{PQsocket(connection_.get()), static_cast<short>(POLLIN | (writing ? POLLOUT : 0)), 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(std::min(left, kHookEvery).count()));
    if (ready > 0) return true;
    if (hook_ != nullptr && *hook_ && !(*hook_)()) return false;
  }
}

const std::string& Pipeline::prepared(const char* sql, const Params& params) {
  if (const auto found = db_.prepared_.find(sql); found != db_.prepared_.end()) return found->second;
  if (const auto found = preparing_.find(sql); found != preparing_.end()) return found->second;
  std::string name = "s" + std::to_string(++db_.names_);
  if (PQsendPrepare(db_.connection_.get(), name.c_str(), sql, params.size(), params.types()) == 0) lost("sending");
  steps_.push_back({sql, name, std::nullopt, std::nullopt});
  return preparing_.emplace(sql, std::move(name)).first->second;
}

std::size_t Pipeline::add(const char* sql, const Params& params) {
  if (!failure_ && !db_.open()) failure_ = Failure{Failure::Kind::kConnection, "", "there is no connection"};
  if (!failure_) {
    const std::string& name = prepared(sql, params);
    if (!failure_ && PQsendQueryPrepared(db_.connection_.get(), name.c_str(), params.size(), params.values(),
                                         params.lengths(), params.formats(), 0) == 0) {
      lost("sending");
    }
  }
  steps_.emplace_back().time = statement_series(sql);
  executions_.push_back(steps_.size() - 1);
  return executions_.size() - 1;
}

std::size_t Pipeline::add_once(const std::string& sql, const Params& params) {
  if (!failure_ && !db_.open()) failure_ = Failure{Failure::Kind::kConnection, "", "there is no connection"};
  if (!failure_ && PQsendQueryParams(db_.connection_.get(), sql.c_str(), params.size(), params.types(), params.values(),
                                     params.lengths(), params.formats(), 0) == 0) {
    lost("sending");
  }
  steps_.emplace_back().time = statement_series_of(sql);
  executions_.push_back(steps_.size() - 1);
  return executions_.size() - 1;
}

void Pipeline::lost(std::string_view what) {
  if (!failure_) {
    std::string message(what);
    if (db_.open()) message += ": " + one_line(PQerrorMessage(db_.connection_.get()));
    failure_ = Failure{Failure::Kind::kConnection, "", std::move(message)};
  }
  db_.close();
}

bool Pipeline::flush(util::SteadyTime deadline) {
  for (;;) {
    const int left = PQflush(db_.connection_.get());
    if (left < 0) return false;
    if (left == 0) return true;
    // While we send, the server answers: if nobody reads, both would wait for ever.
    if (!db_.wait_until(deadline, true) || PQconsumeInput(db_.connection_.get()) == 0) return false;
  }
}

PGresult* Pipeline::next(util::SteadyTime deadline) {
  PGconn* connection = db_.connection_.get();
  while (PQisBusy(connection) != 0) {
    if (!db_.wait_until(deadline, false)) {
      lost("no answer in time");
      return nullptr;
    }
    // On failure PQisBusy() turns false and what had arrived is handed out first.
    (void)PQconsumeInput(connection);
  }
  return PQgetResult(connection);
}

void Pipeline::note(const PGresult* result) {
  if (failure_) return;
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  Failure failure;
  failure.sqlstate = state == nullptr ? "" : state;
  failure.message = one_line(message == nullptr ? PQresultErrorMessage(result) : message);
  failure.kind = kind_of(failure.sqlstate);
  failure_ = std::move(failure);
}

bool Pipeline::take(std::size_t step, util::SteadyTime deadline) {
  for (;;) {
    PGresult* result = next(deadline);
    if (result == nullptr) return db_.open() && PQstatus(db_.connection_.get()) == CONNECTION_OK;
    Rows rows(result);
    switch (PQresultStatus(result)) {
      case PGRES_TUPLES_OK:
      case PGRES_COMMAND_OK:
        if (steps_[step].prepares != nullptr) db_.prepared_.emplace(steps_[step].prepares, steps_[step].name);
        steps_[step].rows = std::move(rows);
        if (steps_[step].time) {
          steps_[step].time->since(answered_);
          answered_ = util::metrics::now();
        }
        break;
      case PGRES_PIPELINE_SYNC:  // sooner than expected: the server gave up on the rest
        synced_ = true;
        return false;
      case PGRES_PIPELINE_ABORTED:
        break;
      default:
        note(result);
        break;
    }
  }
}

util::Result<util::Ok, Failure> Pipeline::run() {
  if (!db_.open() && !failure_) failure_ = Failure{Failure::Kind::kConnection, "", "there is no connection"};
  if (failure_) return *failure_;
  PGconn* connection = db_.connection_.get();
  const auto deadline = std::chrono::steady_clock::now() + db_.io_timeout_;
  answered_ = util::metrics::now();
  db_.notices_->unreplicated = false;
  const bool sent = PQpipelineSync(connection) == 1 && flush(deadline);
  // Also where sending failed: what the server said before it went says why.
  std::size_t step = 0;
  while (step < steps_.size() && take(step, deadline)) ++step;
  while (db_.open() && !synced_ && PQstatus(connection) == CONNECTION_OK) {
    PGresult* result = next(deadline);
    if (result == nullptr) {
      if (!db_.open() || PQisBusy(connection) == 0) break;
      continue;
    }
    const Rows rows(result);
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_PIPELINE_SYNC) synced_ = true;
    if (status == PGRES_FATAL_ERROR) note(result);
  }
  unreplicated_ = db_.notices_->unreplicated;
  if (!sent || !synced_) lost("the connection was lost");
  if (failure_ && failure_->kind == Failure::Kind::kConnection) db_.close();
  if (failure_) return *failure_;
  return util::Ok{};
}

util::Result<Rows, Failure> execute(PgConnection& db, const char* sql, const Params& params) {
  Pipeline pipeline(db);
  pipeline.add(sql, params);
  if (auto done = pipeline.run(); !done) return std::move(done).error();
  return std::move(pipeline).take_first();
}

}  // namespace chillin::storage::postgres
