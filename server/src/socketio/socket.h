#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engineio/server.h"
#include "net/loop.h"
#include "socketio/broadcast.h"
#include "socketio/payload.h"
#include "util/clock.h"
#include "util/unique_function.h"

namespace chillin::socketio {

class Namespace;
class Socket;
using SocketPtr = std::shared_ptr<Socket>;

/// Answers one event that the client wants acknowledged. Movable; call it once, on the socket's loop. Calling it for an
/// event without acknowledgement, a second time, or after the socket has gone does nothing.
class Ack {
 public:
  Ack() = default;
  Ack(std::weak_ptr<Socket> socket, std::int64_t id) : socket_(std::move(socket)), id_(id) {}
  Ack(Ack&&) noexcept = default;
  Ack& operator=(Ack&&) noexcept = default;

  /// Whether the client asked for an answer.
  explicit operator bool() const noexcept { return id_ >= 0; }
  void operator()(const Payload& payload);
  /// `args_json`: the JSON array of arguments, ready made ("[null,{...}]"); the hot path.
  void raw(std::string_view args_json);

 private:
  std::weak_ptr<Socket> socket_;
  std::int64_t id_ = -1;
};

/// One event from a client.
struct Event {
  std::string_view name;  ///< valid during the call
  Payload payload;        ///< the arguments after the name
  Ack ack;
};

/// What a client sent with its CONNECT (or, for protocol 4, its query) and how it came.
struct SocketHandshake {
  json::value auth;     ///< `auth` of the client: an object, empty if it gave none
  std::string query;    ///< of the Engine.IO handshake request, as sent
  std::string address;  ///< the client's
  net::HttpHeaders headers;
};

/// One client in one namespace.
/// Confined to: loop(). Owner: its namespace while connected; users hold SocketPtr or weak pointers.
class Socket : public std::enable_shared_from_this<Socket> {
 public:
  using EventHandler = std::function<void(Socket&, Event&)>;
  using DisconnectHandler = std::function<void(Socket&, std::string_view reason)>;
  /// `error`: null, or "timeout" / "disconnected".
  using AckHandler = util::UniqueFunction<void(const char* error, Payload)>;

  virtual ~Socket() = default;

  /// 20 characters, unguessable; for protocol 4 in `/` the Engine.IO session id, as the reference server has it.
  [[nodiscard]] virtual const std::string& id() const noexcept = 0;
  [[nodiscard]] virtual Namespace& nsp() noexcept = 0;
  [[nodiscard]] virtual net::Loop& loop() noexcept = 0;
  [[nodiscard]] virtual bool connected() const noexcept = 0;
  /// The Engine.IO socket below; several Sockets (one a namespace) may share it.
  [[nodiscard]] virtual engineio::Socket& conn() noexcept = 0;
  /// Valid in middleware and in the connection handler; released afterwards, unless keep_handshake() was called.
  [[nodiscard]] virtual const SocketHandshake& handshake() const noexcept = 0;
  virtual void keep_handshake() noexcept = 0;

  /// Handler of one event, for this socket only; it wins over the namespace's. Handlers shared by all sockets belong
  /// into Namespace::on: they cost nothing per connection.
  virtual void on(std::string_view event, EventHandler handler) = 0;
  virtual void on_disconnect(DisconnectHandler handler) = 0;

  virtual void emit(std::string_view event, const Payload& payload = {}) = 0;
  /// Emits and waits for the client's acknowledgement, at most `timeout`.
  virtual void emit_with_ack(std::string_view event, const Payload& payload, util::Millis timeout, AckHandler done) = 0;
  /// Dropped if the connection is not ready to write at once.
  virtual void emit_volatile(std::string_view event, const Payload& payload = {}) = 0;
  /// `args_json`: the JSON of the arguments after the event's name, comma separated, without brackets: `{"a":1},2`.
  virtual void emit_raw(std::string_view event, std::string_view args_json) = 0;
  /// Sends packets encoded by the caller for many recipients (packet_codec.h).
  virtual void send(const engineio::EncodedPtr& batch) = 0;

  virtual void join(std::string_view room) = 0;
  virtual void leave(std::string_view room) = 0;
  [[nodiscard]] virtual std::vector<std::string> rooms() const = 0;

  /// Everyone in `room` but this socket: socket.to("room").emit(...).
  [[nodiscard]] virtual Broadcast to(std::string room) = 0;
  [[nodiscard]] virtual Broadcast except(std::string room) = 0;
  /// Everyone in the namespace but this socket.
  [[nodiscard]] virtual Broadcast broadcast() = 0;

  /// `close`: closes the connection below as well, with all its namespaces.
  virtual void disconnect(bool close = false) = 0;

  /// Room for the user's own state, as `socket.data` of the reference server.
  template <class T>
  void set_data(std::shared_ptr<T> data) {
    data_ = std::move(data);
  }
  template <class T>
  [[nodiscard]] T* data() noexcept {
    return static_cast<T*>(data_.get());
  }

 private:
  std::shared_ptr<void> data_;
};

}  // namespace chillin::socketio
