#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "socketio/adapter.h"
#include "socketio/namespace.h"

namespace chillin::socketio {

class SocketImpl;

/// Event name to handler. Read-only once the server listens.
using EventTable = std::map<std::string, Socket::EventHandler, std::less<>>;

/// The one implementation of Namespace. Handlers are registered before the server listens and only read afterwards;
/// what changes (counters) is atomic; who is in which room is the adapter's. Owner: Hub.
class NamespaceImpl final : public Namespace {
 public:
  NamespaceImpl(std::string name, net::LoopGroup& loops, const AdapterFactory& make_adapter);

  [[nodiscard]] const std::string& name() const noexcept override { return name_; }
  void use(Middleware middleware) override { middleware_.push_back(std::move(middleware)); }
  void on_connection(ConnectionHandler handler) override { connection_handlers_.push_back(std::move(handler)); }
  void on(std::string_view event, Socket::EventHandler handler) override;
  void on_any(Socket::EventHandler handler) override { any_handler_ = std::move(handler); }
  void on_disconnect(Socket::DisconnectHandler handler) override { disconnect_handlers_.push_back(std::move(handler)); }

  [[nodiscard]] Broadcast to(std::string room) override;
  [[nodiscard]] Broadcast except(std::string room) override;
  [[nodiscard]] Broadcast all() override { return {adapter_, {}}; }
  void send_batch(std::shared_ptr<const std::vector<Batch>> batches,
                  std::vector<util::UniqueFunction<void()>> before) override;
  void server_side_emit(std::string_view event, json::array args) override;
  void server_side_emit_with_ack(std::string_view event, json::array args, util::Millis timeout,
                                 ServerAcks done) override;
  void on_server_event(std::string_view event, ServerEventHandler handler) override;
  [[nodiscard]] std::size_t size() const noexcept override { return size_.load(std::memory_order_relaxed); }

  /// For adapters: an event of another server, `event` with its name first. Any thread; what is malformed is ignored.
  void receive_server_event(json::array event, ServerAck ack);

  // For SocketImpl and Client, on the socket's loop.

  [[nodiscard]] const std::shared_ptr<Adapter>& adapter() const noexcept { return adapter_; }
  /// Runs the middleware, then tells the socket (admit or refuse), inline or later.
  void admit(const std::shared_ptr<SocketImpl>& socket) { run_middleware(socket, 0); }
  void connected(const SocketPtr& socket);
  void disconnected(Socket& socket, std::string_view reason);
  /// The handler for `event` of every socket; null if there is none.
  [[nodiscard]] const Socket::EventHandler* handler(std::string_view event) const;
  /// Ids for acknowledgements that clients owe, unique in the namespace, so that one packet may go to many.
  [[nodiscard]] std::int64_t next_ack_id() noexcept { return next_ack_id_.fetch_add(1, std::memory_order_relaxed); }

 private:
  void run_middleware(const std::shared_ptr<SocketImpl>& socket, std::size_t step);

  const std::string name_;
  net::LoopGroup& loops_;
  std::shared_ptr<Adapter> adapter_;
  std::vector<Middleware> middleware_;
  std::vector<ConnectionHandler> connection_handlers_;
  std::vector<Socket::DisconnectHandler> disconnect_handlers_;
  EventTable handlers_;
  std::mutex server_mutex_;  ///< other servers may speak before this one listens
  std::map<std::string, ServerEventHandler, std::less<>> server_handlers_;  // guarded by server_mutex_
  Socket::EventHandler any_handler_;
  std::atomic<std::size_t> size_{0};
  std::atomic<std::int64_t> next_ack_id_{0};
};

}  // namespace chillin::socketio
