#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "blob/file/signed_path.h"
#include "chat/ports/blob_store.h"

namespace chillin::blob {

class IoPool;

/// Blobs as files in a folder, behind signed paths of this server. Threads of its own for the disk. Thread-safe.
class FileBlobStore final : public chat::BlobStore {
 public:
  /// `folder` is made at the first put; whoever uses it holds the data folder's lock. `secret` signs paths: with
  /// another secret they no longer verify.
  FileBlobStore(std::string folder, const std::string& secret);
  ~FileBlobStore() override;

  util::Task<chat::Status> put(std::string key, chat::Blob blob) override;
  util::Task<chat::Result<chat::Blob>> get(std::string key) override;
  util::Task<chat::Result<std::string>> read(std::string key, std::int64_t first, std::int64_t length) override;
  util::Task<chat::Result<chat::BlobInfo>> info(std::string key) override;
  util::Task<chat::Status> remove(std::string key) override;
  util::Task<chat::Status> move(std::string from, std::string to) override;
  /// Paths of this server: see signed_path.h.
  [[nodiscard]] chat::SignedRequest sign(const chat::PutPermit& permit, util::WallMillis now,
                                         util::Millis lifetime) const override;
  [[nodiscard]] chat::SignedRequest sign(const chat::GetPermit& permit, util::WallMillis now,
                                         util::Millis lifetime) const override;
  [[nodiscard]] std::optional<chat::PutPermit> verify_put(std::string_view target, util::WallMillis now) const override;
  [[nodiscard]] std::optional<chat::GetPermit> verify_get(std::string_view target, util::WallMillis now) const override;
  [[nodiscard]] bool serves_downloads() const noexcept override { return false; }
  util::Task<util::Result<double>> probe() override;
  void stop() override;

 private:
  [[nodiscard]] std::string path_of(std::string_view key) const;
  template <class T, class F>
  util::Task<chat::Result<T>> on_disk(F f);

  const std::string folder_;
  const SignedPaths paths_;
  std::unique_ptr<IoPool> pool_;
};

}  // namespace chillin::blob
