#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "net/loop.h"
#include "net/websocket.h"
#include "util/result.h"
#include "util/unique_function.h"

namespace chillin::net {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// One parsed request. `body` is complete.
struct HttpRequest {
  std::string method;  ///< upper case
  std::string target;  ///< as sent: path and query
  HttpHeaders headers;
  std::string body;
  std::string peer_address;  ///< textual IP of the TCP peer; proxies are the business of whoever knows whom to trust

  [[nodiscard]] std::string_view path() const noexcept;   ///< target up to '?'
  [[nodiscard]] std::string_view query() const noexcept;  ///< target after '?', or empty
  /// First header of that name, any case; empty if absent.
  [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
};

/// `name=value&...`, percent-decoded, in order; a part that does not decode is left out. At most 64 parts.
class QueryParams {
 public:
  explicit QueryParams(std::string_view query);
  /// First value of that name, or nullopt.
  [[nodiscard]] std::optional<std::string_view> get(std::string_view name) const noexcept;
  [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& all() const noexcept { return params_; }

 private:
  std::vector<std::pair<std::string, std::string>> params_;
};

/// Content-Length, Date and Connection are added when it is written.
struct HttpResponse {
  int status = 200;
  HttpHeaders headers;
  std::string body;
};

/// One request waiting for its answer, on a connection that is kept alive behind it. Answer it exactly once: respond()
/// or accept_websocket(); one that is dropped without an answer gets 500. Confined to: loop(). Owner: whoever answers.
class HttpExchange {
 public:
  virtual ~HttpExchange() = default;

  [[nodiscard]] virtual const HttpRequest& request() const noexcept = 0;
  [[nodiscard]] virtual Loop& loop() noexcept = 0;

  /// Sends the answer. Does nothing if the peer has gone.
  virtual void respond(HttpResponse response) = 0;

  /// `fn` is called once, on loop(), if the peer goes away before the answer. It replaces an earlier one.
  virtual void on_aborted(util::UniqueFunction<void()> fn) = 0;

  [[nodiscard]] virtual bool is_websocket_upgrade() const noexcept = 0;

  /// Answers 101 and turns the connection into a WebSocket on the same Loop; null (and 400/426 was answered) if the
  /// request is no valid upgrade (RFC 6455 section 4.2.1). `extra` headers go into the 101.
  virtual std::shared_ptr<WebSocket> accept_websocket(const WebSocketOptions& options, HttpHeaders extra) = 0;

  /// Hands the connection, with this request unanswered, to another Loop: `then` runs there with the exchange that
  /// replaces this one (this one is dead at once). What the peer pipelined behind the request moves along. Used to
  /// bring a polling or upgrade request to the loop that owns its session.
  virtual void move_to(Loop& target, util::UniqueFunction<void(std::shared_ptr<HttpExchange>)> then) = 0;
};

struct HttpServerOptions {
  std::size_t max_header_bytes = 16 * 1024;  ///< 431 above
  util::Millis header_timeout{10'000};       ///< from accept, or the first byte of a later request, to its head: 408
  util::Millis body_timeout{30'000};         ///< from head to end of body: 408
  util::Millis keep_alive_timeout{75'000};   ///< idle between requests: closed silently
  std::size_t max_connections = 0;  ///< open TCP connections; above, a new one gets 503 and is closed; 0: no limit
};

/// Accepts on every loop (SO_REUSEPORT), parses, calls the handler on the connection's loop.
/// Thread-safe where not said otherwise. Owner: app. Must be destroyed after its LoopGroup was stopped.
class HttpServer {
 public:
  using Handler = std::function<void(std::shared_ptr<HttpExchange>)>;
  /// Asked when a request's head is complete: how many bytes of body it may have (413 above).
  using BodyLimit = std::function<std::size_t(const HttpRequest& head)>;

  HttpServer(LoopGroup& loops, HttpServerOptions options, Handler handler, BodyLimit body_limit);
  ~HttpServer();

  /// Binds and starts accepting. `port` 0 picks a free one. Returns the port, or what failed ("port 5000 is in use").
  /// Another process on the port is refused although SO_REUSEPORT is set; a socket in TIME_WAIT is no obstacle.
  util::Result<std::uint16_t> listen(const std::string& host, std::uint16_t port);

  /// Closes the listeners and every connection that waits for a next request; requests under way are answered with
  /// `Connection: close`. Thread-safe, idempotent.
  void stop_accepting();

  [[nodiscard]] std::size_t open_connections() const noexcept;

  /// Closes everything that is left, at once. Thread-safe.
  void abort_all();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace chillin::net
