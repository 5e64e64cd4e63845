#pragma once

#include <boost/container/small_vector.hpp>
#include <memory>
#include <string>
#include <string_view>

#include "engineio/server.h"
#include "net/loop.h"
#include "socketio/namespace_impl.h"
#include "socketio/packet_codec.h"

namespace chillin::socketio {

class Hub;
class SocketImpl;

/// One Engine.IO connection seen from above: decodes its packets and hands them to the Sockets it has, one a namespace.
/// Confined to: its connection's loop. Owner: Hub, from the handshake until the connection has closed.
class Client final : public engineio::SocketHandler {
 public:
  Client(Hub& hub, engineio::SocketPtr conn);
  ~Client() override;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// Protocol 4: connects "/" by itself. Otherwise waits for a CONNECT, with a time-out.
  void start();

  void on_message(std::string_view data, bool binary) override;
  void on_close(std::string_view reason) override;

  // For SocketImpl.
  [[nodiscard]] const engineio::SocketPtr& conn() const noexcept { return conn_; }
  [[nodiscard]] int protocol() const noexcept { return conn_->protocol(); }
  [[nodiscard]] Hub& hub() noexcept { return hub_; }
  /// Middleware let it through, or not.
  void admit(SocketImpl& socket);
  void refuse(SocketImpl& socket, const ConnectError& error);
  /// The server ends the socket: DISCONNECT, its handlers; `close_connection`: all sockets, then the connection.
  void disconnect(SocketImpl& socket, bool close_connection);

 private:
  friend class Hub;  // links the clients of a loop

  /// A namespace of this client. `socket` is null after the server disconnected it: what was under way from the client
  /// then must not count as a breach of the protocol.
  struct Entry {
    NamespaceImpl* nsp;
    std::shared_ptr<SocketImpl> socket;
  };

  void handle(Packet packet);
  void connect(std::string_view name, json::value auth);
  void refuse_connect(std::string_view name, const ConnectError& error);
  [[nodiscard]] Entry* find(std::string_view name) noexcept;
  /// Ends all sockets and the connection.
  void fail(std::string_view reason);
  void close_sockets(std::string_view reason);
  void connect_timed_out();

  Hub& hub_;
  engineio::SocketPtr conn_;
  PacketDecoder decoder_;
  boost::container::small_vector<Entry, 1> entries_;
  std::unique_ptr<net::Timer> connect_timer_;  ///< until the first namespace is joined
  Client* previous_ = nullptr;
  Client* next_ = nullptr;
  bool closing_ = false;
  bool handshake_released_ = false;
};

}  // namespace chillin::socketio
