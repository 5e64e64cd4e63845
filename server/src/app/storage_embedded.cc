#include <filesystem>

#include "app/data_files.h"
#include "app/storage.h"
#include "storage/sqlite/sqlite_storage.h"

namespace chillin::app {

namespace {

class EmbeddedStorage final : public Storage {
 public:
  explicit EmbeddedStorage(std::unique_ptr<storage::SqliteStorage> store) : store_(std::move(store)) {}

  chat::AccountStore& accounts() noexcept override { return store_->accounts(); }
  chat::SessionStore& sessions() noexcept override { return store_->sessions(); }
  chat::RoomStore& rooms() noexcept override { return store_->rooms(); }
  chat::UploadStore& uploads() noexcept override { return store_->uploads(); }
  chat::RoomLog& log() noexcept override { return store_->log(); }

  util::Task<util::Result<double>> ping() override {
    const auto micros = co_await store_->ping();
    if (!micros) co_return util::Error{util::Error::Code::kUnavailable, micros.error().message, true};
    co_return static_cast<double>(*micros) / 1000.0;
  }

  void write_metrics(MetricsWriter& m) const override {
    const auto stats = store_->stats();
    m.family("chillin_storage_commits_total", "counter", "Transactions committed.");
    m.sample(static_cast<double>(stats.commits));
    m.family("chillin_storage_commit_failures_total", "counter", "Transactions that failed.");
    m.sample(static_cast<double>(stats.failed_commits));
    m.family("chillin_storage_writes_total", "counter", "Writes answered; over commits: the size of a group commit.");
    m.sample(static_cast<double>(stats.requests));
    m.family("chillin_storage_queue", "gauge", "Writes waiting for the next transaction.");
    m.sample(static_cast<double>(stats.queued));
  }

  void close() override { store_->close(); }

 private:
  std::unique_ptr<storage::SqliteStorage> store_;
};

}  // namespace

util::Result<std::unique_ptr<Storage>, std::string> open_embedded_storage(const Config& config) {
  // A server on half of a backup would take what people write into a folder that has to be emptied.
  if (std::filesystem::exists(config.data_dir + kRestoring)) {
    return "a backup was not restored to its end into " + config.data_dir + ": empty the folder and restore it again";
  }
  storage::SqliteOptions options;
  options.preallocate_wal = true;
  auto store = storage::SqliteStorage::open(config.data_dir, options);
  if (!store) return store.error().detail;
  return std::unique_ptr<Storage>(std::make_unique<EmbeddedStorage>(std::move(*store)));
}

util::Result<std::unique_ptr<Storage>, std::string> open_storage(const Config& config) {
  return config.database.used() ? open_postgres_storage(config) : open_embedded_storage(config);
}

}  // namespace chillin::app
