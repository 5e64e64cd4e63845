#include <algorithm>
#include <cstdio>

#include "app/commands.h"

namespace chillin::app {

bool report_mistakes(const LoadedConfig& loaded) {
  for (const auto& mistake : loaded.mistakes) std::fprintf(stderr, "chillin: %s\n", mistake.c_str());
  return !loaded.mistakes.empty();
}

int check_config(const LoadedConfig& loaded) {
  std::size_t width = 0;
  for (const auto& s : loaded.settings) width = std::max(width, s.name.size());
  for (const auto& s : loaded.settings) {
    std::printf("%-*s  %s%s\n", static_cast<int>(width), s.name.c_str(), s.value.empty() ? "(empty)" : s.value.c_str(),
                s.is_default ? "  (default)" : "");
  }
  const DatabaseConfig& database = loaded.config.database;
  if (loaded.mistakes.empty()) {
    std::printf("Storage: %s\n", database.used() ? ("PostgreSQL, " + database.describe()).c_str()
                                                 : ("embedded, in " + loaded.config.data_dir).c_str());
  }
  std::fflush(stdout);
  if (report_mistakes(loaded)) return 1;
  std::printf("The configuration is valid.\n");
  return 0;
}

}  // namespace chillin::app
