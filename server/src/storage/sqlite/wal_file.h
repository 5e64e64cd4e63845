#pragma once

#include <cstdint>
#include <string>

namespace chillin::storage {

/// Fills the write-ahead log `path` with zeros up to `bytes`, durably. Where a commit overwrites blocks that exist,
/// `fdatasync` writes the data and nothing else; where it appends, the file system also has to write the file's size:
/// half as many I/O requests, measured. SQLite reads a log up to its first frame that does not check, so zeros behind
/// it mean nothing. Only before the first transaction of the process. A file that cannot grow stays as it was.
void preallocate_wal(const std::string& path, std::int64_t bytes);

}  // namespace chillin::storage
