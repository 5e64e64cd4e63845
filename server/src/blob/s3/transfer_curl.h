#pragma once

#include <curl/curl.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "blob/s3/s3_client.h"

namespace chillin::blob {

/// One attempt at an S3Request: a libcurl handle that is signed and ready to be added to a multi handle. Confined to:
/// the client's thread. Its request must outlive it.
class Transfer {
 public:
  /// `payload_hash`: SHA-256 of the body, hexadecimal.
  Transfer(const S3ClientOptions& options, const S3Request& request, const std::string& payload_hash,
           util::WallMillis now);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  [[nodiscard]] CURL* handle() const noexcept { return handle_.get(); }
  /// What came of it, once libcurl said that it has ended with `code`.
  [[nodiscard]] util::Result<S3Response> finish(CURLcode code);
  /// Whether the time without a byte in either direction is over.
  [[nodiscard]] bool idle(std::chrono::steady_clock::time_point now) const noexcept {
    return now - last_byte_ > request_.idle_timeout;
  }

 private:
  static std::size_t on_header(const char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_body(const char* data, std::size_t size, std::size_t count, void* self);
  static std::size_t on_read(char* out, std::size_t size, std::size_t count, void* self);
  static int on_seek(void* self, curl_off_t offset, int origin);
  void set_headers(const S3ClientOptions& options, const std::string& payload_hash, util::WallMillis now);
  void set_body();

  struct FreeHandle {
    void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
  };
  struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
  };

  const S3Request& request_;
  std::string url_;
  std::unique_ptr<CURL, FreeHandle> handle_;
  std::unique_ptr<curl_slist, FreeList> headers_;
  std::size_t sent_ = 0;
  S3Response response_;
  char reason_[CURL_ERROR_SIZE] = {};
  std::chrono::steady_clock::time_point last_byte_ = std::chrono::steady_clock::now();
};

}  // namespace chillin::blob
