#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "blob/s3/s3_endpoint.h"
#include "blob/s3/sigv4.h"
#include "util/result.h"
#include "util/unique_function.h"

namespace chillin::blob {

struct S3Request {
  std::string method;
  std::string path;  ///< "/bucket/key", encoded
  SigV4Pairs query;
  SigV4Pairs headers;  ///< beside Host, Content-Length and those of the signature
  std::string body;
  bool repeat = true;  ///< after a failure that may pass; the same request twice must come to the same as once
  std::chrono::milliseconds idle_timeout{10'000};  ///< without a byte in either direction
};

struct S3Response {
  int status = 0;
  std::map<std::string, std::string, std::less<>> headers;  ///< names in lower case
  std::string body;
};

struct S3ClientOptions {
  S3Endpoint endpoint;
  SigV4Credentials credentials;
  std::chrono::milliseconds connect_timeout{2'000};
  std::size_t max_transfers = 32;  ///< at once; the others wait
  std::size_t max_queued = 1'000;  ///< beyond it: refused
};

/// Carries signed requests to an S3 service and their answers back, on one thread of its own with many transfers at a
/// time, over connections that are kept. What fails for a passing reason (no connection, 429, 5xx) is repeated up to
/// three times with growing pauses, within five seconds of its start. Thread-safe.
class S3Client {
 public:
  /// Called once, on the client's thread; must not block. The error: no answer came (kUnavailable), with the reason.
  using Done = util::UniqueFunction<void(util::Result<S3Response>)>;

  explicit S3Client(S3ClientOptions options);
  /// As stop().
  ~S3Client();
  S3Client(const S3Client&) = delete;
  S3Client& operator=(const S3Client&) = delete;

  /// An answer of any status is a success here.
  void send(S3Request request, Done done);

  /// Answers everything that is under way with an error, and everything that comes later. Idempotent.
  void stop();

 private:
  class Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace chillin::blob
