#pragma once

#include <memory>
#include <string>

#include "chat/ports/blob_store.h"

namespace chillin::blob {

class IoPool;

/// Blobs as files in a folder, behind signed paths of this server. Threads of its own for the disk. Thread-safe.
class FileBlobStore final : public chat::BlobStore {
 public:
  /// `folder` is made at the first put; whoever uses it holds the data folder's lock. `secret` signs paths: with
  /// another secret they no longer verify.
  FileBlobStore(std::string folder, std::string secret);
  ~FileBlobStore() override;

  /// kInvalidPayload for a key that is none; kUnavailable when the disk is full or away, or too many wait.
  util::Task<chat::Status> put(std::string key, chat::Blob blob) override;
  /// kMessageNotFound if there is none.
  util::Task<chat::Result<chat::Blob>> get(std::string key) override;
  util::Task<chat::Result<chat::BlobInfo>> info(std::string key) override;
  /// Removing what is not there is no error.
  util::Task<chat::Status> remove(std::string key) override;
  /// "/files/<key>?expires=<ms since 1970>&signature=<64 hex digits>"
  [[nodiscard]] std::string signed_url(const std::string& key, util::WallMillis expires) const override;
  [[nodiscard]] bool verify_url(const std::string& target, util::WallMillis now, std::string& key) const override;

 private:
  [[nodiscard]] std::string path_of(const std::string& key) const;
  [[nodiscard]] std::string sign(std::string_view key, std::string_view expires) const;
  template <class T, class F>
  util::Task<chat::Result<T>> on_disk(F f);

  const std::string folder_;
  const std::string secret_;
  std::unique_ptr<IoPool> pool_;
};

}  // namespace chillin::blob
