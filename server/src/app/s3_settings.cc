#include "app/s3_settings.h"

#include <string_view>

namespace chillin::app {

namespace {

// Starting on the data folder as if they were not there would put files where nobody looks for them.
void refuse_leftovers(const S3Settings& settings, std::vector<std::string>& mistakes) {
  const std::pair<std::string_view, bool> given[] = {{"S3_ACCESS_KEY_ID", !settings.access_key_id.empty()},
                                                     {"S3_SECRET_ACCESS_KEY", !settings.secret_access_key.empty()},
                                                     {"S3_PUBLIC_ENDPOINT", settings.public_endpoint.has_value()}};
  for (const auto& [name, is_given] : given) {
    if (is_given) mistakes.push_back(std::string(name) + " is set, but neither USE_MINIO=true nor S3_BUCKET_NAME is");
  }
  if (settings.minio_endpoint && !settings.use_minio_given) {
    mistakes.push_back(
        "MINIO_ENDPOINT is set, but USE_MINIO is not: set it to true, or to false to keep files in DATA_DIR");
  }
}

}  // namespace

std::optional<blob::S3Options> s3_options(const S3Settings& settings, std::vector<std::string>& mistakes) {
  if (!settings.use_minio && settings.bucket.empty()) {
    refuse_leftovers(settings, mistakes);
    return std::nullopt;
  }
  const std::string_view wanted_by = settings.use_minio ? "USE_MINIO=true" : "S3_BUCKET_NAME";
  const std::pair<std::string_view, bool> needed[] = {{"S3_BUCKET_NAME", settings.bucket.empty()},
                                                      {"S3_ACCESS_KEY_ID", settings.access_key_id.empty()},
                                                      {"S3_SECRET_ACCESS_KEY", settings.secret_access_key.empty()}};
  for (const auto& [name, is_missing] : needed) {
    if (is_missing) mistakes.push_back(std::string(name) + " is not set, and " + std::string(wanted_by) + " needs it");
  }
  blob::S3Options options;
  if (settings.use_minio) {
    options.endpoint = settings.minio_endpoint.value_or(blob::S3Endpoint{"http", "localhost:9000"});
  } else {
    options.endpoint = {"https", "s3." + settings.region + ".amazonaws.com"};
  }
  options.public_endpoint = settings.public_endpoint.value_or(options.endpoint);
  options.serves_downloads = settings.public_endpoint.has_value();
  options.credentials = {settings.access_key_id, settings.secret_access_key, settings.region};
  options.bucket = settings.bucket;
  return options;
}

}  // namespace chillin::app
