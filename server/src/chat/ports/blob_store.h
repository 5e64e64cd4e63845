#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/error.h"
#include "util/clock.h"
#include "util/result.h"
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

/// A request that whoever has it may send, as often as he likes, until it expires; nothing in it may be changed.
struct SignedRequest {
  std::string method;                                        ///< "PUT" or "GET"
  std::string url;                                           ///< absolute, or a path of this server
  std::vector<std::pair<std::string, std::string>> headers;  ///< to be sent exactly so; Content-Length is among them
  util::WallMillis expires;
};

/// Permission to put one blob: this many bytes of this type.
struct PutPermit {
  std::string key;
  std::string content_type;
  std::int64_t size = 0;  ///< bytes
  bool operator==(const PutPermit&) const = default;
};

/// Permission to read one blob, and the headers it is then served with.
struct GetPermit {
  std::string key;
  std::string content_type;
  std::string disposition;  ///< Content-Disposition
  bool operator==(const GetPermit&) const = default;
};

/// Avatars and media. Keys are "avatars/<id>", "uploads/<id>", "incoming/<id>": [A-Za-z0-9_-] in parts divided by
/// single slashes, at most 200 bytes; kInvalidPayload for any other. kMessageNotFound where there is none of that key;
/// kUnavailable when the store is away, full, refuses us or has too much to do. Thread-safe; tasks resume on the
/// caller's executor.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  /// Overwrites, as a whole or not at all.
  virtual util::Task<Status> put(std::string key, Blob blob) = 0;
  virtual util::Task<Result<Blob>> get(std::string key) = 0;
  /// `length` bytes from `first` on, fewer where the blob ends; `first` within the blob.
  virtual util::Task<Result<std::string>> read(std::string key, std::int64_t first, std::int64_t length) = 0;
  virtual util::Task<Result<BlobInfo>> info(std::string key) = 0;
  /// Removing what is not there is no error.
  virtual util::Task<Status> remove(std::string key) = 0;
  /// Gives a blob another key; who may put to the old one cannot change it any more. Overwrites.
  virtual util::Task<Status> move(std::string from, std::string to) = 0;

  /// `lifetime`: from `now`; whole seconds, at least 1, at most 7 days.
  [[nodiscard]] virtual SignedRequest sign(const PutPermit& permit, util::WallMillis now,
                                           util::Millis lifetime) const = 0;
  [[nodiscard]] virtual SignedRequest sign(const GetPermit& permit, util::WallMillis now,
                                           util::Millis lifetime) const = 0;
  /// What a request for an address made by sign() permits; nullopt for one that was changed or has expired, and always
  /// where another server answers those addresses. `target`: path and query as sent.
  [[nodiscard]] virtual std::optional<PutPermit> verify_put(std::string_view target, util::WallMillis now) const = 0;
  [[nodiscard]] virtual std::optional<GetPermit> verify_get(std::string_view target, util::WallMillis now) const = 0;
  /// Whether browsers reach the addresses of sign(GetPermit), and reading them there spares this server the bytes.
  [[nodiscard]] virtual bool serves_downloads() const noexcept = 0;

  /// Whether the store is there and lets us in: milliseconds that it took to answer, or what is wrong, for an operator.
  /// Makes the bucket where there is none.
  virtual util::Task<util::Result<double>> probe() = 0;

  /// Answers everything that is under way, and refuses from then on (kUnavailable). Call it outside the loops while
  /// they still run. Idempotent.
  virtual void stop() {}
};

/// Whether `key` is one that a BlobStore takes.
[[nodiscard]] bool valid_blob_key(std::string_view key) noexcept;

}  // namespace chillin::chat
