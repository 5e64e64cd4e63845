#include <filesystem>

#include "app/storage.h"
#include "storage/postgres/postgres_storage.h"
#include "util/log.h"

namespace chillin::app {

namespace {

class SharedStorage final : public Storage {
 public:
  SharedStorage(std::unique_ptr<storage::postgres::PostgresStorage> store, bool has_replica)
      : store_(std::move(store)), has_replica_(has_replica) {}

  chat::AccountStore& accounts() noexcept override { return store_->accounts(); }
  chat::SessionStore& sessions() noexcept override { return store_->sessions(); }
  chat::RoomStore& rooms() noexcept override { return store_->rooms(); }
  chat::UploadStore& uploads() noexcept override { return store_->uploads(); }
  chat::RoomLog& log() noexcept override { return store_->log(); }

  util::Task<util::Result<double>> ping() override {
    const auto micros = co_await store_->ping();
    const auto stats = store_->stats();
    if (micros && stats.readers_up) co_return static_cast<double>(*micros) / 1000.0;
    std::string why = stats.trouble;
    if (why.empty()) why = micros ? "the database does not answer" : micros.error().message;
    co_return util::Error{util::Error::Code::kUnavailable, std::move(why), true};
  }

  // What comes from the replica comes from the primary without it.
  void add_health_checks(std::vector<gateway::HealthCheck>& checks) override {
    if (has_replica_) checks.push_back({"databaseReplica", [this] { return ping_replica(); }, false});
  }

  void write_metrics(MetricsWriter& m) const override {
    const auto stats = store_->stats();
    m.family("chillin_storage_commits_total", "counter", "Transactions committed.");
    m.sample(static_cast<double>(stats.commits));
    m.family("chillin_storage_commit_failures_total", "counter", "Transactions that failed.");
    m.sample(static_cast<double>(stats.failed_commits));
    m.family("chillin_storage_writes_total", "counter", "Writes answered; over commits: the size of a group commit.");
    m.sample(static_cast<double>(stats.writes));
    m.family("chillin_storage_queue", "gauge", "Writes waiting for the next transaction.");
    m.sample(static_cast<double>(stats.writes_queued));
    write_database_metrics(m, stats);
  }

  void close() override { store_->close(); }
  storage::postgres::PostgresStorage* shared() noexcept override { return store_.get(); }

 private:
  util::Task<util::Result<double>> ping_replica() {
    const auto micros = co_await store_->ping_replica();
    if (micros) co_return static_cast<double>(*micros) / 1000.0;
    co_return util::Error{util::Error::Code::kUnavailable, "the replica cannot be read", true};
  }

  void write_database_metrics(MetricsWriter& m, const storage::postgres::PostgresStats& stats) const {
    m.family("chillin_database_up", "gauge", "Whether the database can be used, by what it is used for.");
    m.sample(stats.writer_up ? 1 : 0, "{use=\"write\"}").sample(stats.readers_up ? 1 : 0, "{use=\"read\"}");
    if (has_replica_) m.sample(stats.replica_up ? 1 : 0, "{use=\"replica\"}");
    m.family("chillin_database_commits_in_doubt_total", "counter",
             "Transactions whose answer was lost; each is settled.");
    m.sample(static_cast<double>(stats.doubtful_commits));
    m.family("chillin_database_reads_total", "counter", "Reads answered.").sample(static_cast<double>(stats.reads));
    m.family("chillin_database_read_queue", "gauge", "Reads waiting for a connection.");
    m.sample(static_cast<double>(stats.reads_queued));
    m.family("chillin_database_connections", "gauge", "Connections for reads that stand.");
    m.sample(static_cast<double>(stats.pool_connections));
    m.family("chillin_database_connections_busy", "gauge", "Connections for reads that are in use.");
    m.sample(static_cast<double>(stats.pool_busy));
    m.family("chillin_database_wait_timeouts_total", "counter",
             "Requests refused because their turn did not come in time.");
    m.sample(static_cast<double>(stats.wait_timeouts));
    m.family("chillin_database_connects_total", "counter", "Connections made to the database.");
    m.sample(static_cast<double>(stats.connects));
  }

  std::unique_ptr<storage::postgres::PostgresStorage> store_;
  const bool has_replica_;
};

}  // namespace

util::Result<std::unique_ptr<Storage>, std::string> open_postgres_storage(const Config& config) {
  std::error_code error;
  std::filesystem::create_directories(config.data_dir, error);
  if (error) return "cannot make the folder " + config.data_dir + ": " + error.message();
  auto options = config.database.options();
  // One attempt tells what waiting does not mend; for everything else the server is up, says that it is not ready, and
  // becomes ready by itself.
  options.open_wait = util::Millis{0};
  options.open_later = true;
  auto store = storage::postgres::PostgresStorage::open(options);
  if (!store) return store.error().detail;
  util::log_info("storage", {{"database", config.database.describe()}});
  if (config.session_secret.empty()) {
    util::log_warn("session_secret_not_shared", {{"hint", "servers of one database need the same SESSION_SECRET"}});
  }
  const bool has_replica = !options.replica_conninfo.empty();
  return std::unique_ptr<Storage>(std::make_unique<SharedStorage>(std::move(*store), has_replica));
}

}  // namespace chillin::app
