#pragma once

#include <map>
#include <string>
#include <utility>

#include "chat/ports/blob_store.h"

namespace chillin::test {

/// Blobs in a map, and an address for each that is its key. `away`: nothing is answered.
class MemoryBlobs final : public chat::BlobStore {
 public:
  util::Task<chat::Status> put(std::string key, chat::Blob blob) override {
    if (away) co_return gone();
    blobs[std::move(key)] = std::move(blob);
    co_return util::Ok{};
  }
  util::Task<chat::Result<chat::Blob>> get(std::string key) override {
    if (away) co_return gone();
    const auto it = blobs.find(key);
    if (it == blobs.end()) co_return chat::refuse(chat::ErrorCode::kMessageNotFound);
    co_return it->second;
  }
  util::Task<chat::Result<std::string>> read(std::string key, std::int64_t first, std::int64_t length) override {
    auto blob = co_await get(std::move(key));
    if (!blob) co_return std::move(blob).error();
    co_return blob->bytes.substr(static_cast<std::size_t>(first), static_cast<std::size_t>(length));
  }
  util::Task<chat::Result<chat::BlobInfo>> info(std::string key) override {
    auto blob = co_await get(std::move(key));
    if (!blob) co_return std::move(blob).error();
    co_return chat::BlobInfo{blob->content_type, blob->name, std::ssize(blob->bytes)};
  }
  util::Task<chat::Status> remove(std::string key) override {
    if (away) co_return gone();
    blobs.erase(key);
    co_return util::Ok{};
  }
  util::Task<chat::Status> move(std::string from, std::string to) override {
    auto blob = co_await get(from);
    if (!blob) co_return std::move(blob).error();
    blobs[std::move(to)] = *std::move(blob);
    blobs.erase(from);
    co_return util::Ok{};
  }
  [[nodiscard]] chat::SignedRequest sign(const chat::PutPermit& permit, util::WallMillis now,
                                         util::Millis lifetime) const override {
    return {"PUT", permit.key, {}, {now.value + lifetime.count()}};
  }
  [[nodiscard]] chat::SignedRequest sign(const chat::GetPermit& permit, util::WallMillis now,
                                         util::Millis lifetime) const override {
    return {"GET", permit.key, {}, {now.value + lifetime.count()}};
  }
  [[nodiscard]] std::optional<chat::PutPermit> verify_put(std::string_view, util::WallMillis) const override {
    return std::nullopt;
  }
  [[nodiscard]] std::optional<chat::GetPermit> verify_get(std::string_view, util::WallMillis) const override {
    return std::nullopt;
  }
  [[nodiscard]] bool serves_downloads() const noexcept override { return false; }
  util::Task<util::Result<double>> probe() override { co_return 0.0; }

  std::map<std::string, chat::Blob> blobs;
  bool away = false;

 private:
  static chat::Error gone() { return chat::refuse(chat::ErrorCode::kUnavailable); }
};

}  // namespace chillin::test
