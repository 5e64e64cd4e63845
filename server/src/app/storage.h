#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "app/metrics_writer.h"
#include "chat/ports/room_log.h"
#include "chat/ports/stores.h"
#include "chat/ports/upload_store.h"
#include "gateway/rest.h"
#include "util/result.h"
#include "util/task.h"

namespace chillin::storage::postgres {
class PostgresStorage;
}

namespace chillin::app {

/// What stands behind the ports of storage: embedded (SQLite) or shared (PostgreSQL). Owner: Server.
class Storage {
 public:
  virtual ~Storage() = default;

  [[nodiscard]] virtual chat::AccountStore& accounts() noexcept = 0;
  [[nodiscard]] virtual chat::SessionStore& sessions() noexcept = 0;
  [[nodiscard]] virtual chat::RoomStore& rooms() noexcept = 0;
  [[nodiscard]] virtual chat::UploadStore& uploads() noexcept = 0;
  [[nodiscard]] virtual chat::RoomLog& log() noexcept = 0;

  /// Commits something and returns how many milliseconds that took, or why it cannot be done.
  [[nodiscard]] virtual util::Task<util::Result<double>> ping() = 0;
  /// Of what it uses beside that.
  virtual void add_health_checks(std::vector<gateway::HealthCheck>& /*checks*/) {}
  virtual void write_metrics(MetricsWriter& to) const = 0;
  /// See SqliteStorage::close().
  virtual void close() = 0;
  /// Where several servers share the database: that storage itself; else null.
  [[nodiscard]] virtual storage::postgres::PostgresStorage* shared() noexcept { return nullptr; }
};

/// Opens the storage that the configuration means. An embedded one that cannot be opened is an error, and so is a
/// PostgreSQL that refuses (wrong credentials, newer schema); one that cannot be reached is waited for in the
/// background. The error is one line for the operator.
[[nodiscard]] util::Result<std::unique_ptr<Storage>, std::string> open_storage(const Config& config);

[[nodiscard]] util::Result<std::unique_ptr<Storage>, std::string> open_embedded_storage(const Config& config);
[[nodiscard]] util::Result<std::unique_ptr<Storage>, std::string> open_postgres_storage(const Config& config);

}  // namespace chillin::app
