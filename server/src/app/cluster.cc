#include "app/cluster.h"

#include <future>
#include <thread>
#include <utility>

#include "app/metrics_writer.h"
#include "bus/local/local_bus.h"
#include "cache/redis/cached_rooms.h"
#include "cache/redis/cached_sessions.h"
#include "cache/redis/redis_history_cache.h"
#include "gateway/json_out.h"
#include "presence/memory/memory_presence.h"
#include "presence/memory/memory_rate_limiter.h"
#include "presence/redis/redis_rate_limiter.h"
#include "socketio_redis/redis_adapter.h"
#include "util/clock.h"

namespace chillin::app {

namespace {

using std::chrono::steady_clock;

util::Error away(const redis::LinkState& link) {
  return {util::Error::Code::kUnavailable, link.error.empty() ? "not connected yet" : link.error, true};
}

bus::Rendered render(const chat::RoomEvent& event) {
  gateway::WireEvent wire = gateway::wire_event(event);
  return {wire.name, std::move(wire.args)};
}

}  // namespace

struct Cluster::Caches {
  Caches(redis::Client& client, Storage& storage)
      : invalidations(client),
        accounts(storage.accounts(), client, invalidations),
        sessions(storage.sessions(), client, invalidations),
        rooms(storage.rooms(), client, invalidations),
        history(client) {}

  cache::Invalidations invalidations;
  cache::CachedAccounts accounts;
  cache::CachedSessions sessions;
  cache::CachedRooms rooms;
  cache::RedisHistoryCache history;
};

Cluster::Cluster(const std::optional<redis::Url>& url, Storage& storage) : storage_(storage) {
  if (!url) {
    bus_ = std::make_unique<bus::LocalBus>();
    presence_ = std::make_unique<presence::MemoryPresence>();
    limiter_ = std::make_unique<presence::MemoryRateLimiter>(util::system_clock());
    return;
  }
  redis_ = std::make_unique<redis::Client>(redis::Options{.url = *url});
  auto shared = std::make_unique<presence::RedisPresence>(*redis_, presence::RedisPresenceOptions{}, &news_);
  shared_presence_ = shared.get();
  presence_ = std::move(shared);
  limiter_ = std::make_unique<presence::RedisRateLimiter>(*redis_);
  auto shared_bus = std::make_unique<bus::RedisBus>(*redis_, storage.log(), render);
  shared_bus_ = shared_bus.get();
  bus_ = std::move(shared_bus);
  // An embedded storage has exact caches of its own, and nobody to share with.
  if (storage.shared() != nullptr) caches_ = std::make_unique<Caches>(*redis_, storage);
}

Cluster::~Cluster() {
  stop();
}

void Cluster::attach(chat::Service& service, net::LoopGroup& loops) {
  news_.attach(service, loops);
}

void Cluster::say_goodbye(std::chrono::milliseconds limit) {
  if (!redis_) return;
  const auto deadline = steady_clock::now() + limit;
  while (redis_->up() && shared_presence_->devices() > 0 && steady_clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  // Answered behind everything that was sent before it.
  const auto answered = std::make_shared<std::promise<void>>();
  redis_->send(redis::Command("PING"), [answered](const redis::ReplyOr&) { answered->set_value(); });
  answered->get_future().wait_until(deadline);
}

void Cluster::stop() {
  news_.detach();
  if (!redis_) return;
  shared_bus_->stop();
  redis_->stop();
}

chat::AccountStore& Cluster::accounts() noexcept {
  return caches_ ? static_cast<chat::AccountStore&>(caches_->accounts) : storage_.accounts();
}

chat::SessionStore& Cluster::sessions() noexcept {
  return caches_ ? static_cast<chat::SessionStore&>(caches_->sessions) : storage_.sessions();
}

chat::RoomStore& Cluster::rooms() noexcept {
  return caches_ ? static_cast<chat::RoomStore&>(caches_->rooms) : storage_.rooms();
}

chat::HistoryCache* Cluster::history_cache() noexcept {
  return caches_ ? &caches_->history : nullptr;
}

socketio::AdapterFactory Cluster::adapter() {
  if (!redis_) return {};
  return socketio::redis_adapter(*redis_);
}

util::Task<util::Result<double>> Cluster::ping() {
  const auto since = steady_clock::now();
  const auto reply = co_await redis_->execute(redis::Command("PING"));
  if (!redis_->up()) co_return away(redis_->commands_state());
  if (!reply) co_return reply.error();
  const redis::LinkState subscriptions = redis_->subscriptions_state();
  if (!subscriptions.up) co_return away(subscriptions);
  co_return std::chrono::duration<double, std::milli>(steady_clock::now() - since).count();
}

void Cluster::add_health_checks(std::vector<gateway::HealthCheck>& checks) {
  if (redis_) checks.push_back({.name = "redis", .probe = [this] { return ping(); }, .required = false});
}

std::string Cluster::metrics_text() const {
  if (!redis_) return {};
  const redis::LinkState commands = redis_->commands_state();
  const redis::LinkState subscriptions = redis_->subscriptions_state();
  const std::string_view for_commands = R"({connection="commands"})";
  const std::string_view for_subscriptions = R"({connection="subscriptions"})";
  MetricsWriter m;
  m.family("chillin_redis_up", "gauge", "Whether the connection to Redis is up.");
  m.sample(commands.up ? 1 : 0, for_commands).sample(subscriptions.up ? 1 : 0, for_subscriptions);
  m.family("chillin_redis_connects_total", "counter", "Connections to Redis made.");
  m.sample(static_cast<double>(commands.connects), for_commands);
  m.sample(static_cast<double>(subscriptions.connects), for_subscriptions);
  m.family("chillin_redis_commands_total", "counter", "Commands sent to Redis.");
  m.sample(static_cast<double>(commands.sent), for_commands);
  m.sample(static_cast<double>(subscriptions.sent), for_subscriptions);
  const bus::RedisBusStats bus = shared_bus_->stats();
  m.family("chillin_bus_followed_rooms", "gauge", "Rooms with people on this server.");
  m.sample(static_cast<double>(bus.followed_rooms));
  m.family("chillin_bus_published_total", "counter", "Room events published for other servers.");
  m.sample(static_cast<double>(bus.published));
  m.family("chillin_bus_publish_failures_total", "counter",
           "Room events that Redis did not take; the other servers read them from the database.");
  m.sample(static_cast<double>(bus.publish_failures));
  m.family("chillin_bus_received_total", "counter", "Events and signals of other servers.");
  m.sample(static_cast<double>(bus.received));
  m.family("chillin_bus_holes_filled_total", "counter", "Times that a room was brought up to date from the database.");
  m.sample(static_cast<double>(bus.holes_filled));
  m.family("chillin_bus_catching_up", "gauge", "Whether rooms are being compared with the database after an outage.");
  m.sample(bus.catching_up ? 1 : 0);
  return m.take();
}

}  // namespace chillin::app
