#pragma once

#include <string>
#include <vector>

#include "chat/error.h"
#include "storage/sqlite/connection_sqlite.h"

namespace chillin::storage {

/// What SqliteStorage::verify() finds.
[[nodiscard]] chat::Result<std::vector<std::string>> verify_database(SqliteConnection& db);

}  // namespace chillin::storage
