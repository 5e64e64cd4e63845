#include "chat/ports/blob_store.h"

#include <utility>

namespace chillin::chat {

util::Task<Result<BlobInfo>> BlobStore::info(std::string key) {
  auto blob = co_await get(std::move(key));
  if (!blob) co_return std::move(blob).error();
  BlobInfo info{std::move(blob->content_type), std::move(blob->name), static_cast<std::int64_t>(blob->bytes.size())};
  co_return info;
}

}  // namespace chillin::chat
