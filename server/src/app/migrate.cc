#include <cstdio>

#include "app/commands.h"
#include "storage/sqlite/migrations.h"

namespace chillin::app {

int migrate(const Config& config, bool dry_run) {
  const auto before = storage::migration_status(config.data_dir);
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
    std::printf("The database in %s is up to date.\n", config.data_dir.c_str());
    return 0;
  }
  if (dry_run) return 0;
  const auto after = storage::migrate(config.data_dir);
  if (!after) {
    std::fprintf(stderr, "chillin: %s\n", after.error().detail.c_str());
    return 1;
  }
  std::printf("The database in %s has been brought up to date.\n", config.data_dir.c_str());
  return 0;
}

}  // namespace chillin::app
