#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "util/clock.h"
#include "util/result.h"

namespace chillin::storage {

/// One step of a schema, as this program knows it and as a database has it.
struct Migration {
  int version = 0;
  std::string name;  ///< "0001_accounts_and_rooms"
  bool applied = false;
  util::WallMillis applied_at;  ///< 0: not yet
};

/// A file of migrations/, built into the program.
struct EmbeddedFile {
  std::string_view name;  ///< "0001_accounts_and_rooms"
  std::string_view text;
};

/// A row of `schema_migrations`.
struct AppliedMigration {
  std::string name;
  std::string checksum;
  std::int64_t applied_at = 0;
};

/// The number a file's name begins with.
[[nodiscard]] int migration_version(std::string_view name);
/// SHA-256 of its text, in hexadecimal.
[[nodiscard]] std::string migration_checksum(std::string_view text);

/// What a database has and what it lacks. Fails, with one line for an operator, on a schema newer than this program and
/// on a migration whose text has changed since it was applied.
[[nodiscard]] util::Result<std::vector<Migration>> compare_migrations(std::span<const EmbeddedFile> known,
                                                                      std::map<int, AppliedMigration> applied);

}  // namespace chillin::storage
