#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "redis/link.h"
#include "redis/reply.h"
#include "redis/script.h"
#include "util/metrics.h"

namespace chillin::redis {

/// Told about the commands' connection; on the Redis loop.
class ConnectionListener {
 public:
  virtual ~ConnectionListener() = default;
  /// Commands go out again. What is sent from here goes before everybody else's.
  virtual void on_redis_up() = 0;
  virtual void on_redis_down() = 0;
};

/// The connection that commands go over; all of them share it, pipelined. While it is away a command fails at once: the
/// caller has its own way of going on without Redis, and a queue would only make the answers late.
/// Confined to: its Loop. Owner: Client.
class Commander final : private LinkHandler {
 public:
  Commander(net::Loop& loop, const Url& url, WireLimits limits, const std::string& name, util::Millis ping_interval);

  void start() { link_.start(); }
  void stop(util::UniqueFunction<void()> done);

  /// `command` in wire form.
  void send(std::string_view command, Answer answer);
  /// Calls a script that was prepared.
  void eval(const Script& script, ScriptCall call, Answer answer);
  /// Has the server know the script, now and after every reconnect, before any call of it.
  void prepare(const Script& script);
  void add_listener(ConnectionListener* listener);
  void remove_listener(ConnectionListener* listener);

  [[nodiscard]] const Link& link() const noexcept { return link_; }

 private:
  void on_link_up(Wire& wire) override;
  void on_link_down(const std::string& why) override;
  void send_timed(std::string_view command, util::metrics::Series time, Answer answer);
  void load(Wire& wire, const Script& script);
  [[nodiscard]] util::metrics::Series time_of(std::string_view name);
  void ping();
  /// A master that became a replica refuses writes: go and find the new one.
  void look_at(const ReplyOr& reply);

  net::Loop& loop_;
  Link link_;
  const util::Millis ping_interval_;
  net::Timer ping_timer_;
  std::vector<const Script*> scripts_;
  std::vector<ConnectionListener*> listeners_;
  std::map<std::string, util::metrics::Series, std::less<>> times_;  ///< by command, or "script_<name>"
};

}  // namespace chillin::redis
