#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "chat/ports/blob_store.h"
#include "util/result.h"

namespace chillin::blob {

// One blob is one file: a line of JSON (content type, name, size), then the bytes. So it is replaced as a whole or not
// at all. Blocking; for the threads of the pool.

/// Writes to a file beside it, makes it durable and moves it to `path`. Folders are made as needed.
[[nodiscard]] util::Status<> write_blob_file(const std::string& path, const chat::Blob& blob);
/// nullopt if there is none; an error for one that is cut short or not ours.
[[nodiscard]] util::Result<std::optional<chat::Blob>> read_blob_file(const std::string& path);
/// The same without the bytes.
[[nodiscard]] util::Result<std::optional<chat::BlobInfo>> read_blob_header(const std::string& path);
/// `length` bytes from `first` on, fewer where the blob ends. nullopt if there is none.
[[nodiscard]] util::Result<std::optional<std::string>> read_blob_part(const std::string& path, std::int64_t first,
                                                                      std::int64_t length);
/// Replaces what is at `to`, durably. False if there is none at `from`.
[[nodiscard]] util::Result<bool> move_blob_file(const std::string& from, const std::string& to);
/// Removing what is not there is no error.
[[nodiscard]] util::Status<> remove_blob_file(const std::string& path);
/// Removes what an interrupted write left behind.
void remove_leftovers(const std::string& folder);

}  // namespace chillin::blob
