#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string_view>

#include "util/result.h"

namespace chillin::web {

/// One file of the client. The views point into the archive's bytes.
struct File {
  std::string_view content_type;
  std::string_view etag;      ///< of the bytes, without quotes
  std::string_view identity;  ///< the bytes as they are
  std::string_view gzip;      ///< empty: not worth it
  std::string_view brotli;    ///< empty: not worth it
};

/// The files of the client by their path below its root, without a leading slash ("assets/index-Bk3xP9aQ.js").
///
/// The form, written by scripts/pack-client.mjs; numbers are 32 bits, little-endian:
///   "CHILWEB1", number of files; for each file the sizes of path, content type, ETag, identity, gzip, brotli;
///   then for each file those six, one after the other.
///
/// Immutable, so thread-safe. The bytes it was read from must outlive it.
class Archive {
 public:
  /// No bytes at all are an archive without files. Anything else that is not whole is refused.
  [[nodiscard]] static util::Result<Archive> read(std::string_view bytes);

  /// What stands in for the client in a program that was built without it: one page that says so.
  [[nodiscard]] static Archive placeholder();

  [[nodiscard]] bool empty() const noexcept { return files_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return files_.size(); }

  /// Null if there is no such file. The path is compared byte by byte: no case, no "..", no folders.
  [[nodiscard]] const File* find(std::string_view path) const noexcept;

 private:
  std::map<std::string_view, File, std::less<>> files_;
};

}  // namespace chillin::web
