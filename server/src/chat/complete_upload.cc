#include "chat/complete_upload.h"

#include <algorithm>
#include <utility>

#include "chat/content_type.h"
#include "chat/limits.h"
#include "chat/uploads.h"

namespace chillin::chat {

namespace {

/// Brings the bytes to their place; the size that they have there.
util::Task<Result<std::int64_t>> take_over(Service& service, std::string id) {
  auto moved = co_await service.blobs.move(incoming_key(id), upload_key(id));
  // An earlier call may have come as far as this, and then have failed.
  if (!moved && moved.error().code != ErrorCode::kMessageNotFound) co_return std::move(moved).error();
  auto info = co_await service.blobs.info(upload_key(id));
  if (!info && info.error().code == ErrorCode::kMessageNotFound) {
    co_return refuse(ErrorCode::kInvalidPayload, "The file's bytes have not arrived.", "id");
  }
  if (!info) co_return std::move(info).error();
  co_return info->size;
}

}  // namespace

util::Task<Result<Attachment>> complete_upload(Service& service, Account account, std::string id) {
  auto found = co_await service.uploads.find(std::move(id));
  if (!found) co_return std::move(found).error();
  const bool alive = found->has_value() && (!(*found)->expires_at || *(*found)->expires_at > service.clock.wall());
  if (!alive || (*found)->owner != account.id) {
    co_return refuse(ErrorCode::kMessageNotFound, "There is no such upload.");
  }
  Upload upload = **std::move(found);
  if (upload.complete) co_return attachment_of(std::move(upload));
  auto allowed = co_await within_upload_rate(service, account.id);
  if (!allowed) co_return std::move(allowed).error();

  auto size = co_await take_over(service, upload.id);
  if (!size) co_return std::move(size).error();
  if (*size != upload.size) {
    [[maybe_unused]] auto removed = co_await service.blobs.remove(upload_key(upload.id));
    co_return refuse(
        ErrorCode::kInvalidPayload,
        "The file has " + std::to_string(*size) + " bytes and was announced with " + std::to_string(upload.size) + ".",
        "id");
  }
  const auto looked_at = std::min<std::int64_t>(upload.size, kSniffedBytes);
  auto beginning = co_await service.blobs.read(upload_key(upload.id), 0, looked_at);
  if (!beginning) co_return std::move(beginning).error();
  std::string content_type(looked_at < upload.size ? sniff_beginning(*beginning) : sniff_content_type(*beginning));
  co_return co_await finish_upload(service, std::move(upload), std::move(content_type));
}

}  // namespace chillin::chat
