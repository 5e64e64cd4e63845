#include "chat/uploads.h"

#include <utility>

#include "chat/limits.h"
#include "chat/open_blob.h"
#include "chat/upload_name.h"
#include "util/crypto.h"

namespace chillin::chat {

std::string upload_key(std::string_view id) {
  return std::string("uploads/").append(id);
}

std::string incoming_key(std::string_view id) {
  return std::string("incoming/").append(id);
}

Attachment attachment_of(Upload upload) {
  std::string url = blob_url(upload_key(upload.id));
  return {std::move(upload.id), std::move(upload.name), std::move(upload.content_type), upload.size, std::move(url)};
}

util::Task<Result<Upload>> begin_upload(Service& service, AccountId owner, std::string name, std::string content_type,
                                        std::int64_t size, std::string size_field) {
  static constexpr std::size_t kIdLength = 32;
  if (size < 1 || size > service.settings.max_upload_bytes) {
    co_return refuse(ErrorCode::kInvalidPayload,
                     "A file has 1 to " + std::to_string(service.settings.max_upload_bytes) + " bytes.", size_field);
  }
  auto allowed = co_await within_upload_rate(service, owner);
  if (!allowed) co_return std::move(allowed).error();
  const util::WallMillis now = service.clock.wall();
  Upload upload{.id = util::random_id(kIdLength),
                .owner = owner,
                .name = upload_name(name),
                .content_type = std::move(content_type),
                .size = size,
                .created_at = now,
                .expires_at = util::WallMillis{now.value + kUploadLifetime.count()}};
  auto created = co_await service.uploads.create(upload, service.settings.upload_quota_bytes);
  if (!created) co_return std::move(created).error();
  co_return upload;
}

util::Task<Result<Attachment>> finish_upload(Service& service, Upload upload, std::string content_type) {
  auto completed = co_await service.uploads.complete(upload.id, content_type);
  if (!completed) co_return std::move(completed).error();
  upload.content_type = std::move(content_type);
  co_return attachment_of(std::move(upload));
}

}  // namespace chillin::chat
