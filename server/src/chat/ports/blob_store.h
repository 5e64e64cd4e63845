#pragma once

#include <cstdint>
#include <string>

#include "chat/error.h"
#include "util/clock.h"
#include "util/task.h"

namespace chillin::chat {

struct Blob {
  std::string content_type;
  std::string name;  ///< for Content-Disposition
  std::string bytes;
};

/// What a blob is, without its bytes.
struct BlobInfo {
  std::string content_type;
  std::string name;
  std::int64_t size = 0;  ///< bytes
};

/// Avatars and media. Thread-safe; tasks resume on the caller's executor; kUnavailable when the store is away or full.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  /// `key`: "avatars/<id>" or "uploads/<id>", [A-Za-z0-9_/-]. Overwrites.
  virtual util::Task<Status> put(std::string key, Blob blob) = 0;
  virtual util::Task<Result<Blob>> get(std::string key) = 0;
  /// Without reading the bytes where the store can; the same errors as get().
  virtual util::Task<Result<BlobInfo>> info(std::string key);
  virtual util::Task<Status> remove(std::string key) = 0;
  /// A path or URL that lets whoever has it read the blob until `expires`.
  [[nodiscard]] virtual std::string signed_url(const std::string& key, util::WallMillis expires) const = 0;
  /// Whether a path made by signed_url() is untampered and not expired; always false where another server answers it.
  [[nodiscard]] virtual bool verify_url(const std::string& target, util::WallMillis now, std::string& key) const = 0;
};

}  // namespace chillin::chat
