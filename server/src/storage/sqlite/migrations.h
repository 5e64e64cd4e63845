#pragma once

#include <string>
#include <vector>

#include "storage/common/migration.h"
#include "util/result.h"

namespace chillin::storage {

/// What the data folder's database has and what it lacks; changes nothing (a folder without a database lacks
/// everything). Fails, with one line, on a schema newer than this program, an applied migration whose text has changed
/// since, a folder in use by another process, and a file that cannot be read.
[[nodiscard]] util::Result<std::vector<Migration>> migration_status(const std::string& data_dir);

/// Applies what is missing, each migration in a transaction of its own, up to `up_to` (0: all). Running it again
/// changes nothing. Returns the state after it. Fails as migration_status() does.
[[nodiscard]] util::Result<std::vector<Migration>> migrate(const std::string& data_dir, int up_to = 0);

}  // namespace chillin::storage
