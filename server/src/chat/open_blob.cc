#include "chat/open_blob.h"

#include <utility>

#include "util/text.h"

namespace chillin::chat {

std::string blob_url(std::string_view key) {
  return std::string("/api/").append(key);
}

Error no_such_blob() {
  return refuse(ErrorCode::kMessageNotFound, "There is no such file.");
}

util::Task<Result<Blob>> open_avatar(Service& service, std::string id) {
  std::string key = "avatars/" + id;
  if (id.find('/') != std::string::npos || !valid_blob_key(key)) co_return no_such_blob();
  co_return co_await service.blobs.get(std::move(key));
}

util::Task<Result<std::string>> avatar_of(Service& service, std::string username) {
  auto name = util::normalize_name(username);
  if (!name) co_return no_such_blob();
  auto account = co_await service.accounts.find_by_name(*std::move(name));
  if (!account) co_return std::move(account).error();
  const bool ours = account->has_value() && (*account)->avatar.starts_with(blob_url("avatars/"));
  if (!ours) co_return no_such_blob();
  co_return std::move((*account)->avatar);
}

}  // namespace chillin::chat
