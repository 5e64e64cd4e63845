#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "util/clock.h"

namespace chillin::blob {

// AWS Signature Version 4 for S3, as "Authenticating Requests: Using the Authorization Header" and "... Using Query
// Parameters" of the Amazon S3 API Reference describe it. Pure functions: they know no clock and no network.

using SigV4Pairs = std::vector<std::pair<std::string, std::string>>;

struct SigV4Credentials {
  std::string access_key_id;
  std::string secret_access_key;
  std::string region;
};

/// What is signed of a request.
struct SigV4Request {
  std::string method;
  std::string path;  ///< "/bucket/key", each part percent-encoded (util::url_encode)
  SigV4Pairs query;  ///< as they are, in any order
  SigV4Pairs
      headers;  ///< all of them are signed; host must be among them; names in any case, values without line breaks
};

/// In place of a payload's hash, where the signature does not cover the body.
inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";

/// "20130524T000000Z"
[[nodiscard]] std::string sigv4_time(util::WallMillis t);

/// The text whose hash is signed. `payload_hash`: SHA-256 of the body in lower-case hexadecimal, or kUnsignedPayload.
[[nodiscard]] std::string sigv4_canonical_request(const SigV4Request& request, std::string_view payload_hash);

/// The value of the header Authorization. `request.headers` hold x-amz-date, made of the same `now`, and
/// x-amz-content-sha256.
[[nodiscard]] std::string sigv4_authorization(const SigV4Request& request, std::string_view payload_hash,
                                              const SigV4Credentials& credentials, util::WallMillis now);

/// The query of a presigned address, without '?': `request.query`, what S3 adds, and the signature; its body is not
/// signed. `lifetime`: 1 s to 7 days.
[[nodiscard]] std::string sigv4_presigned_query(const SigV4Request& request, const SigV4Credentials& credentials,
                                                util::WallMillis now, std::chrono::seconds lifetime);

}  // namespace chillin::blob
