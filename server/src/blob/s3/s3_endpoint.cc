#include "blob/s3/s3_endpoint.h"

#include <algorithm>

namespace chillin::blob {

namespace {

bool is_lower_alnum(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

}  // namespace

std::optional<S3Endpoint> S3Endpoint::parse(std::string_view text) {
  S3Endpoint endpoint{"http", ""};
  const auto scheme = text.find("://");
  if (scheme != std::string_view::npos) {
    endpoint.scheme = text.substr(0, scheme);
    text.remove_prefix(scheme + 3);
  }
  if (endpoint.scheme != "http" && endpoint.scheme != "https") return std::nullopt;
  if (text.ends_with('/')) text.remove_suffix(1);
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_lower_alnum(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' ||
           c == ']';
  });
  if (!plain || text.front() == ':') return std::nullopt;
  // Clients leave the usual port out of the header Host, which is signed.
  const std::string_view usual = endpoint.scheme == "http" ? ":80" : ":443";
  if (text.ends_with(usual)) text.remove_suffix(usual.size());
  endpoint.host = text;
  return endpoint;
}

bool is_bucket_name(std::string_view name) noexcept {
  if (name.size() < 3 || name.size() > 63) return false;
  if (!is_lower_alnum(name.front()) || !is_lower_alnum(name.back())) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return is_lower_alnum(c) || c == '-' || c == '.'; });
}

}  // namespace chillin::blob
