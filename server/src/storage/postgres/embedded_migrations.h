#pragma once

#include <span>

#include "storage/common/migration.h"

namespace chillin::storage::postgres {

/// migrations/*.sql in order of their names; written by the build.
[[nodiscard]] std::span<const EmbeddedFile> embedded_migrations();

}  // namespace chillin::storage::postgres
