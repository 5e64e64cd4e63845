#include "chat/store_upload.h"

#include <utility>

#include "chat/content_type.h"
#include "chat/uploads.h"

namespace chillin::chat {

util::Task<Result<Attachment>> store_upload(Service& service, StoreUpload command) {
  std::string content_type(sniff_content_type(command.bytes));
  auto begun = co_await begin_upload(service, command.account.id, std::move(command.name), content_type,
                                     static_cast<std::int64_t>(command.bytes.size()), "file");
  if (!begun) co_return std::move(begun).error();
  Blob blob{content_type, begun->name, std::move(command.bytes)};
  auto stored = co_await service.blobs.put(upload_key(begun->id), std::move(blob));
  if (!stored) {
    // What did not get in takes no space of its owner's, from the next sweep on.
    std::vector<std::string> ids{begun->id};
    [[maybe_unused]] auto forgotten = co_await service.uploads.detach(std::move(ids), util::WallMillis{0});
    co_return std::move(stored).error();
  }
  co_return co_await finish_upload(service, *std::move(begun), std::move(content_type));
}

}  // namespace chillin::chat
