#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <thread>

#include "net/loop.h"
#include "redis/command.h"
#include "redis/commander.h"
#include "redis/reply.h"
#include "redis/script.h"
#include "redis/subscriber.h"
#include "redis/url.h"
#include "util/task.h"

namespace chillin::redis {

struct Options {
  Url url;
  std::string name = "chillin";       ///< what CLIENT LIST shows, with "-commands" and "-subscriptions"
  WireLimits limits;                  ///< time-outs and the queue's bound
  util::Millis ping_interval{1'000};  ///< how long a connection may be silent before it is asked whether it lives
};

/// Redis for a whole server: one connection for commands and one for subscriptions, both on one loop of the client's
/// own.
///
/// Why a loop (and thread) of its own: every loop of the server would need its own pair of connections otherwise, and
/// each message of a room with members on four loops would come four times; and the order of what is published and of
/// what is heard is that of one thread. What other threads send in a turn leaves in one write.
///
/// Thread-safe. Owner: app; stop() it before whatever listens to it is destroyed. Never blocks and never waits for
/// Redis: while that is away everything answers kUnavailable at once, and comes back by itself.
class Client {
 public:
  /// Begins to connect.
  explicit Client(Options options);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Ends both connections and the thread. What is under way is answered first (kUnavailable). Idempotent; not from the
  /// Redis loop.
  void stop();

  /// The Redis loop, on which answers and listeners are called. Its index is -1: it owns no sockets of users.
  [[nodiscard]] net::Loop& loop() noexcept { return loop_; }

  void send(const Command& command, Answer answer = {});
  void eval(const Script& script, ScriptCall call, Answer answer = {});
  /// The same for coroutines: resume on the caller's executor. An error reply of Redis is an error here (kInternal).
  [[nodiscard]] util::Task<ReplyOr> execute(Command command);
  [[nodiscard]] util::Task<ReplyOr> call(const Script& script, ScriptCall call);
  /// Before the first call of the script.
  void prepare(const Script& script);

  /// `answer`: how many connections heard it.
  void publish(std::string_view channel, std::string_view message, Answer answer = {});
  /// All of a batch in one step of the loop; `answered` hears of each, by its place in the batch.
  struct Publication {
    std::string channel;
    std::string message;
  };
  using BatchAnswer = std::function<void(std::size_t index, const ReplyOr& reply)>;
  void publish(std::span<const Publication> batch, BatchAnswer answered);
  void subscribe(std::string channel, ChannelListener* listener, Subscribed done = {});
  void unsubscribe(std::string channel, ChannelListener* listener);

  /// It is told at once if the connection is up.
  void add_listener(ConnectionListener* listener);
  void add_listener(ChannelListener* listener);
  /// Returns when the listener is called no more. At once on the Redis loop and after stop().
  void remove_listener(ConnectionListener* listener);
  void remove_listener(ChannelListener* listener);

  /// Runs `fn` on the Redis loop and returns when it has run. Inline on that loop and after stop().
  void run_on_loop(util::UniqueFunction<void()> fn);

  /// Whether commands go out now.
  [[nodiscard]] bool up() const noexcept { return commander_.link().up(); }
  [[nodiscard]] LinkState commands_state() const { return commander_.link().state(); }
  [[nodiscard]] LinkState subscriptions_state() const { return subscriber_.link().state(); }

 private:
  net::Loop loop_{-1};
  Commander commander_;
  Subscriber subscriber_;
  std::atomic<bool> stopped_{false};
  std::thread thread_;
};

}  // namespace chillin::redis
