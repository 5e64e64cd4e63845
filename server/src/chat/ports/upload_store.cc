#include "chat/ports/upload_store.h"

namespace chillin::chat {

Error no_such_upload() {
  return refuse(ErrorCode::kInvalidPayload, "There is no such upload of yours.", "attachments");
}

Error upload_quota_exceeded() {
  return refuse(ErrorCode::kForbidden, "Your files take all the space that you have. Delete some first.", "size");
}

}  // namespace chillin::chat
