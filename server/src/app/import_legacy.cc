#include <algorithm>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "app/commands.h"
#include "legacy/importer.h"
#include "storage/postgres/migrations.h"
#include "storage/postgres/postgres_storage.h"
#include "storage/sqlite/migrations.h"
#include "storage/sqlite/sqlite_storage.h"
#include "util/log.h"
#include "util/manual_executor.h"

namespace chillin::app {

namespace {

using legacy::ImportResult;

int failed(const std::string& why) {
  std::fprintf(stderr, "chillin: %s\n", why.c_str());
  return 1;
}

/// One that is away is an error at once, and not waited for: whoever imports is there to read it.
storage::postgres::PostgresOptions database_options(const Config& config) {
  auto options = config.database.options();
  options.open_wait = util::Millis{0};
  options.replica_conninfo.clear();  // what was imported a moment ago must be seen
  return options;
}

/// A dry run must not make a database, nor change its schema: nullopt where there is none yet.
util::Result<std::optional<bool>> may_be_opened(const Config& config) {
  const bool shared = config.database.used();
  const auto migrations = shared ? storage::postgres::migration_status(database_options(config))
                                 : storage::migration_status(config.data_dir);
  if (!migrations) return migrations.error();
  std::size_t missing = 0;
  for (const auto& m : *migrations) missing += m.applied ? 0 : 1;
  if (missing == migrations->size()) return std::optional<bool>();
  if (missing == 0) return std::optional(true);
  return util::Error{util::Error::Code::kConflict, "the database " +
                                                       (shared ? config.database.describe() : "in " + config.data_dir) +
                                                       " is older than this program: run `chillin migrate` first"};
}

int tell(const ImportResult& result, bool dry_run) {
  std::fputs(result.report.text(dry_run).c_str(), stdout);
  if (dry_run) std::puts("\nThis was a dry run: nothing has been written.");
  std::fflush(stdout);
  return result.failure ? failed(*result.failure) : 0;
}

template <class Opened>
int import_into(Opened opened, legacy::ImportOptions options) {
  if (!opened) return failed(opened.error().detail);
  auto& storage = **opened;
  util::ManualExecutor executor;
  legacy::Stores stores{storage.accounts(), storage.rooms(), storage.log()};
  const bool dry_run = options.dry_run;
  const ImportResult result = executor.wait(legacy::import_files(&stores, std::move(options)));
  storage.close();
  return tell(result, dry_run);
}

}  // namespace

int import_legacy(const Config& config, const std::string& folder, bool dry_run) {
  util::log_setup(std::max(config.log_level, util::LogLevel::kWarn), config.log_format);
  const auto unusable = legacy::check_files(folder);
  for (const auto& why : unusable) failed(why);
  if (!unusable.empty()) {
    failed("nothing has been imported");
    return 2;
  }
  legacy::ImportOptions options{folder, config.max_message_length, dry_run};
  if (dry_run) {
    const auto openable = may_be_opened(config);
    if (!openable) return failed(openable.error().detail);
    if (!*openable) {
      util::ManualExecutor executor;
      return tell(executor.wait(legacy::import_files(nullptr, std::move(options))), dry_run);
    }
  }
  if (config.database.used()) {
    return import_into(storage::postgres::PostgresStorage::open(database_options(config)), std::move(options));
  }
  return import_into(storage::SqliteStorage::open(config.data_dir), std::move(options));
}

}  // namespace chillin::app
