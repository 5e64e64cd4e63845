#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "chat/ports/blob_store.h"
#include "util/result.h"

namespace chillin::backup {

/// Reads a blob of the installation; nullopt: it is not there, or damaged. An error: whether it is cannot be told.
using ReadBlob = std::function<util::Result<std::optional<chat::Blob>>(const std::string& key)>;
using WriteBlob = std::function<util::Status<>(const std::string& key, chat::Blob blob)>;

/// Copies the blobs of these keys into `folder`, those aside that it has already: a blob of a key never changes. What
/// it has beside them is removed. Returns the keys that the installation has not. Keys that could not be one are
/// refused.
[[nodiscard]] util::Result<std::vector<std::string>> fetch_blobs(const std::string& folder,
                                                                 const std::vector<std::string>& keys,
                                                                 const ReadBlob& read);

/// Gives every blob in `folder` to `write`; how many there were. No folder: none.
[[nodiscard]] util::Result<std::size_t> give_blobs(const std::string& folder, const WriteBlob& write);

}  // namespace chillin::backup
