#include "blob/s3/s3_errors.h"

#include <utility>

namespace chillin::blob {

namespace {

constexpr std::pair<std::string_view, std::string_view> kSentences[] = {
    {"InvalidAccessKeyId", "the access key is not known"},
    {"SignatureDoesNotMatch", "the secret key is wrong, or a proxy changes the requests"},
    {"AccessDenied", "these credentials may not use the bucket"},
    {"NoSuchBucket", "there is no such bucket"},
    {"RequestTimeTooSkewed", "the clocks of this machine and of the store differ too much"},
    {"AuthorizationHeaderMalformed", "the region is another one"},
    {"BucketAlreadyExists", "the bucket belongs to somebody else"},
    {"InvalidBucketName", "the bucket's name is not allowed"},
    {"XMinioStorageFull", "the store's disk is full"},
    {"QuotaExceeded", "the store's quota is used up"},
    {"SlowDown", "the store has too much to do"},
};

}  // namespace

std::string s3_error_code(std::string_view xml) {
  static constexpr std::string_view kBegin = "<Code>";
  const auto begin = xml.find(kBegin);
  if (begin == std::string_view::npos) return {};
  const auto end = xml.find("</Code>", begin);
  if (end == std::string_view::npos) return {};
  return std::string(xml.substr(begin + kBegin.size(), end - begin - kBegin.size()));
}

std::string s3_explain(const S3Response& response) {
  const std::string code = s3_error_code(response.body);
  std::string_view sentence = "the store refused the request";
  for (const auto& [known, words] : kSentences) {
    if (code == known) sentence = words;
  }
  std::string out(sentence);
  out += " (";
  if (!code.empty()) out.append(code).append(", ");
  return out.append("HTTP ").append(std::to_string(response.status)).append(")");
}

chat::Error s3_refusal(const S3Response& response) {
  // HEAD is answered without a document; a bucket that is gone is the probe's business.
  if (response.status == 404 && s3_error_code(response.body) != "NoSuchBucket") {
    return chat::refuse(chat::ErrorCode::kMessageNotFound, "There is no such file.");
  }
  return files_unavailable();
}

chat::Error files_unavailable() {
  return chat::refuse(chat::ErrorCode::kUnavailable, "Files are not available right now. Try again soon.");
}

}  // namespace chillin::blob
