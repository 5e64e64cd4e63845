#pragma once

#include <span>
#include <string_view>

namespace chillin::storage {

struct EmbeddedFile {
  std::string_view name;  ///< "0001_accounts_and_rooms"
  std::string_view text;
};

/// migrations/*.sql in order of their names; written by the build.
[[nodiscard]] std::span<const EmbeddedFile> embedded_migrations();

}  // namespace chillin::storage
