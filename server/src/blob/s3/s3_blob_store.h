#pragma once

#include <memory>
#include <string>

#include "blob/s3/s3_client.h"
#include "chat/ports/blob_store.h"

namespace chillin::blob {

struct S3Options {
  S3Endpoint endpoint;         ///< as this server reaches it
  S3Endpoint public_endpoint;  ///< as browsers reach it: what presigned addresses begin with
  bool serves_downloads = false;
  SigV4Credentials credentials;
  std::string bucket;
};

/// Blobs as objects of one bucket: the key is the key, the name stands in x-amz-meta-name. Nothing is asked of S3 at
/// construction. Thread-safe; one thread of its own.
class S3BlobStore final : public chat::BlobStore {
 public:
  explicit S3BlobStore(S3Options options);

  util::Task<chat::Status> put(std::string key, chat::Blob blob) override;
  util::Task<chat::Result<chat::Blob>> get(std::string key) override;
  util::Task<chat::Result<std::string>> read(std::string key, std::int64_t first, std::int64_t length) override;
  util::Task<chat::Result<chat::BlobInfo>> info(std::string key) override;
  util::Task<chat::Status> remove(std::string key) override;
  /// A copy, then a removal: a crash between the two leaves both.
  util::Task<chat::Status> move(std::string from, std::string to) override;
  /// Presigned: host, type and length are signed for a PUT; type and disposition of the answer for a GET.
  [[nodiscard]] chat::SignedRequest sign(const chat::PutPermit& permit, util::WallMillis now,
                                         util::Millis lifetime) const override;
  [[nodiscard]] chat::SignedRequest sign(const chat::GetPermit& permit, util::WallMillis now,
                                         util::Millis lifetime) const override;
  [[nodiscard]] std::optional<chat::PutPermit> verify_put(std::string_view, util::WallMillis) const override;
  [[nodiscard]] std::optional<chat::GetPermit> verify_get(std::string_view, util::WallMillis) const override;
  [[nodiscard]] bool serves_downloads() const noexcept override { return options_.serves_downloads; }
  /// HEAD of the bucket; makes it where there is none.
  util::Task<util::Result<double>> probe() override;
  void stop() override;

 private:
  [[nodiscard]] std::string path_of(std::string_view key) const;
  [[nodiscard]] util::Task<util::Result<S3Response>> send(S3Request request);
  /// The answer to a request for an object, where it is one of those that succeed; else the refusal.
  [[nodiscard]] util::Task<chat::Result<S3Response>> object(S3Request request);
  [[nodiscard]] util::Task<util::Status<>> make_bucket();
  [[nodiscard]] util::Task<util::Error> why_refused(int status);

  const S3Options options_;
  S3Client client_;
};

}  // namespace chillin::blob
