#include "net/loop.h"
#include "socketio/guard.h"
#include "socketio/namespace_impl.h"
#include "socketio/socket_impl.h"

namespace chillin::socketio {

NamespaceImpl::NamespaceImpl(std::string name, net::LoopGroup& loops, const AdapterFactory& make_adapter)
    : name_(std::move(name)),
      loops_(loops),
      adapter_(make_adapter ? make_adapter(*this, loops) : memory_adapter()(*this, loops)) {}

void NamespaceImpl::on(std::string_view event, Socket::EventHandler handler) {
  handlers_.insert_or_assign(std::string(event), std::move(handler));
}

Broadcast NamespaceImpl::to(std::string room) {
  return all().to(std::move(room));
}

Broadcast NamespaceImpl::except(std::string room) {
  return all().except(std::move(room));
}

void NamespaceImpl::send_batch(std::shared_ptr<const std::vector<Batch>> batches,
                               std::vector<util::UniqueFunction<void()>> before) {
  adapter_->send_batch(std::move(batches), std::move(before));
}

void NamespaceImpl::server_side_emit(std::string_view event, json::array args) {
  server_side_emit_with_ack(event, std::move(args), util::Millis(0), nullptr);
}

void NamespaceImpl::server_side_emit_with_ack(std::string_view event, json::array args, util::Millis timeout,
                                              ServerAcks done) {
  args.insert(args.begin(), json::value(event));
  adapter_->server_side_emit(std::move(args), timeout, std::move(done));
}

void NamespaceImpl::on_server_event(std::string_view event, ServerEventHandler handler) {
  const std::lock_guard lock(server_mutex_);
  server_handlers_.insert_or_assign(std::string(event), std::move(handler));
}

void NamespaceImpl::receive_server_event(json::array event, ServerAck ack) {
  if (event.empty() || !event[0].is_string()) return;
  loops_.at(0).post([this, event = std::move(event), ack = std::move(ack)]() mutable {
    const json::string name = std::move(event[0].get_string());
    ServerEventHandler handler;
    {
      const std::lock_guard lock(server_mutex_);
      const auto it = server_handlers_.find(std::string_view(name));
      if (it == server_handlers_.end()) return;
      handler = it->second;
    }
    event.erase(event.begin());
    ServerEvent received{name, std::move(event), std::move(ack)};
    run_guarded(name_, name, [&] { handler(received); });
  });
}

const Socket::EventHandler* NamespaceImpl::handler(std::string_view event) const {
  const auto it = handlers_.find(event);
  if (it != handlers_.end()) return &it->second;
  return any_handler_ ? &any_handler_ : nullptr;
}

void NamespaceImpl::connected(const SocketPtr& socket) {
  size_.fetch_add(1, std::memory_order_relaxed);
  for (const ConnectionHandler& handler : connection_handlers_) {
    if (!socket->connected()) return;  // an earlier handler disconnected it
    run_guarded(name_, "connection", [&] { handler(socket); });
  }
}

void NamespaceImpl::disconnected(Socket& socket, std::string_view reason) {
  size_.fetch_sub(1, std::memory_order_relaxed);
  for (const Socket::DisconnectHandler& handler : disconnect_handlers_) {
    run_guarded(name_, "disconnect", [&] { handler(socket, reason); });
  }
}

void NamespaceImpl::run_middleware(const std::shared_ptr<SocketImpl>& socket, std::size_t step) {
  if (step == middleware_.size()) return socket->admit();
  // Weak: middleware may keep `next` for good, and must not keep the socket with it.
  Next next = [this, weak = std::weak_ptr<SocketImpl>(socket), step,
               called = false](std::variant<std::monostate, ConnectError> outcome) mutable {
    const auto waiting = weak.lock();
    if (called || !waiting || !waiting->pending()) return;
    called = true;
    if (const auto* error = std::get_if<ConnectError>(&outcome)) return waiting->refuse(*error);
    run_middleware(waiting, step + 1);
  };
  const bool ran = run_guarded(name_, "middleware", [&] { middleware_[step](socket, std::move(next)); });
  if (!ran && socket->pending()) socket->refuse({"Internal error", nullptr});
}

}  // namespace chillin::socketio
