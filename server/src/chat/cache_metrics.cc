#include "chat/cache_metrics.h"

#include "util/metrics.h"

namespace chillin::chat {

namespace {

namespace metrics = util::metrics;

const metrics::Counter kLookups("chillin_cache_requests_total", "Look-ups in a cache.",
                                metrics::labels("cache", {"rooms", "room_feed", "sessions", "room_list", "history"},
                                                "result", {"hit", "miss"}));

}  // namespace

void count_lookup(Cache cache, bool hit) noexcept {
  kLookups.add_to(static_cast<std::size_t>(cache) * 2 + (hit ? 0U : 1U));
}

}  // namespace chillin::chat
