#pragma once

#include <functional>
#include <vector>

#include "storage/common/migration.h"
#include "storage/postgres/postgres_options.h"

namespace chillin::storage::postgres {

/// What the database has and what it lacks; changes nothing. Fails, with one line, on a schema newer than this program,
/// an applied migration whose text has changed since, and a database that cannot be reached.
[[nodiscard]] util::Result<std::vector<Migration>> migration_status(const PostgresOptions& options);

/// Applies what is missing, each migration in a transaction of its own, up to `up_to` (0: all). Any number of servers
/// may do this at once: one does it (an advisory lock), the others wait for it. Returns the state after it. Fails as
/// migration_status() does. `go_on`: asked while it waits for the database, may be null; false: give up.
[[nodiscard]] util::Result<std::vector<Migration>> migrate(const PostgresOptions& options, int up_to = 0,
                                                           const std::function<bool()>* go_on = nullptr);

/// The number of the last migration that this program knows.
[[nodiscard]] int newest_schema();

}  // namespace chillin::storage::postgres
