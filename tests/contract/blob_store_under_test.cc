#include "contract/blob_store_under_test.h"

#include <curl/curl.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "blob/file/file_blob_store.h"
#include "blob/s3/s3_blob_store.h"
#include "support/s3_server.h"
#include "util/crypto.h"
#include "util/manual_executor.h"

namespace chillin::contract {

namespace {

class FileUnderTest final : public BlobStoreUnderTest {
 public:
  FileUnderTest() : store_(folder_, "a secret of the server") {}
  ~FileUnderTest() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  chat::BlobStore& store() override { return store_; }

  // What the gateway does with a request for such an address.
  SignedAnswer send(const chat::SignedRequest& request, const std::string& body) override {
    const auto now = util::system_clock().wall();
    if (request.method == "GET") {
      const auto permit = store_.verify_get(request.url, now);
      if (!permit) return {403};
      return {200, loop_.wait(store_.get(permit->key))->bytes, permit->content_type, permit->disposition};
    }
    const auto permit = store_.verify_put(request.url, now);
    const auto type = std::find_if(request.headers.begin(), request.headers.end(),
                                   [](const auto& header) { return header.first == "Content-Type"; });
    const bool fits = permit && type != request.headers.end() && type->second == permit->content_type &&
                      std::cmp_equal(body.size(), permit->size);
    if (!fits) return {403};
    return {loop_.wait(store_.put(permit->key, {permit->content_type, "", body})) ? 200 : 503};
  }

 private:
  const std::string folder_ = std::filesystem::temp_directory_path() / ("chillin-blobs-" + util::random_id(12));
  util::ManualExecutor loop_;
  blob::FileBlobStore store_;
};

std::string random_bucket() {
  std::string name = "b-";
  for (const char c : util::random_bytes(8)) name += static_cast<char>('a' + static_cast<unsigned char>(c) % 26);
  return name;
}

class S3UnderTest final : public BlobStoreUnderTest {
 public:
  S3UnderTest() : store_(options()) {
    // As the program does: who looks whether the store is there makes the bucket.
    util::ManualExecutor loop;
    const auto made = loop.wait(store_.probe());
    if (!made) throw std::runtime_error(made.error().detail);
  }
  chat::BlobStore& store() override { return store_; }

  SignedAnswer send(const chat::SignedRequest& request, const std::string& body) override {
    const std::unique_ptr<CURL, void (*)(CURL*)> handle(curl_easy_init(), curl_easy_cleanup);
    CURL* const h = handle.get();
    curl_slist* headers = nullptr;
    for (const auto& [name, value] : request.headers) {
      if (name != "Content-Length") headers = curl_slist_append(headers, (name + ": " + value).c_str());
    }
    SignedAnswer answer;
    curl_easy_setopt(h, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(h, CURLOPT_PROXY, "");
    curl_easy_setopt(h, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(h, CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.method == "PUT") {
      curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
      curl_easy_setopt(h, CURLOPT_COPYPOSTFIELDS, body.c_str());
    }
    curl_easy_setopt(h, CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(
        h, CURLOPT_WRITEFUNCTION, +[](const char* data, std::size_t size, std::size_t n, void* out) {
          static_cast<std::string*>(out)->append(data, size * n);
          return size * n;
        });
    curl_easy_perform(h);
    long status = 0;
    curl_easy_getinfo(h, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    answer.content_type = header(h, "content-type");
    answer.disposition = header(h, "content-disposition");
    curl_slist_free_all(headers);
    return answer;
  }

 private:
  static std::string header(CURL* h, const char* name) {
    struct curl_header* found = nullptr;
    return curl_easy_header(h, name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK ? found->value : "";
  }
  static blob::S3Options options() {
    const blob::S3Endpoint endpoint{"http", test::S3Server::shared().host()};
    return {.endpoint = endpoint,
            .public_endpoint = endpoint,
            .credentials = {test::S3Server::kAccessKey, test::S3Server::kSecretKey, "us-east-1"},
            .bucket = random_bucket()};
  }

  blob::S3BlobStore store_;
};

}  // namespace

std::vector<BlobKind> blob_kinds() {
  return {{"File", [] { return std::make_unique<FileUnderTest>(); }},
          {"S3", [] { return std::make_unique<S3UnderTest>(); }}};
}

}  // namespace chillin::contract
