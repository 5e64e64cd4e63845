#include "chat/cached_history.h"

#include <utility>

#include "chat/cache_metrics.h"

namespace chillin::chat {

util::Task<Result<HistoryPage>> newest_messages(Service& service, Room room, std::size_t limit) {
  HistoryCache* cache = room.is_private ? nullptr : service.history_cache;
  if (cache != nullptr) {
    auto entry = co_await cache->find(room.name, limit);
    const bool hit = entry && entry->room == room.id && entry->page.seq >= room.seq;
    count_lookup(Cache::kHistory, hit);
    if (hit) co_return std::move(entry->page);
  }
  auto page = co_await service.log.history(room.id, std::nullopt, limit);
  if (page && cache != nullptr) cache->keep(room, limit, *page);
  co_return page;
}

util::Task<Result<HistoryPage>> newest_messages_without_log(Service& service, std::string room_name, std::size_t limit,
                                                            Error error) {
  if (error.code != ErrorCode::kUnavailable || service.history_cache == nullptr) co_return error;
  auto entry = co_await service.history_cache->find(room_name, limit);
  // Asked afterwards: what was committed meanwhile counts.
  const auto position = service.bus.position(room_name);
  if (!entry || !position || entry->room != position->room || entry->page.seq < position->seq) co_return error;
  co_return std::move(entry->page);
}

}  // namespace chillin::chat
