#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

#include "net/loop.h"
#include "util/unique_function.h"

namespace chillin::socketio {

/// Waits for the answers of all servers, and of clients where those are asked, at most so long; then calls `done` once,
/// with whether all came. Confined to: the loop that asked, except the constructor.
class Gathering : public std::enable_shared_from_this<Gathering> {
 public:
  Gathering(net::Loop& asker, util::UniqueFunction<void(bool complete)> done) : asker_(asker), done_(std::move(done)) {}

  [[nodiscard]] net::Loop& asker() noexcept { return asker_; }
  [[nodiscard]] bool finished() const noexcept { return !done_; }

  /// Begins to count the time. From any thread.
  void start(util::Millis timeout) {
    asker_.post([self = shared_from_this(), timeout] {
      if (self->finished()) return;
      self->timer_ = std::make_unique<net::Timer>(self->asker_, [g = self.get()] { g->finish(false); });
      self->timer_->arm(timeout);
    });
  }
  /// How many servers there are to answer.
  void expect_servers(std::size_t n) {
    servers_ = n;
    finish_if_complete();
  }
  /// A server has answered, and so many clients of it will.
  void server_answered(std::size_t clients = 0) {
    ++servers_heard_;
    clients_ += clients;
    finish_if_complete();
  }
  void client_answered() {
    ++clients_heard_;
    finish_if_complete();
  }

 private:
  void finish_if_complete() {
    if (servers_ && servers_heard_ >= *servers_ && clients_heard_ >= clients_) finish(true);
  }
  void finish(bool complete) {
    if (!done_) return;
    const auto self = shared_from_this();  // the timer's function may be what runs
    timer_.reset();
    auto done = std::move(done_);
    done(complete);
  }

  net::Loop& asker_;
  util::UniqueFunction<void(bool)> done_;
  std::unique_ptr<net::Timer> timer_;
  std::optional<std::size_t> servers_;
  std::size_t servers_heard_ = 0;
  std::size_t clients_ = 0;
  std::size_t clients_heard_ = 0;
};

}  // namespace chillin::socketio
