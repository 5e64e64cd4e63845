#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "net/loop.h"
#include "redis/backoff.h"
#include "redis/dialer.h"
#include "redis/wire.h"

namespace chillin::redis {

/// Told when a Link has a connection and when it has lost it; on its loop, in turns.
class LinkHandler {
 public:
  virtual ~LinkHandler() = default;
  /// Before anybody else can send on it.
  virtual void on_link_up(Wire& wire) = 0;
  virtual void on_link_down(const std::string& why) = 0;
};

/// What a link is doing, for `/health/ready`, the log and metrics.
struct LinkState {
  bool up = false;
  std::string error;           ///< why it is not up; empty: it is, or has not tried yet
  std::uint64_t connects = 0;  ///< connections made so far
  std::uint64_t sent = 0;      ///< commands sent so far, those of the dialling not counted
};

/// A connection that comes back: dials, and after a loss dials again with back-off (50 ms to 1 s), until stopped.
/// Confined to: its Loop, except state(). Owner: Commander, Subscriber.
class Link {
 public:
  Link(net::Loop& loop, const Url& url, WireLimits limits, const std::string& name, LinkHandler& handler);

  void start();
  /// No call of the handler follows; `done` when nothing runs any more (at most a connect time-out later).
  void stop(util::UniqueFunction<void()> done);

  /// Null while there is no connection.
  [[nodiscard]] Wire* wire() noexcept { return wire_.get(); }
  /// For LinkState::sent; whoever sends a command says so.
  void count_sent() noexcept { sent_.fetch_add(1, std::memory_order_relaxed); }
  /// Ends the connection; a new one is dialled.
  void renew(const std::string& why);

  /// Thread-safe.
  [[nodiscard]] LinkState state() const;
  [[nodiscard]] bool up() const noexcept { return up_.load(std::memory_order_relaxed); }

 private:
  [[nodiscard]] util::Task<void> run();
  [[nodiscard]] util::Task<void> sleep(util::Millis delay);
  [[nodiscard]] util::Task<std::string> until_closed(std::shared_ptr<Wire> wire);
  void note(bool up, const std::string& error);

  net::Loop& loop_;
  Dialer dialer_;
  const std::string name_;
  LinkHandler& handler_;
  Backoff backoff_;
  std::shared_ptr<Wire> wire_;
  net::Timer timer_;
  std::optional<util::Completion<util::Ok>> sleeping_;
  bool stopping_ = false;
  bool running_ = false;
  util::UniqueFunction<void()> stopped_;

  std::atomic<bool> up_{false};
  std::atomic<std::uint64_t> sent_{0};
  mutable std::mutex mutex_;
  LinkState state_;  // guarded by mutex_
};

}  // namespace chillin::redis
