#include <cstdio>

#include <string>
#include <vector>

#include "app/commands.h"
#include "storage/postgres/migrations.h"
#include "storage/sqlite/migrations.h"

namespace chillin::app {

namespace {

using Migrations = util::Result<std::vector<storage::Migration>>;

Migrations status_of(const Config& config) {
  if (config.database.used()) return storage::postgres::migration_status(config.database.options());
  return storage::migration_status(config.data_dir);
}

Migrations apply_to(const Config& config) {
  if (config.database.used()) return storage::postgres::migrate(config.database.options());
  return storage::migrate(config.data_dir);
}

}  // namespace

int migrate(const Config& config, bool dry_run) {
  const std::string database =
      "The database " + (config.database.used() ? config.database.describe() : "in " + config.data_dir);
  const auto before = status_of(config);
  if (!before) {
    std::fprintf(stderr, "chillin: %s\n", before.error().detail.c_str());
    return 1;
  }
  int missing = 0;
  for (const auto& m : *before) {
    if (m.applied) {
      std::printf("%s  applied %s\n", m.name.c_str(), util::iso8601(m.applied_at).c_str());
    } else {
      ++missing;
      std::printf("%s  %s\n", m.name.c_str(), dry_run ? "would be applied" : "is applied now");
    }
  }
  std::fflush(stdout);
  if (missing == 0) {
    std::printf("%s is up to date.\n", database.c_str());
    return 0;
  }
  if (dry_run) return 0;
  const auto after = apply_to(config);
  if (!after) {
    std::fprintf(stderr, "chillin: %s\n", after.error().detail.c_str());
    return 1;
  }
  std::printf("%s has been brought up to date.\n", database.c_str());
  return 0;
}

}  // namespace chillin::app
