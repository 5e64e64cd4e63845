#include "chat/attach_uploads.h"

#include <algorithm>
#include <utility>

#include "chat/uploads.h"

namespace chillin::chat {

util::Task<Result<std::vector<Attachment>>> attach_uploads(Service& service, Identity author, RoomId room,
                                                           std::vector<std::string> ids, std::string send_key) {
  std::vector<std::string> distinct;
  for (std::string& id : ids) {
    if (std::find(distinct.begin(), distinct.end(), id) == distinct.end()) distinct.push_back(std::move(id));
  }
  const bool possible = !author.guest() && std::all_of(distinct.begin(), distinct.end(), valid_blob_key);
  if (!possible) co_return no_such_upload();
  auto uploads = co_await service.uploads.attach(std::move(distinct), *author.account, room, std::move(send_key),
                                                 service.clock.wall());
  if (!uploads) co_return std::move(uploads).error();
  std::vector<Attachment> attachments;
  for (Upload& upload : *uploads) attachments.push_back(attachment_of(std::move(upload)));
  co_return attachments;
}

util::Task<Status> discard_uploads(Service& service, std::vector<Attachment> attachments) {
  std::vector<std::string> ids;
  for (Attachment& attachment : attachments) ids.push_back(std::move(attachment.id));
  return service.uploads.detach(std::move(ids), util::WallMillis{0});
}

}  // namespace chillin::chat
