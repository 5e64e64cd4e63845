#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "engineio/farewells.h"
#include "engineio/handshake_limiter.h"
#include "engineio/http_answers.h"
#include "engineio/options.h"
#include "engineio/server.h"
#include "engineio/session.h"
#include "net/http.h"
#include "net/loop.h"

namespace chillin::engineio {

class SocketImpl;

/// Finds sockets by id without building a string.
struct SocketHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view id) const noexcept { return std::hash<std::string_view>()(id); }
  std::size_t operator()(const std::shared_ptr<SocketImpl>& socket) const noexcept;
};
struct SocketEqual {
  using is_transparent = void;
  bool operator()(const std::shared_ptr<SocketImpl>& a, const std::shared_ptr<SocketImpl>& b) const noexcept {
    return a == b;
  }
  bool operator()(const std::shared_ptr<SocketImpl>& a, std::string_view id) const noexcept;
  bool operator()(std::string_view id, const std::shared_ptr<SocketImpl>& a) const noexcept { return (*this)(a, id); }
};
using SocketTable = std::unordered_set<std::shared_ptr<SocketImpl>, SocketHash, SocketEqual>;

/// What one loop keeps of the server. Confined to: its loop.
struct LoopState {
  explicit LoopState(net::Loop& l) : loop(l) {}

  net::Loop& loop;
  SocketTable sessions;
  /// Sessions that are over, while their WebSocket still says goodbye.
  std::unordered_set<std::shared_ptr<SocketImpl>> lingering;
  Farewells farewells;
  /// Kept between events, so that one does not allocate.
  Actions spare_actions;
  /// Not yet in Stats: loops that add to one counter with every packet would slow each other down.
  std::uint64_t packets_in = 0;
  std::uint64_t packets_out = 0;
};

/// Thread-safe where it is reached from several loops: options, counters, limiter. Owner: Server; sockets refer to it.
class Server::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(net::LoopGroup& loops, Options options, ConnectionHandler on_connection);
  ~Impl();

  void handle(std::shared_ptr<net::HttpExchange> exchange);
  void close_all(util::UniqueFunction<void()> done);

  /// Answers with the cross-origin headers that every answer needs.
  void respond(net::HttpExchange& exchange, net::HttpResponse response) const;
  void respond_error(net::HttpExchange& exchange, ErrorCode code) const;

  /// A socket exists from hold() to release(), its closing handshake included.
  void hold() noexcept { alive_.fetch_add(1, std::memory_order_relaxed); }
  void release();

  void count_packets(LoopState& home, std::uint64_t in, std::uint64_t out);
  void fold_counters(LoopState& home);

  const Options options;
  const SessionConfig session_config;
  const net::WebSocketOptions websocket_options;
  Stats stats;
  std::atomic<std::size_t> open_sessions{0};
  std::atomic<bool> refusing{false};

 private:
  void handshake(net::HttpExchange& exchange, const net::QueryParams& params, TransportKind transport);
  [[nodiscard]] bool admit(net::HttpExchange& exchange, int protocol, const std::string& address);
  void handle_for_session(std::shared_ptr<net::HttpExchange> exchange);
  /// Answers a poll that its session's close packet has overtaken; false if this is none.
  [[nodiscard]] bool answer_late_poll(net::HttpExchange& exchange, const net::QueryParams& params);
  [[nodiscard]] std::string make_sid(int loop_index) const;
  /// The loop that made this id, or null.
  [[nodiscard]] net::Loop* loop_of(std::string_view sid) const;
  [[nodiscard]] LoopState& home_of(net::Loop& loop) { return *homes_[static_cast<std::size_t>(loop.index())]; }

  net::LoopGroup& loops_;
  ConnectionHandler on_connection_;
  HandshakeLimiter limiter_;
  std::vector<std::unique_ptr<LoopState>> homes_;
  std::atomic<std::size_t> alive_{0};
  std::mutex done_mutex_;
  std::vector<util::UniqueFunction<void()>> on_all_closed_;
};

}  // namespace chillin::engineio
