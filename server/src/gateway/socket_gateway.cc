#include "gateway/socket_gateway.h"

#include <chrono>
#include <utility>

#include "chat/authenticate.h"
#include "chat/end_session.h"
#include "chat/message_trace.h"
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

// CONNECT's `{ traceparent }`, then `?traceparent=`, then the header.
std::string trace_of_handshake(const socketio::SocketHandshake& handshake) {
  std::optional<std::string> trace;
  if (const auto* auth = handshake.auth.if_object()) {
    if (const auto* given = auth->if_contains("traceparent"); given != nullptr && given->is_string()) {
      trace = chat::parse_traceparent(std::string_view(given->get_string().data(), given->get_string().size()));
    }
  }
  const net::QueryParams query(handshake.query);  // what get() returns points into it
  if (const auto given = query.get("traceparent"); given && !trace) trace = chat::parse_traceparent(*given);
  for (const auto& [name, value] : handshake.headers) {
    static constexpr std::string_view kName = "traceparent";
    if (trace || name.size() != kName.size()) continue;
    net::HttpRequest probe;
    probe.headers = {{name, value}};
    trace = chat::parse_traceparent(probe.header(kName));
  }
  return trace.value_or("");
}

// As whom it is known in the room joined last; empty: it is in none.
std::string author_of(const chat::Session& session) {
  if (session.account) return session.account->author_key();
  return session.rooms.empty() ? std::string() : session.rooms.back().who.author_key();
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
  nsp.on_disconnect([this](socketio::Socket& socket, std::string_view reason) {
    if (const DevicePtr device = device_of(socket); device && chat::tracing()) {
      util::log_debug("socket_disconnected",
                      {{"socket", socket.id()}, {"author", author_of(device->session)}, {"reason", reason}});
    }
    disconnected(socket);
  });

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
  nsp.on(event, [this, event = std::string(event), parse, stores, number = event_number(event)](
                    socketio::Socket& socket, socketio::Event& e) {
    const DevicePtr device = device_of(socket);
    if (!device) return;
    Call call{socket.shared_from_this(), device, std::move(e.ack), number, util::metrics::now()};
    const std::int64_t draining = draining_ms_.load(std::memory_order_relaxed);
    if (stores && draining >= 0) {
      chat::Error error = chat::refuse(chat::ErrorCode::kUnavailable, "The server is restarting. Try again soon.");
      error.retry_after_ms = draining;
      refuse(call, error);
      log_answer(event, call, &error, util::Millis{0});
      return;
    }
    std::optional<chat::Error> error;
    // A callback alone, as in `emit("typing", cb)`, leaves no argument.
    const json::value* arg = e.payload.args.empty() ? nullptr : &e.payload.args[0];
    Work work = (this->*parse)(call, arg, error);
    if (error) {
      refuse(call, *error);
      log_answer(event, call, &*error, util::Millis{0});
      return;
    }
    util::spawn(answer(event, std::move(call), std::move(work)));
  });
}

void SocketGateway::log_answer(std::string_view event, const Call& call, const chat::Error* refused,
                               util::Millis took) const {
  const bool slow = slow_.count() > 0 && took >= slow_;
  if (!slow && (refused == nullptr || !chat::tracing())) return;
  const auto level = slow ? util::LogLevel::kWarn : util::LogLevel::kDebug;
  if (!util::log_enabled(level)) return;
  util::log_write(level, slow ? "slow_event" : "event_refused",
                  {{"request", event},
                   {"ms", static_cast<std::int64_t>(took.count())},
                   {"code", refused == nullptr ? std::string_view("OK") : chat::code_name(refused->code)},
                   {"socket", call.socket->id()},
                   {"author", author_of(call.device->session)},
                   {"trace", call.device->trace}});
}

// `event` is the handler's own copy, which lives as long as the namespace.
util::Task<void> SocketGateway::answer(std::string_view event, Call call, Work work) {
  const auto begin = std::chrono::steady_clock::now();
  in_flight_.fetch_add(1, std::memory_order_relaxed);
  const auto reply = co_await std::move(work);
  in_flight_.fetch_sub(1, std::memory_order_relaxed);
  log_answer(event, call, reply ? nullptr : &reply.error(),
             std::chrono::duration_cast<util::Millis>(std::chrono::steady_clock::now() - begin));
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
  device->trace = trace_of_handshake(socket->handshake());
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
  if (chat::tracing()) {
    util::log_debug("socket_connected",
                    {{"socket", socket->id()}, {"author", author_of(device->session)}, {"trace", device->trace}});
  }
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
