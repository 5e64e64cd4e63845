#pragma once

#include <map>
#include <string>
#include <utility>

#include "chat/ports/blob_store.h"

namespace chillin::test {

/// Blobs in a map.
class MemoryBlobs final : public chat::BlobStore {
 public:
  util::Task<chat::Status> put(std::string key, chat::Blob blob) override {
    blobs[std::move(key)] = std::move(blob);
    co_return util::Ok{};
  }
  util::Task<chat::Result<chat::Blob>> get(std::string key) override {
    const auto it = blobs.find(key);
    if (it == blobs.end()) co_return chat::refuse(chat::ErrorCode::kMessageNotFound);
    co_return it->second;
  }
  util::Task<chat::Status> remove(std::string key) override {
    blobs.erase(key);
    co_return util::Ok{};
  }
  [[nodiscard]] std::string signed_url(const std::string& key, util::WallMillis) const override { return key; }
  [[nodiscard]] bool verify_url(const std::string&, util::WallMillis, std::string&) const override { return false; }

  std::map<std::string, chat::Blob> blobs;
};

}  // namespace chillin::test
