#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/presence_news.h"
#include "app/storage.h"
#include "bus/redis/redis_bus.h"
#include "chat/ports/bus.h"
#include "chat/ports/history_cache.h"
#include "chat/ports/presence.h"
#include "chat/ports/rate_limiter.h"
#include "gateway/rest.h"
#include "presence/redis/redis_presence.h"
#include "redis/client.h"
#include "socketio/adapter.h"

namespace chillin::app {

/// What servers share over Redis: what happens in rooms, who is where, rate limits, and the way from one Socket.IO
/// server to another. Without Redis their embedded forms, and this server is alone.
///
/// Life: built after the storage and before the loops and everything that uses it; attach() once the service is there;
/// stop() before any of that is destroyed. Thread-safe but for these.
class Cluster {
 public:
  /// Begins to connect; never waits for Redis.
  Cluster(const std::optional<redis::Url>& url, Storage& storage);
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  /// From now on the rooms here are told of what happened on other servers.
  void attach(chat::Service& service, net::LoopGroup& loops);
  /// Waits until Redis has been told of everybody who left; at most so long.
  void say_goodbye(std::chrono::milliseconds limit);
  void stop();

  // The stores of the storage; where servers share it, with Redis in front of them.
  [[nodiscard]] chat::AccountStore& accounts() noexcept;
  [[nodiscard]] chat::SessionStore& sessions() noexcept;
  [[nodiscard]] chat::RoomStore& rooms() noexcept;
  /// Null: there is none.
  [[nodiscard]] chat::HistoryCache* history_cache() noexcept;

  [[nodiscard]] chat::Bus& bus() noexcept { return *bus_; }
  [[nodiscard]] chat::Presence& presence() noexcept { return *presence_; }
  [[nodiscard]] chat::RateLimiter& limiter() noexcept { return *limiter_; }
  /// Empty: the one in memory.
  [[nodiscard]] socketio::AdapterFactory adapter();
  /// Null: this server is alone.
  [[nodiscard]] redis::Client* redis() noexcept { return redis_.get(); }

  /// For /health/ready: nothing, or Redis, without which a server goes on alone.
  void add_health_checks(std::vector<gateway::HealthCheck>& checks);
  /// In Prometheus text format; empty without Redis.
  [[nodiscard]] std::string metrics_text() const;

 private:
  util::Task<util::Result<double>> ping();

  struct Caches;

  Storage& storage_;
  PresenceNews news_;
  std::unique_ptr<redis::Client> redis_;
  presence::RedisPresence* shared_presence_ = nullptr;  ///< presence_, where it is that
  std::unique_ptr<chat::Presence> presence_;
  std::unique_ptr<chat::RateLimiter> limiter_;
  bus::RedisBus* shared_bus_ = nullptr;  ///< bus_, where it is that
  std::unique_ptr<chat::Bus> bus_;
  std::unique_ptr<Caches> caches_;  ///< null without Redis, and with embedded storage
};

}  // namespace chillin::app
