#include "storage/common/migration.h"

#include <charconv>

#include "util/crypto.h"
#include "util/text.h"

namespace chillin::storage {

int migration_version(std::string_view name) {
  int version = 0;
  std::from_chars(name.data(), name.data() + name.size(), version);
  return version;
}

std::string migration_checksum(std::string_view text) {
  return util::hex_encode(util::sha256(text));
}

util::Result<std::vector<Migration>> compare_migrations(std::span<const EmbeddedFile> known,
                                                        std::map<int, AppliedMigration> applied) {
  using Code = util::Error::Code;
  std::vector<Migration> out;
  for (const EmbeddedFile& file : known) {
    Migration migration{migration_version(file.name), std::string(file.name), false, {}};
    if (const auto found = applied.find(migration.version); found != applied.end()) {
      if (found->second.checksum != migration_checksum(file.text)) {
        return util::Error{Code::kInvalid, "migration " + migration.name + " was applied with another text (as " +
                                               found->second.name + "): this database is not of this program's line"};
      }
      migration.applied = true;
      migration.applied_at = {found->second.applied_at};
      applied.erase(found);
    }
    out.push_back(std::move(migration));
  }
  if (!applied.empty()) {
    const auto& [version, newest] = *applied.rbegin();
    return util::Error{Code::kInvalid, "the database has schema version " + std::to_string(version) + " (" +
                                           newest.name + "), newer than this program, which knows " +
                                           std::to_string(out.empty() ? 0 : out.back().version) +
                                           ": start the version that wrote it, or a later one"};
  }
  return out;
}

}  // namespace chillin::storage
