#pragma once

#include <string>
#include <vector>

#include "chat/error.h"
#include "storage/postgres/connection_pq.h"

namespace chillin::storage::postgres {

/// What PostgresStorage::verify() finds.
[[nodiscard]] chat::Result<std::vector<std::string>> verify_database(PgConnection& db);

}  // namespace chillin::storage::postgres
