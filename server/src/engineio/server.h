#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engineio/encoded.h"
#include "engineio/options.h"
#include "net/http.h"
#include "net/loop.h"
#include "util/unique_function.h"

namespace chillin::engineio {

/// What stays known of the handshake request for the life of a session.
struct Handshake {
  net::HttpHeaders headers;
  std::string query;    ///< as sent
  std::string address;  ///< the client's, see Options::client_address
};

class SocketHandler;

/// One client session, whichever transport carries it at the moment.
/// Confined to: loop(). Owner: the server while open; users hold shared or weak pointers.
class Socket {
 public:
  virtual ~Socket() = default;

  [[nodiscard]] virtual const std::string& id() const noexcept = 0;
  /// 4 or 3.
  [[nodiscard]] virtual int protocol() const noexcept = 0;
  [[nodiscard]] virtual TransportKind transport() const noexcept = 0;
  [[nodiscard]] virtual net::Loop& loop() noexcept = 0;
  /// Valid during the connection handler and until release_handshake(); holding 10,000 requests' headers costs memory
  /// that most users do not need.
  [[nodiscard]] virtual const Handshake& handshake() const noexcept = 0;
  virtual void release_handshake() noexcept = 0;

  virtual void set_handler(SocketHandler* handler) noexcept = 0;

  /// Queues packets [first, first + count) of a shared batch. Ignored unless open.
  virtual void send(const EncodedPtr& batch, std::size_t first, std::size_t count) = 0;
  void send(const EncodedPtr& batch) { send(batch, 0, batch->packets()); }
  /// A hint that send() follows soon, for whoever sends to many: fetches what it will touch into the cache, one link of
  /// the chain further with each step (0, 1), and changes nothing.
  virtual void expect_send(int step) const noexcept { static_cast<void>(step); }
  /// Encodes for this one recipient.
  virtual void send_text(std::string_view data) = 0;
  virtual void send_binary(std::string_view bytes) = 0;

  /// Whether something sent now would leave at once: what `volatile` asks.
  [[nodiscard]] virtual bool writable() const noexcept = 0;
  [[nodiscard]] virtual std::size_t queued_bytes() const noexcept = 0;

  /// Sends what is queued, then closes; on_close("forced close") follows.
  virtual void close() = 0;
};
using SocketPtr = std::shared_ptr<Socket>;

/// Told on the socket's loop. Must outlive the socket's session or be taken away with set_handler(nullptr).
class SocketHandler {
 public:
  virtual ~SocketHandler() = default;
  /// `data` is valid during the call only.
  virtual void on_message(std::string_view data, bool binary) = 0;
  /// Once, last. `reason` as the reference server names them: "transport close", "transport error", "ping timeout",
  /// "parse error", "forced close", "server shutting down" - and "slow reader", which it has not.
  virtual void on_close(std::string_view reason) = 0;
  /// The send queue is empty again; on WebSocket told only after writable() or queued_bytes() had shown that it was
  /// not.
  virtual void on_drain() {}
};

/// Counters for health and metrics; each is monotonic or a gauge, read with relaxed order from any thread.
struct Stats {
  std::atomic<std::uint64_t> handshakes{0};
  std::atomic<std::uint64_t> upgrades{0};
  std::atomic<std::uint64_t> packets_in{0};
  std::atomic<std::uint64_t> packets_out{0};
  std::atomic<std::int64_t> polling_sessions{0};
  std::atomic<std::int64_t> websocket_sessions{0};
};

/// The Engine.IO endpoint. Sessions are spread over the loops: one is born on the loop that accepted its handshake and
/// stays there; later requests of that session are moved to it (its id names its loop). Owner: app. Stop the loops
/// before destroying it.
class Server {
 public:
  /// Runs on the new socket's loop: set its handler here.
  using ConnectionHandler = std::function<void(SocketPtr)>;

  Server(net::LoopGroup& loops, Options options, ConnectionHandler on_connection);
  ~Server();

  /// Whether this request is for `Options::path` (with or without the trailing slash).
  [[nodiscard]] bool handles(const net::HttpRequest& request) const noexcept;
  /// Answers one. On the exchange's loop.
  void handle(std::shared_ptr<net::HttpExchange> exchange);

  [[nodiscard]] const Options& options() const noexcept;
  [[nodiscard]] std::size_t sessions() const noexcept;
  [[nodiscard]] const Stats& stats() const noexcept;

  /// New handshakes get 503 from now on. Thread-safe.
  void refuse_new();
  /// Closes every session ("server shutting down"); `done` is called on some loop when none is left. Thread-safe.
  void close_all(util::UniqueFunction<void()> done);

  class Impl;  ///< server_impl.h, for this module only

 private:
  std::shared_ptr<Impl> impl_;
};

}  // namespace chillin::engineio
