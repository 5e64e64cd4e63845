#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "util/clock.h"
#include "util/result.h"

namespace chillin::backup {

enum class Kind { kEmbedded, kPostgres };

/// What a backup says of itself in manifest.json.
struct Manifest {
  Kind kind = Kind::kEmbedded;
  int schema = 0;          ///< the number of the last migration
  std::string version;     ///< of the program that made it
  std::string created_at;  ///< ISO 8601: when the backup began
  std::size_t files = 0;   ///< beside manifest.json and SHA256SUMS
};

/// Writes manifest.json into `folder`, counting the files that are there, and then SHA256SUMS: the last steps of a
/// backup.
[[nodiscard]] util::Status<> seal(const std::string& folder, Manifest manifest);

/// A backup that has been looked through.
struct Checked {
  Manifest manifest;
  std::vector<std::string> files;  ///< as SHA256SUMS names them
};

/// Reads and checks every file. Its own clear error for each: no backup, damaged, of a later form than this program
/// knows. What schema it may have is the caller's to say.
[[nodiscard]] util::Result<Checked> check(const std::string& folder);

}  // namespace chillin::backup
