#pragma once

#include <string>
#include <vector>

#include "util/clock.h"
#include "util/result.h"

namespace chillin::storage {

// Copies of a data folder's database, for backups. Blocking; for a process that does nothing else meanwhile.

/// Copies DATA_DIR/chillin.db, as it stands between two commits, to a new file `to` that needs no other file beside it,
/// and looks through the copy for damage. The server may run and is not held up; its write-ahead log grows until the
/// copy is made. `to` is durable when this returns. Errors are one line for an operator; what was written so far stays.
[[nodiscard]] util::Status<> take_snapshot(const std::string& data_dir, const std::string& to);

/// The number of the last migration in that copy. Fails on a schema newer than this program, and on what is no database
/// of ours.
[[nodiscard]] util::Result<int> snapshot_schema(const std::string& file);

/// The keys of the blobs that somebody who has this copy can still ask for at `now`: complete uploads that have not
/// expired, and avatars.
[[nodiscard]] util::Result<std::vector<std::string>> snapshot_blob_keys(const std::string& file, util::WallMillis now);

/// Whoever has one of these blobs for an avatar in that copy has none from now on. Other keys are passed over.
[[nodiscard]] util::Status<> drop_snapshot_avatars(const std::string& file, const std::vector<std::string>& keys);

/// Ends every session in that copy: everybody has to sign in again.
[[nodiscard]] util::Status<> end_snapshot_sessions(const std::string& file);

/// The number of the last migration that this program knows.
[[nodiscard]] int newest_schema();

}  // namespace chillin::storage
