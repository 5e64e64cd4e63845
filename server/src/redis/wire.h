#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/loop.h"
#include "redis/reply.h"
#include "redis/reply_reader.h"
#include "redis/stream.h"
#include "util/task.h"

namespace chillin::redis {

struct WireLimits {
  util::Millis connect_timeout{2'000};  ///< of TCP and TLS together
  util::Millis reply_timeout{2'000};  ///< an answer that takes longer closes the connection: what follows waits for it
  std::size_t max_queued_bytes = 64 * 1024 * 1024;
};

/// One connection to a Redis server: commands out, answers back in their order (pipelining: nothing waits for an answer
/// before it is sent). It does not reconnect; whoever wants that opens another.
/// Confined to: its Loop. Everything that was sent is answered exactly once, with kUnavailable if the connection ends.
class Wire final : public std::enable_shared_from_this<Wire>, private StreamHandler {
  struct Private {};

 public:
  using Opened = util::Result<std::shared_ptr<Wire>>;
  /// `tls` null: plain. Awaited on `loop`.
  [[nodiscard]] static util::Task<Opened> open(net::Loop& loop, WireLimits limits, SocketAddress address,
                                               std::unique_ptr<TlsFilter> tls);
  Wire(Private, net::Loop& loop, WireLimits limits);
  ~Wire() override;
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  /// `command`: in wire form. The answer comes on the loop, never inline.
  void send(std::string_view command, Answer answer);
  [[nodiscard]] util::Task<ReplyOr> ask(std::string command);

  /// Push mode (Pub/Sub): from now on every reply goes to `handler`, and post() sends what is not answered one to one.
  void set_push_handler(std::function<void(Reply)> handler) { on_push_ = std::move(handler); }
  void post(std::string_view command);

  /// Told once, on the loop, why the connection has ended; at once if it has.
  void set_close_handler(util::UniqueFunction<void(std::string)> handler);
  void close(std::string why);

  [[nodiscard]] bool is_open() const noexcept { return stream_ != nullptr; }
  [[nodiscard]] std::size_t queued_bytes() const noexcept { return stream_ != nullptr ? stream_->queued_bytes() : 0; }
  /// Commands that have not been answered.
  [[nodiscard]] std::size_t pending() const noexcept { return pending_.size(); }
  [[nodiscard]] util::SteadyTime last_received() const noexcept { return last_received_; }

 private:
  struct Pending {
    Answer answer;
    util::SteadyTime deadline;
  };

  void on_open() override;
  void on_bytes(std::string_view bytes) override;
  void on_closed(const std::string& why) override;
  void handle_replies();
  void on_timer();
  void ended(std::string why);

  net::Loop& loop_;
  const WireLimits limits_;
  Stream* stream_ = nullptr;  ///< null: not connected yet, or ended
  std::optional<util::Completion<std::optional<std::string>>> opening_;
  ReplyReader reader_;
  std::deque<Pending> pending_;
  net::Timer timer_;
  std::function<void(Reply)> on_push_;
  util::UniqueFunction<void(std::string)> on_close_;
  std::optional<std::string> ended_because_;
  util::SteadyTime last_received_;
};

}  // namespace chillin::redis
