#pragma once

#include <vector>

#include "storage/sqlite/connection_sqlite.h"
#include "storage/sqlite/migrations.h"

namespace chillin::storage {

inline constexpr const char* kDatabaseFile = "/chillin.db";

/// Reads schema_migrations and compares it with what this program knows.
[[nodiscard]] util::Result<std::vector<Migration>> read_migrations(SqliteConnection& db);
/// Applies what is missing up to `up_to` (0: all).
[[nodiscard]] util::Result<std::vector<Migration>> apply_migrations(SqliteConnection& db, int up_to);

}  // namespace chillin::storage
