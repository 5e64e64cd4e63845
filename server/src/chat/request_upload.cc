#include "chat/request_upload.h"

#include <utility>

#include "chat/upload_name.h"
#include "chat/uploads.h"

namespace chillin::chat {

util::Task<Result<UploadTicket>> request_upload(Service& service, RequestUpload command) {
  static constexpr util::Millis kSignedFor{15 * 60 * 1000};
  if (command.content_type.empty()) command.content_type = "application/octet-stream";
  if (!is_media_type(command.content_type)) {
    co_return refuse(ErrorCode::kInvalidPayload, "'type' is a media type, such as image/png.", "type");
  }
  auto begun = co_await begin_upload(service, command.account.id, std::move(command.name),
                                     std::move(command.content_type), command.size, "size");
  if (!begun) co_return std::move(begun).error();
  const PutPermit permit{incoming_key(begun->id), std::move(begun->content_type), begun->size};
  co_return UploadTicket{std::move(begun->id), service.blobs.sign(permit, service.clock.wall(), kSignedFor)};
}

}  // namespace chillin::chat
