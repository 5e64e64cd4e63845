#pragma once

#include <optional>
#include <string>
#include <vector>

#include "blob/s3/s3_blob_store.h"

namespace chillin::app {

/// The variables of S3 as they were given; texts are empty and optionals without a value where they were not.
struct S3Settings {
  bool use_minio = false;
  bool use_minio_given = false;  ///< whether anybody said so, or it is the default
  std::optional<blob::S3Endpoint> minio_endpoint;
  std::optional<blob::S3Endpoint> public_endpoint;
  std::string access_key_id;
  std::string secret_access_key;
  std::string bucket;
  std::string region;
};

/// Where files go: to MinIO with USE_MINIO, to AWS with S3_BUCKET_NAME alone, else (nullopt) to the data folder. Adds a
/// line to `mistakes` for what is missing, and for what is set and would be without effect.
[[nodiscard]] std::optional<blob::S3Options> s3_options(const S3Settings& settings, std::vector<std::string>& mistakes);

}  // namespace chillin::app
