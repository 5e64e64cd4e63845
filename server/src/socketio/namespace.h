#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include "socketio/broadcast.h"
#include "socketio/server_event.h"
#include "socketio/socket.h"
#include "util/unique_function.h"

namespace chillin::socketio {

/// Why middleware refused: becomes CONNECT_ERROR `{ message, data }` (protocol 4: the message or data alone, as there).
struct ConnectError {
  std::string message;
  json::value data;
};

/// Ends one middleware step: next() goes on, next(ConnectError{...}) refuses. Call it once, on the socket's loop; may
/// be kept and called later.
using Next = util::UniqueFunction<void(std::variant<std::monostate, ConnectError>)>;

/// A namespace: "/" or "/admin". Registration (use, on_*) happens before the server listens; everything else is
/// thread-safe. Owner: Server.
class Namespace {
 public:
  using Middleware = std::function<void(const SocketPtr&, Next)>;
  using ConnectionHandler = std::function<void(const SocketPtr&)>;

  virtual ~Namespace() = default;
  [[nodiscard]] virtual const std::string& name() const noexcept = 0;

  /// Middleware in order of registration, before CONNECT is answered; may be asynchronous (keep `next`).
  virtual void use(Middleware middleware) = 0;
  virtual void on_connection(ConnectionHandler handler) = 0;
  /// Handler of one event for every socket of the namespace.
  virtual void on(std::string_view event, Socket::EventHandler handler) = 0;
  /// Handler of every event that no other handler takes.
  virtual void on_any(Socket::EventHandler handler) = 0;
  virtual void on_disconnect(Socket::DisconnectHandler handler) = 0;

  [[nodiscard]] virtual Broadcast to(std::string room) = 0;
  [[nodiscard]] Broadcast in(std::string room) { return to(std::move(room)); }
  [[nodiscard]] virtual Broadcast except(std::string room) = 0;
  /// Everyone in the namespace.
  [[nodiscard]] virtual Broadcast all() = 0;
  void emit(std::string_view event, const Payload& payload = {}) { all().emit(event, payload); }

  /// Hot path: ordered batches, each for its room, with variants, on this server only. Posted once per loop for all of
  /// them; a recipient queues one reference per run of packets. Two calls from one thread keep their order at every
  /// recipient. `before`, if set for a loop (index = Loop::index()), runs on that loop just ahead of the delivery
  /// (acknowledgements).
  virtual void send_batch(std::shared_ptr<const std::vector<Batch>> batches,
                          std::vector<util::UniqueFunction<void()>> before = {}) = 0;

  /// Tells the namespace's handlers of this event on all other servers of the cluster (on_server_event): none, unless
  /// the adapter connects several. Arguments are JSON, without binary. Any thread.
  virtual void server_side_emit(std::string_view event, json::array args = {}) = 0;
  /// The same, asking each of them for an answer; `done` on the calling loop (or on one of the server's).
  virtual void server_side_emit_with_ack(std::string_view event, json::array args, util::Millis timeout,
                                         ServerAcks done) = 0;
  virtual void on_server_event(std::string_view event, ServerEventHandler handler) = 0;

  /// Connected sockets on this server.
  [[nodiscard]] virtual std::size_t size() const noexcept = 0;
};

}  // namespace chillin::socketio
