#include "chat/sweep_uploads.h"

#include <cstddef>
#include <utility>

#include "chat/uploads.h"

namespace chillin::chat {

util::Task<std::size_t> sweep_uploads(Service& service) {
  static constexpr std::size_t kAtOnce = 20;
  const util::WallMillis now = service.clock.wall();
  auto expired = co_await service.uploads.expired(now, kAtOnce);
  if (!expired) co_return 0;
  std::size_t removed = 0;
  for (Upload& upload : *expired) {
    // The bytes first: without its row nobody would find them again.
    auto kept = co_await service.blobs.remove(upload_key(upload.id));
    if (!kept) break;
    auto incoming = co_await service.blobs.remove(incoming_key(upload.id));
    if (!incoming) break;
    auto forgotten = co_await service.uploads.remove(std::move(upload.id), now);
    if (!forgotten) break;
    ++removed;
  }
  co_return removed;
}

}  // namespace chillin::chat
