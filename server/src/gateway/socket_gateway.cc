#include "gateway/socket_gateway.h"

#include <utility>

#include "chat/authenticate.h"
#include "chat/end_session.h"
#include "chat/start_session.h"
#include "gateway/gateway_metrics.h"
#include "gateway/json_out.h"
#include "net/http.h"
#include "util/log.h"

namespace chillin::gateway {

namespace {

// CONNECT's `{ token }`, then `?token=`, then `Authorization: Bearer`.
std::string token_of(const socketio::SocketHandshake& handshake) {
  if (const auto* auth = handshake.auth.if_object()) {
    if (const auto* token = auth->if_contains("token"); token != nullptr && token->is_string()) {
      return std::string(token->get_string().data(), token->get_string().size());
    }
  }
  const net::QueryParams query(handshake.query);  // what get() returns points into it
  if (const auto token = query.get("token")) return std::string(*token);
  for (const auto& [name, value] : handshake.headers) {
    static constexpr std::string_view kBearer = "Bearer ";
    if (name.size() != 13 || value.size() <= kBearer.size()) continue;
    net::HttpRequest probe;
    probe.headers = {{name, value}};
    const auto header = probe.header("authorization");
    if (header.starts_with(kBearer)) return std::string(header.substr(kBearer.size()));
  }
  return {};
}

socketio::ConnectError connect_error(const chat::Error& error) {
  json::object data{{"code", chat::code_name(error.code)}};
  if (error.retry_after_ms >= 0) data["retryAfterMs"] = error.retry_after_ms;
  return {error.message, std::move(data)};
}

void refuse(Call& call, const chat::Error& error) {
  count_event(call.event, call.arrived, &error);
  call.ack.raw(refusal_args(error));
}

DevicePtr device_of(socketio::Socket& socket) {
  auto* held = socket.data<DevicePtr>();
  return held == nullptr ? nullptr : *held;
}

}  // namespace

void SocketGateway::attach(socketio::Namespace& nsp) {
  nsp.use([this](const socketio::SocketPtr& socket, socketio::Next next) {
    util::spawn(admit(socket, std::move(next), token_of(socket->handshake())));
  });
  nsp.on_connection([this](const socketio::SocketPtr& socket) { connected(socket); });
  nsp.on_disconnect([this](socketio::Socket& socket, std::string_view) { disconnected(socket); });

  on(nsp, "join", &SocketGateway::join, true);
  on(nsp, "leave", &SocketGateway::leave, false);
  on(nsp, "sendMessage", &SocketGateway::send_message, true);
  on(nsp, "typing", &SocketGateway::start_typing, false);
  on(nsp, "stopTyping", &SocketGateway::stop_typing, false);
  on(nsp, "loadHistory", &SocketGateway::load_history, false);
  on(nsp, "sync", &SocketGateway::sync, false);
  on(nsp, "editMessage", &SocketGateway::edit_message, true);
  on(nsp, "deleteMessage", &SocketGateway::delete_message, true);
  on(nsp, "react", &SocketGateway::react, true);
  on(nsp, "markRead", &SocketGateway::mark_read, true);
  on(nsp, "setStatus", &SocketGateway::set_status, true);
}

void SocketGateway::on(socketio::Namespace& nsp, std::string_view event, Parse parse, bool stores) {
  nsp.on(event, [this, parse, stores, number = event_number(event)](socketio::Socket& socket, socketio::Event& e) {
    const DevicePtr device = device_of(socket);
    if (!device) return;
    Call call{socket.shared_from_this(), device, std::move(e.ack), number, util::metrics::now()};
    const std::int64_t draining = draining_ms_.load(std::memory_order_relaxed);
    if (stores && draining >= 0) {
      chat::Error error = chat::refuse(chat::ErrorCode::kUnavailable, "The server is restarting. Try again soon.");
      error.retry_after_ms = draining;
      refuse(call, error);
      return;
    }
    std::optional<chat::Error> error;
    // A callback alone, as in `emit("typing", cb)`, leaves no argument.
    const json::value* arg = e.payload.args.empty() ? nullptr : &e.payload.args[0];
    Work work = (this->*parse)(call, arg, error);
    if (error) {
      refuse(call, *error);
      return;
    }
    util::spawn(answer(std::move(call), std::move(work)));
  });
}

util::Task<void> SocketGateway::answer(Call call, Work work) {
  in_flight_.fetch_add(1, std::memory_order_relaxed);
  const auto reply = co_await std::move(work);
  in_flight_.fetch_sub(1, std::memory_order_relaxed);
  if (!reply) {
    refuse(call, reply.error());
    co_return;
  }
  count_event(call.event, call.arrived, nullptr);
  call.ack.raw(success_args(reply->result_json));
  for (const auto& then : reply->then) call.socket->emit_raw(then.event, then.args);
}

util::Task<void> SocketGateway::admit(socketio::SocketPtr socket, socketio::Next next, std::string token) {
  auto device = std::make_shared<Device>();
  device->session.socket_id = socket->id();
  device->session.address = socket->handshake().address;
  if (!token.empty()) {
    auto account = co_await chat::authenticate(service_, std::move(token));
    if (!account) {
      next(connect_error(account.error()));
      co_return;
    }
    device->session.account = chat::Identity{account->id, account->username};
  } else if (!service_.settings.guest_access) {
    next(connect_error(chat::refuse(chat::ErrorCode::kAuthRequired)));
    co_return;
  }
  socket->set_data(std::make_shared<DevicePtr>(std::move(device)));
  next({});
}

void SocketGateway::connected(const socketio::SocketPtr& socket) {
  const DevicePtr device = device_of(*socket);
  if (!device->session.account) return;
  reachable_as(*socket, *device, *device->session.account);
  util::spawn([](chat::Service& service, DevicePtr d) -> util::Task<void> {
    const auto started = co_await chat::start_session(service, session_of(d));
    if (!started) {
      util::log_warn("session_start_failed",
                     {{"socket", d->session.socket_id}, {"code", chat::code_name(started.error().code)}});
    }
  }(service_, device));
}

void SocketGateway::disconnected(socketio::Socket& socket) {
  const DevicePtr device = device_of(socket);
  if (!device) return;
  for (const auto& room : std::exchange(device->held, {})) delivery_.feeds().release(room);
  util::spawn(chat::end_session(service_, session_of(device)));
}

void SocketGateway::reachable_as(socketio::Socket& socket, Device& device, const chat::Identity& who) {
  std::string key = who.author_key();
  for (const auto& known : device.persons) {
    if (known == key) return;
  }
  socket.join(SocketDelivery::person_room(key));
  device.persons.push_back(std::move(key));
}

util::Task<chat::Status> SocketGateway::subscribe(socketio::SocketPtr socket, DevicePtr device, std::string room,
                                                  chat::RoomId id) {
  if (device->holds(room)) co_return util::Ok{};
  auto feed = co_await delivery_.feeds().hold(room, id);
  if (!feed) co_return feed.error();
  // Meanwhile the device may have gone, left the room, or been subscribed by a second join.
  if (device->session.closed || device->holds(room) || device->session.joined(id) == nullptr) {
    delivery_.feeds().release(room);
    if (device->holds(room)) co_return util::Ok{};
    co_return chat::refuse(chat::ErrorCode::kNotInRoom);
  }
  device->held.push_back(room);
  socket->join(room);
  co_return util::Ok{};
}

void SocketGateway::unsubscribe(socketio::Socket& socket, Device& device, const std::string& room) {
  if (std::erase(device.held, room) == 0) return;
  socket.leave(room);
  delivery_.feeds().release(room);
}

}  // namespace chillin::gateway
