#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engineio/server.h"
#include "socketio/adapter.h"
#include "socketio/namespace.h"

namespace chillin::socketio {

struct Options {
  engineio::Options engine{.path = "/socket.io/"};
  util::Millis connect_timeout{45'000};      ///< a connection that joins no namespace in time is closed
  std::size_t max_attachments = 10;          ///< binary attachments per packet
  std::size_t max_packet_bytes = 4'000'000;  ///< text and attachments of one packet together
  std::size_t max_json_depth = 32;           ///< nested arrays and objects, the arguments' array included
  std::size_t max_namespaces = 16;           ///< per client
  std::size_t max_pending_acks = 1'000;      ///< acknowledgements awaited from one client; more fail at once
  AdapterFactory adapter;                    ///< unset: in memory
};

/// A Socket.IO server over the given loops.
///   net::LoopGroup loops(2);
///   socketio::Server io(loops, {});
///   io.of("/").on("hello", [](Socket& s, Event& e) { s.emit("hello", e.payload); });
///   io.listen("127.0.0.1", 3000);     // an HTTP server of its own; or give requests to handle()
/// Owner: app. Stop the loops before destroying it.
class Server {
 public:
  Server(net::LoopGroup& loops, Options options);
  ~Server();

  /// The namespace of that name ("/admin" or "admin"), made at the first call.
  Namespace& of(std::string_view name);
  /// Makes a namespace at the first CONNECT to a name for which `predicate` holds; `setup` registers its handlers.
  void of(std::function<bool(std::string_view name, const json::value& auth)> predicate,
          std::function<void(Namespace&)> setup);

  /// Shorthand for of("/").on_connection.
  void on_connection(Namespace::ConnectionHandler handler) { of("/").on_connection(std::move(handler)); }

  [[nodiscard]] bool handles(const net::HttpRequest& request) const noexcept;
  void handle(std::shared_ptr<net::HttpExchange> exchange);
  [[nodiscard]] engineio::Server& engine() noexcept;

  /// For programs that have no HTTP server: makes one that answers everything else with 404.
  util::Result<std::uint16_t> listen(const std::string& host, std::uint16_t port);

  /// Calls `visitor` with every connected socket of this server, on its loop, after this. Thread-safe.
  void visit(std::function<void(Socket&)> visitor);
  /// Disconnects everyone; `done` on some loop when none is left. Thread-safe.
  void close(util::UniqueFunction<void()> done);

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace chillin::socketio
