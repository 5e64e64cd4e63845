#include "chat/open_blob.h"

#include <algorithm>
#include <utility>

namespace chillin::chat {

namespace {

constexpr std::string_view kUploads = "uploads/";
constexpr std::string_view kAvatars = "avatars/";
constexpr std::size_t kMaxIdBytes = 64;

bool is_key(std::string_view key) {
  const bool upload = key.starts_with(kUploads);
  if (!upload && !key.starts_with(kAvatars)) return false;
  const auto id = key.substr(upload ? kUploads.size() : kAvatars.size());
  return !id.empty() && id.size() <= kMaxIdBytes && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

Error no_such_blob() {
  return refuse(ErrorCode::kMessageNotFound, "There is no such file.");
}

}  // namespace

std::string blob_url(std::string_view key) {
  return std::string("/api/").append(key);
}

util::Task<Result<Blob>> open_blob(Service& service, std::string key) {
  if (!is_key(key)) co_return no_such_blob();
  co_return co_await service.blobs.get(std::move(key));
}

util::Task<Result<BlobInfo>> blob_info(Service& service, std::string key) {
  if (!is_key(key)) co_return no_such_blob();
  co_return co_await service.blobs.info(std::move(key));
}

}  // namespace chillin::chat
