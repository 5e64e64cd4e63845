#include "chat/set_avatar.h"

#include <utility>

#include "chat/content_type.h"
#include "chat/limits.h"
#include "chat/open_blob.h"
#include "util/crypto.h"

namespace chillin::chat {

util::Task<Result<Account>> set_avatar(Service& service, Account account, std::string bytes) {
  const std::string content_type(sniff_content_type(bytes));
  if (bytes.size() > kMaxAvatarBytes || !is_picture(content_type)) {
    co_return refuse(ErrorCode::kInvalidPayload, "An avatar is a PNG, JPEG, GIF or WebP picture of at most 2 MiB.",
                     "avatar");
  }
  auto allowed = co_await within_upload_rate(service, account.id);
  if (!allowed) co_return std::move(allowed).error();

  const std::string key = "avatars/" + util::random_id(32);
  Blob blob{content_type, "avatar", std::move(bytes)};
  auto stored = co_await service.blobs.put(key, std::move(blob));
  if (!stored) co_return std::move(stored).error();
  AccountUpdate update{.avatar = blob_url(key)};
  auto updated = co_await service.accounts.update(account.id, std::move(update));
  if (!updated) {
    [[maybe_unused]] auto removed = co_await service.blobs.remove(key);
    co_return std::move(updated).error();
  }
  const std::string ours = blob_url("avatars/");
  if (account.avatar.starts_with(ours)) {
    [[maybe_unused]] auto removed = co_await service.blobs.remove("avatars/" + account.avatar.substr(ours.size()));
  }
  co_return std::move(updated);
}

}  // namespace chillin::chat
