#pragma once

namespace chillin::app {

// What lies in the data folder beside the database, as appended to DATA_DIR.

inline constexpr const char* kSecretFile = "/secret";
inline constexpr const char* kBlobFolder = "/blobs";
/// There while a backup is being restored.
inline constexpr const char* kRestoring = "/restoring";

}  // namespace chillin::app
