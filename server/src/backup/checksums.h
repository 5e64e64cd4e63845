#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "util/result.h"

namespace chillin::backup {

// SHA256SUMS: a line of every other file in a folder, as `sha256sum -c` reads it. Blocking. Errors are one line for an
// operator.

/// The files in `folder` and below, SHA256SUMS aside: paths from there, in order.
[[nodiscard]] util::Result<std::vector<std::string>> files_in(const std::string& folder);

/// SHA-256 of a file of any size, in hexadecimal.
[[nodiscard]] util::Result<std::string> checksum_of(const std::string& path);

/// Writes SHA256SUMS for what is in `folder`, and makes all of it durable.
[[nodiscard]] util::Status<> write_checksums(const std::string& folder);

/// The files that SHA256SUMS names; kInvalid if one of them is missing or not as it was written, and for a folder
/// without such a list, which is none of ours or was never finished.
[[nodiscard]] util::Result<std::vector<std::string>> check_checksums(const std::string& folder);

/// Makes a file, or the names in a folder, durable.
[[nodiscard]] util::Status<> sync_path(const std::string& path);

/// Copies a file, readable by its owner only, and makes it durable.
[[nodiscard]] util::Status<> copy_durably(const std::string& from, const std::string& to);

}  // namespace chillin::backup
