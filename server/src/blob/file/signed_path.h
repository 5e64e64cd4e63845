#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "chat/ports/blob_store.h"

namespace chillin::blob {

/// Addresses of this server that let whoever has one put or read a blob until it expires: what presigned URLs are to
/// S3.
///
///   /api/files/<key>?method=PUT&expires=<ms since 1970>&type=<type>&size=<bytes>&signature=<64 hex digits>
///   /api/files/<key>?method=GET&expires=<ms since 1970>&type=<type>&disposition=<text>&signature=<64 hex digits>
///
/// The signature is HMAC-SHA-256 over all that stands before it. Immutable, so thread-safe.
class SignedPaths {
 public:
  explicit SignedPaths(const std::string& secret);

  [[nodiscard]] std::string make(const chat::PutPermit& permit, util::WallMillis expires) const;
  [[nodiscard]] std::string make(const chat::GetPermit& permit, util::WallMillis expires) const;

  /// nullopt for a target that make() did not make exactly so with this secret, or that has expired at `now`.
  [[nodiscard]] std::optional<chat::PutPermit> verify_put(std::string_view target, util::WallMillis now) const;
  [[nodiscard]] std::optional<chat::GetPermit> verify_get(std::string_view target, util::WallMillis now) const;

 private:
  [[nodiscard]] std::string signature(std::string_view text) const;
  [[nodiscard]] std::optional<std::string_view> signed_part(std::string_view target) const;

  const std::string key_;
};

}  // namespace chillin::blob
