#include "chat/signed_files.h"

#include <utility>

namespace chillin::chat {

namespace {

Error not_permitted() {
  return refuse(ErrorCode::kForbidden, "This address was changed or has expired.");
}

}  // namespace

util::Task<Status> put_signed(Service& service, SignedPut put) {
  auto permit = service.blobs.verify_put(put.target, service.clock.wall());
  if (!permit) co_return not_permitted();
  if (put.content_type != permit->content_type) {
    co_return refuse(ErrorCode::kForbidden, "This address takes a file of type " + permit->content_type + ".");
  }
  if (std::cmp_not_equal(put.bytes.size(), permit->size)) {
    co_return refuse(ErrorCode::kForbidden, "This address takes " + std::to_string(permit->size) + " bytes.");
  }
  Blob blob{std::move(permit->content_type), "", std::move(put.bytes)};
  co_return co_await service.blobs.put(std::move(permit->key), std::move(blob));
}

Result<GetPermit> check_signed_get(Service& service, std::string_view target) {
  auto permit = service.blobs.verify_get(target, service.clock.wall());
  if (!permit) return not_permitted();
  return *std::move(permit);
}

}  // namespace chillin::chat
