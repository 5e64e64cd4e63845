#pragma once

#include <string>

#include "chat/ports/history_cache.h"
#include "redis/client.h"

namespace chillin::cache {

/// `cache:messages:{roomName}:{limit}`, for a minute. Thread-safe.
class RedisHistoryCache final : public chat::HistoryCache {
 public:
  explicit RedisHistoryCache(redis::Client& client, std::string key_prefix = "");

  util::Task<std::optional<Entry>> find(std::string room_name, std::size_t limit) override;
  void keep(const chat::Room& room, std::size_t limit, const chat::HistoryPage& page) override;

 private:
  [[nodiscard]] std::string key(const std::string& room_name, std::size_t limit) const;

  redis::Client& client_;
  const std::string prefix_;
};

}  // namespace chillin::cache
