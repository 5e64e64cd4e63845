#include "blob/s3/s3_blob_store.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "blob/s3/s3_errors.h"
#include "util/log.h"
#include "util/text.h"

namespace chillin::blob {

namespace {

constexpr std::string_view kName = "x-amz-meta-name";
constexpr std::chrono::milliseconds kProbeTimeout{2'000};

chat::Error refuse_key() {
  return chat::refuse(chat::ErrorCode::kInvalidPayload);
}

std::string header(const S3Response& response, std::string_view name) {
  const auto found = response.headers.find(name);
  return found == response.headers.end() ? std::string() : found->second;
}

std::int64_t number(std::string_view text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::chrono::seconds whole_seconds(util::Millis lifetime) {
  static constexpr std::chrono::seconds kWeek{7 * 24 * 3600};
  return std::clamp(std::chrono::duration_cast<std::chrono::seconds>(lifetime), std::chrono::seconds{1}, kWeek);
}

std::string name_of(const S3Response& response) {
  return util::url_decode(header(response, kName)).value_or("");
}

}  // namespace

S3BlobStore::S3BlobStore(S3Options options)
    : options_(std::move(options)), client_({.endpoint = options_.endpoint, .credentials = options_.credentials}) {}

std::string S3BlobStore::path_of(std::string_view key) const {
  // Neither bucket names nor keys hold anything that would be escaped.
  return std::string("/").append(options_.bucket).append("/").append(key);
}

util::Task<util::Result<S3Response>> S3BlobStore::send(S3Request request) {
  auto start = [&](util::Completion<util::Result<S3Response>> done) {
    client_.send(std::move(request), std::move(done));
  };
  co_return co_await util::suspend_with<util::Result<S3Response>>(std::move(start));
}

util::Task<chat::Result<S3Response>> S3BlobStore::object(S3Request request) {
  const std::string doing = request.method;
  auto response = co_await send(std::move(request));
  if (!response) {
    util::log_error("blob_failed", {{"store", "s3"}, {"doing", doing}, {"error", response.error().detail}});
    co_return files_unavailable();
  }
  // A copy that fails late is answered 200 with an error in it.
  const bool fine = response->status / 100 == 2 && (doing != "PUT" || s3_error_code(response->body).empty());
  if (fine) co_return *std::move(response);
  chat::Error error = s3_refusal(*response);
  if (error.code != chat::ErrorCode::kMessageNotFound) {
    util::log_error("blob_failed", {{"store", "s3"}, {"doing", doing}, {"error", s3_explain(*response)}});
  }
  co_return error;
}

util::Task<chat::Status> S3BlobStore::put(std::string key, chat::Blob blob) {
  if (!chat::valid_blob_key(key)) co_return refuse_key();
  S3Request request{.method = "PUT", .path = path_of(key), .headers = {{"content-type", blob.content_type}}};
  if (!blob.name.empty()) request.headers.emplace_back(kName, util::url_encode(blob.name));
  request.body = std::move(blob.bytes);
  auto stored = co_await object(std::move(request));
  if (!stored) co_return std::move(stored).error();
  co_return util::Ok{};
}

util::Task<chat::Result<chat::Blob>> S3BlobStore::get(std::string key) {
  if (!chat::valid_blob_key(key)) co_return refuse_key();
  S3Request request{.method = "GET", .path = path_of(key)};
  auto found = co_await object(std::move(request));
  if (!found) co_return std::move(found).error();
  std::string type = header(*found, "content-type");
  std::string name = name_of(*found);
  co_return chat::Blob{std::move(type), std::move(name), std::move(found->body)};
}

util::Task<chat::Result<std::string>> S3BlobStore::read(std::string key, std::int64_t first, std::int64_t length) {
  if (!chat::valid_blob_key(key) || first < 0 || length < 0) co_return refuse_key();
  if (length == 0) co_return std::string();
  const std::string range = "bytes=" + std::to_string(first) + "-" + std::to_string(first + length - 1);
  S3Request request{.method = "GET", .path = path_of(key), .headers = {{"range", range}}};
  auto found = co_await object(std::move(request));
  if (!found) co_return std::move(found).error();
  if (found->status == 206) co_return std::move(found->body);
  // A store that knows no ranges gives everything.
  const auto from = std::min(static_cast<std::size_t>(first), found->body.size());
  co_return found->body.substr(from, static_cast<std::size_t>(length));
}

util::Task<chat::Result<chat::BlobInfo>> S3BlobStore::info(std::string key) {
  if (!chat::valid_blob_key(key)) co_return refuse_key();
  S3Request request{.method = "HEAD", .path = path_of(key)};
  auto found = co_await object(std::move(request));
  if (!found) co_return std::move(found).error();
  std::string type = header(*found, "content-type");
  std::string name = name_of(*found);
  co_return chat::BlobInfo{std::move(type), std::move(name), number(header(*found, "content-length"))};
}

util::Task<chat::Status> S3BlobStore::remove(std::string key) {
  if (!chat::valid_blob_key(key)) co_return refuse_key();
  S3Request request{.method = "DELETE", .path = path_of(key)};
  auto removed = co_await object(std::move(request));
  if (!removed && removed.error().code != chat::ErrorCode::kMessageNotFound) co_return std::move(removed).error();
  co_return util::Ok{};
}

util::Task<chat::Status> S3BlobStore::move(std::string from, std::string to) {
  if (!chat::valid_blob_key(from) || !chat::valid_blob_key(to)) co_return refuse_key();
  S3Request request{.method = "PUT", .path = path_of(to), .headers = {{"x-amz-copy-source", path_of(from)}}};
  auto copied = co_await object(std::move(request));
  if (!copied) co_return std::move(copied).error();
  co_return co_await remove(std::move(from));
}

chat::SignedRequest S3BlobStore::sign(const chat::PutPermit& permit, util::WallMillis now,
                                      util::Millis lifetime) const {
  const auto seconds = whole_seconds(lifetime);
  SigV4Pairs headers{{"Content-Type", permit.content_type}, {"Content-Length", std::to_string(permit.size)}};
  SigV4Request to_sign{"PUT", path_of(permit.key), {}, headers};
  to_sign.headers.emplace_back("Host", options_.public_endpoint.host);
  std::string url = options_.public_endpoint.url() + to_sign.path + "?";
  url += sigv4_presigned_query(to_sign, options_.credentials, now, seconds);
  return {"PUT", std::move(url), std::move(headers), {now.value + util::Millis(seconds).count()}};
}

chat::SignedRequest S3BlobStore::sign(const chat::GetPermit& permit, util::WallMillis now,
                                      util::Millis lifetime) const {
  const auto seconds = whole_seconds(lifetime);
  const SigV4Request to_sign{
      "GET",
      path_of(permit.key),
      {{"response-content-type", permit.content_type}, {"response-content-disposition", permit.disposition}},
      {{"Host", options_.public_endpoint.host}}};
  std::string url = options_.public_endpoint.url() + to_sign.path + "?";
  url += sigv4_presigned_query(to_sign, options_.credentials, now, seconds);
  return {"GET", std::move(url), {}, {now.value + util::Millis(seconds).count()}};
}

std::optional<chat::PutPermit> S3BlobStore::verify_put(std::string_view, util::WallMillis) const {
  return std::nullopt;
}

std::optional<chat::GetPermit> S3BlobStore::verify_get(std::string_view, util::WallMillis) const {
  return std::nullopt;
}

util::Task<util::Status<>> S3BlobStore::make_bucket() {
  S3Request request{.method = "PUT", .path = "/" + options_.bucket, .repeat = false, .idle_timeout = kProbeTimeout};
  if (options_.credentials.region != "us-east-1") {
    request.body = "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><LocationConstraint>" +
                   options_.credentials.region + "</LocationConstraint></CreateBucketConfiguration>";
  }
  auto made = co_await send(std::move(request));
  if (!made) co_return std::move(made).error();
  // Another server may have been quicker.
  const bool there = made->status / 100 == 2 || s3_error_code(made->body) == "BucketAlreadyOwnedByYou";
  if (!there) co_return util::Error{util::Error::Code::kUnavailable, s3_explain(*made), true};
  util::log_info("bucket_made", {{"bucket", options_.bucket}});
  co_return util::Ok{};
}

// An answer to HEAD has no document that would say it: the same question once more with one.
util::Task<util::Error> S3BlobStore::why_refused(int status) {
  S3Request request{.method = "GET",
                    .path = "/" + options_.bucket,
                    .query = {{"max-keys", "1"}},
                    .repeat = false,
                    .idle_timeout = kProbeTimeout};
  auto response = co_await send(std::move(request));
  S3Response answer{.status = status};
  if (response && response->status / 100 != 2) answer = *std::move(response);
  co_return util::Error{util::Error::Code::kUnavailable, s3_explain(answer), true};
}

util::Task<util::Result<double>> S3BlobStore::probe() {
  const auto begin = std::chrono::steady_clock::now();
  S3Request request{.method = "HEAD", .path = "/" + options_.bucket, .repeat = false, .idle_timeout = kProbeTimeout};
  auto answer = co_await send(std::move(request));
  if (!answer) co_return std::move(answer).error();
  if (answer->status == 404) {
    auto made = co_await make_bucket();
    if (!made) co_return std::move(made).error();
  } else if (answer->status / 100 != 2) {
    co_return co_await why_refused(answer->status);
  }
  co_return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count();
}

void S3BlobStore::stop() {
  client_.stop();
}

}  // namespace chillin::blob
