#include "app/cluster.h"

#include <future>
#include <thread>
#include <utility>

#include "app/metrics_writer.h"
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

}  // namespace

Cluster::Cluster(const std::optional<redis::Url>& url) {
  if (!url) {
    presence_ = std::make_unique<presence::MemoryPresence>();
    limiter_ = std::make_unique<presence::MemoryRateLimiter>(util::system_clock());
    return;
  }
  redis_ = std::make_unique<redis::Client>(redis::Options{.url = *url});
  auto shared = std::make_unique<presence::RedisPresence>(*redis_, presence::RedisPresenceOptions{}, &news_);
  shared_presence_ = shared.get();
  presence_ = std::move(shared);
  limiter_ = std::make_unique<presence::RedisRateLimiter>(*redis_);
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
  if (redis_) redis_->stop();
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
  return m.take();
}

}  // namespace chillin::app
