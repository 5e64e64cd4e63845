#include "blob/s3/transfer_curl.h"

#include <algorithm>
#include <cctype>
#include <cstring>
#include <new>

#include "util/text.h"

namespace chillin::blob {

namespace {

// No answer is longer than the largest upload; one that is comes from something else than S3.
constexpr std::size_t kMaxResponse = std::size_t{128} << 20;

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  return text;
}

std::string url_of(const S3Endpoint& endpoint, const S3Request& request) {
  std::string url = endpoint.url() + request.path;
  char before = '?';
  for (const auto& [name, value] : request.query) {
    url += before;
    url.append(util::url_encode(name)).append("=").append(util::url_encode(value));
    before = '&';
  }
  return url;
}

}  // namespace

Transfer::Transfer(const S3ClientOptions& options, const S3Request& request, const std::string& payload_hash,
                   util::WallMillis now)
    : request_(request), url_(url_of(options.endpoint, request)), handle_(curl_easy_init()) {
  if (!handle_) throw std::bad_alloc();
  CURL* const h = handle_.get();
  curl_easy_setopt(h, CURLOPT_PRIVATE, this);
  curl_easy_setopt(h, CURLOPT_ERRORBUFFER, reason_);
  curl_easy_setopt(h, CURLOPT_URL, url_.c_str());
  curl_easy_setopt(h, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(h, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  // The store is a part of this installation: what the environment says about the way into the world does not apply.
  curl_easy_setopt(h, CURLOPT_PROXY, "");
  curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  curl_easy_setopt(h, CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  curl_easy_setopt(h, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  curl_easy_setopt(h, CURLOPT_WRITEDATA, this);
  set_body();
  set_headers(options, payload_hash, now);
}

void Transfer::set_body() {
  CURL* const h = handle_.get();
  if (request_.method == "PUT") {
    curl_easy_setopt(h, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(h, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    curl_easy_setopt(h, CURLOPT_READFUNCTION, &Transfer::on_read);
    curl_easy_setopt(h, CURLOPT_READDATA, this);
    curl_easy_setopt(h, CURLOPT_SEEKFUNCTION, &Transfer::on_seek);
    curl_easy_setopt(h, CURLOPT_SEEKDATA, this);
  } else if (request_.method == "HEAD") {
    curl_easy_setopt(h, CURLOPT_NOBODY, 1L);
  } else {
    curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
  }
}

void Transfer::set_headers(const S3ClientOptions& options, const std::string& payload_hash, util::WallMillis now) {
  SigV4Request to_sign{request_.method, request_.path, request_.query, request_.headers};
  to_sign.headers.emplace_back("host", options.endpoint.host);
  to_sign.headers.emplace_back("x-amz-content-sha256", payload_hash);
  to_sign.headers.emplace_back("x-amz-date", sigv4_time(now));
  const std::string authorization = sigv4_authorization(to_sign, payload_hash, options.credentials, now);

  curl_slist* list = nullptr;
  const auto add = [&list](const std::string& line) { list = curl_slist_append(list, line.c_str()); };
  for (const auto& [name, value] : to_sign.headers) add(name + ": " + value);
  add("Authorization: " + authorization);
  add("Expect:");  // not worth the round trip: what is refused is small
  add("User-Agent: chillin");
  headers_.reset(list);
  curl_easy_setopt(handle_.get(), CURLOPT_HTTPHEADER, list);
}

std::size_t Transfer::on_header(const char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.last_byte_ = std::chrono::steady_clock::now();
  const std::string_view line(data, size * count);
  const auto colon = line.find(':');
  if (line.starts_with("HTTP/")) {
    transfer.response_.headers.clear();
  } else if (colon != std::string_view::npos) {
    std::string name(line.substr(0, colon));
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); });
    transfer.response_.headers[std::move(name)] = trimmed(line.substr(colon + 1));
  }
  return size * count;
}

std::size_t Transfer::on_body(const char* data, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.last_byte_ = std::chrono::steady_clock::now();
  if (transfer.response_.body.size() + size * count > kMaxResponse) return 0;
  transfer.response_.body.append(data, size * count);
  return size * count;
}

std::size_t Transfer::on_read(char* out, std::size_t size, std::size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  transfer.last_byte_ = std::chrono::steady_clock::now();
  const std::string& body = transfer.request_.body;
  const std::size_t n = std::min(size * count, body.size() - transfer.sent_);
  std::memcpy(out, body.data() + transfer.sent_, n);
  transfer.sent_ += n;
  return n;
}

// A connection that was kept and turns out to be closed: libcurl sends the body once more over another.
int Transfer::on_seek(void* self, curl_off_t offset, int origin) {
  auto& transfer = *static_cast<Transfer*>(self);
  if (origin != SEEK_SET || offset < 0 || static_cast<std::size_t>(offset) > transfer.request_.body.size()) {
    return CURL_SEEKFUNC_FAIL;
  }
  transfer.sent_ = static_cast<std::size_t>(offset);
  return CURL_SEEKFUNC_OK;
}

util::Result<S3Response> Transfer::finish(CURLcode code) {
  if (code != CURLE_OK) {
    const bool said = reason_[0] != '\0';
    return util::Error{util::Error::Code::kUnavailable, said ? reason_ : curl_easy_strerror(code), true};
  }
  long status = 0;
  curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
  response_.status = static_cast<int>(status);
  return std::move(response_);
}

}  // namespace chillin::blob
