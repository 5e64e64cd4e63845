#include "blob/s3/sigv4.h"

#include <algorithm>
#include <cctype>

#include "util/crypto.h"
#include "util/text.h"

namespace chillin::blob {

namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";

// Lower-case names, values trimmed and their runs of spaces made one, sorted by name.
SigV4Pairs canonical_headers(const SigV4Pairs& headers) {
  SigV4Pairs out;
  for (const auto& [name, value] : headers) {
    std::string lower;
    for (const char c : name) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    std::string trimmed;
    for (const char c : value) {
      if (c != ' ' || (!trimmed.empty() && trimmed.back() != ' ')) trimmed += c;
    }
    if (!trimmed.empty() && trimmed.back() == ' ') trimmed.pop_back();
    out.emplace_back(std::move(lower), std::move(trimmed));
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string signed_names(const SigV4Pairs& canonical) {
  std::string out;
  for (const auto& [name, value] : canonical) {
    if (!out.empty()) out += ';';
    out += name;
  }
  return out;
}

// Sorted after encoding, as the specification has it.
std::string canonical_query(const SigV4Pairs& query) {
  SigV4Pairs encoded;
  for (const auto& [name, value] : query) encoded.emplace_back(util::url_encode(name), util::url_encode(value));
  std::sort(encoded.begin(), encoded.end());
  std::string out;
  for (const auto& [name, value] : encoded) {
    if (!out.empty()) out += '&';
    out.append(name).append("=").append(value);
  }
  return out;
}

std::string scope_of(std::string_view time, const SigV4Credentials& credentials) {
  return std::string(time.substr(0, 8)).append("/").append(credentials.region).append("/s3/aws4_request");
}

std::string signature_of(const SigV4Request& request, std::string_view payload_hash,
                         const SigV4Credentials& credentials, const std::string& time) {
  const std::string scope = scope_of(time, credentials);
  std::string text(kAlgorithm);
  text.append("\n").append(time).append("\n").append(scope).append("\n");
  text += util::hex_encode(util::sha256(sigv4_canonical_request(request, payload_hash)));
  std::string key = util::hmac_sha256("AWS4" + credentials.secret_access_key, time.substr(0, 8));
  for (const std::string_view part :
       {std::string_view(credentials.region), std::string_view("s3"), std::string_view("aws4_request")}) {
    key = util::hmac_sha256(key, part);
  }
  return util::hex_encode(util::hmac_sha256(key, text));
}

}  // namespace

std::string sigv4_time(util::WallMillis t) {
  // "2013-05-24T00:00:00.000Z" without its marks and milliseconds.
  std::string out;
  for (const char c : util::iso8601(t).substr(0, 19)) {
    if (c != '-' && c != ':') out += c;
  }
  return out + "Z";
}

std::string sigv4_canonical_request(const SigV4Request& request, std::string_view payload_hash) {
  const SigV4Pairs headers = canonical_headers(request.headers);
  std::string out(request.method);
  out.append("\n").append(request.path).append("\n").append(canonical_query(request.query)).append("\n");
  for (const auto& [name, value] : headers) out.append(name).append(":").append(value).append("\n");
  return out.append("\n").append(signed_names(headers)).append("\n").append(payload_hash);
}

std::string sigv4_authorization(const SigV4Request& request, std::string_view payload_hash,
                                const SigV4Credentials& credentials, util::WallMillis now) {
  const std::string time = sigv4_time(now);
  std::string out(kAlgorithm);
  out.append(" Credential=").append(credentials.access_key_id).append("/").append(scope_of(time, credentials));
  out.append(",SignedHeaders=").append(signed_names(canonical_headers(request.headers)));
  out.append(",Signature=").append(signature_of(request, payload_hash, credentials, time));
  return out;
}

std::string sigv4_presigned_query(const SigV4Request& request, const SigV4Credentials& credentials,
                                  util::WallMillis now, std::chrono::seconds lifetime) {
  const std::string time = sigv4_time(now);
  SigV4Request extended = request;
  extended.query.emplace_back("X-Amz-Algorithm", kAlgorithm);
  extended.query.emplace_back("X-Amz-Credential", credentials.access_key_id + "/" + scope_of(time, credentials));
  extended.query.emplace_back("X-Amz-Date", time);
  extended.query.emplace_back("X-Amz-Expires", std::to_string(lifetime.count()));
  extended.query.emplace_back("X-Amz-SignedHeaders", signed_names(canonical_headers(request.headers)));
  const std::string signature = signature_of(extended, kUnsignedPayload, credentials, time);
  return canonical_query(extended.query) + "&X-Amz-Signature=" + signature;
}

}  // namespace chillin::blob
