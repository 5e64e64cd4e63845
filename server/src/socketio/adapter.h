#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "socketio/broadcast.h"
#include "socketio/server_event.h"

namespace chillin::net {
class LoopGroup;
}

namespace chillin::socketio {

class Namespace;
class Socket;

/// The port through which broadcasts and room operations reach sockets wherever they live. One per namespace. The
/// in-memory form keeps rooms per loop (no lock: a socket's rooms are touched by its own loop only); the Redis form
/// puts a bus beside it.
class Adapter {
 public:
  virtual ~Adapter() = default;

  /// The namespace this adapter serves ("/"); what it sends must be encoded for it.
  [[nodiscard]] virtual const std::string& nsp_name() const noexcept = 0;

  // Membership of one local socket; on its loop.

  /// The socket has connected: it is reached by its id, and by what goes to the whole namespace.
  virtual void connect(Socket& socket) = 0;
  virtual void add(Socket& socket, std::string_view room) = 0;
  virtual void remove(Socket& socket, std::string_view room) = 0;
  /// It leaves every room and is reached no more.
  virtual void remove_all(Socket& socket) = 0;
  /// Its own id first.
  [[nodiscard]] virtual std::vector<std::string> rooms_of(Socket& socket) const = 0;

  // The rest from any thread; `done` as Broadcast has it, never inline.

  /// `packet`: a whole Socket.IO EVENT packet without acknowledgement id, encoded.
  virtual void broadcast(Target target, engineio::EncodedPtr packet) = 0;
  /// `done` once: when every recipient has answered, or its time is over, or it has gone.
  virtual void broadcast_with_ack(Target target, std::string event, Payload payload, util::Millis timeout,
                                  Broadcast::Acks done) = 0;
  /// See Namespace::send_batch. Local by definition: who has several servers sends the batch on each.
  virtual void send_batch(std::shared_ptr<const std::vector<Batch>> batches,
                          std::vector<util::UniqueFunction<void()>> before) = 0;
  virtual void fetch_sockets(Target target, util::UniqueFunction<void(std::vector<RemoteSocket>)> done) = 0;
  virtual void sockets_join(Target target, std::vector<std::string> rooms) = 0;
  virtual void sockets_leave(Target target, std::vector<std::string> rooms) = 0;
  virtual void disconnect_sockets(Target target, bool close) = 0;
  /// To the other servers; see Namespace::server_side_emit. `event`: its name, then the arguments. `done` empty: no
  /// answer is asked for.
  virtual void server_side_emit(json::array event, util::Millis timeout, ServerAcks done) = 0;
};

using AdapterFactory = std::function<std::shared_ptr<Adapter>(Namespace&, net::LoopGroup&)>;

/// The in-memory adapter.
[[nodiscard]] AdapterFactory memory_adapter();

}  // namespace chillin::socketio
