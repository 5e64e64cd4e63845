#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace chillin::blob {

/// Where an S3 service is. Buckets are parts of the path, as MinIO has them and AWS still takes them.
struct S3Endpoint {
  std::string scheme;  ///< "http" or "https"
  std::string host;    ///< with the port, unless it is the scheme's usual one: what the header Host says

  [[nodiscard]] std::string url() const { return scheme + "://" + host; }
  bool operator==(const S3Endpoint&) const = default;

  /// "http://minio:9000", "https://s3.eu-central-1.amazonaws.com", or "minio:9000" for http; a slash at the end is
  /// passed over. nullopt for anything else: a path, a user, a space.
  [[nodiscard]] static std::optional<S3Endpoint> parse(std::string_view text);
};

/// Whether S3 takes it for a bucket: 3 to 63 of a-z 0-9 - and ., beginning and ending with a letter or digit.
[[nodiscard]] bool is_bucket_name(std::string_view name) noexcept;

}  // namespace chillin::blob
