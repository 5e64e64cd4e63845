#include "socketio/socket.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "socketio/client.h"
#include "socketio/guard.h"
#include "socketio/hub.h"
#include "socketio/socket_impl.h"

namespace chillin::socketio {

void Ack::operator()(const Payload& payload) {
  const auto socket = std::exchange(socket_, {}).lock();
  const std::int64_t id = std::exchange(id_, -1);
  if (socket && id >= 0) static_cast<SocketImpl&>(*socket).send_ack(id, payload);
}

void Ack::raw(std::string_view args_json) {
  const auto socket = std::exchange(socket_, {}).lock();
  const std::int64_t id = std::exchange(id_, -1);
  if (socket && id >= 0) static_cast<SocketImpl&>(*socket).send_ack_raw(id, args_json);
}

/// Acknowledgements the client owes, with the one timer for all of them.
struct SocketImpl::Acks {
  Acks(net::Loop& loop, util::UniqueFunction<void()> on_fire) : timer(loop, std::move(on_fire)) {}
  PendingAcks pending;
  net::Timer timer;
};

struct SocketImpl::Extras {
  json::value auth;                            ///< until the handshake is asked for
  std::unique_ptr<SocketHandshake> handshake;  ///< made when asked for: copying a request's headers is not free
  bool keep_handshake = false;
  std::vector<std::string> early_rooms;  ///< joined in middleware, for when it is connected
  EventTable handlers;
  std::vector<DisconnectHandler> disconnect_handlers;
  std::unique_ptr<Acks> acks;

  [[nodiscard]] bool empty() const noexcept {
    return !handshake && !keep_handshake && handlers.empty() && disconnect_handlers.empty() && !acks;
  }
};

SocketImpl::SocketImpl(Client& client, NamespaceImpl& nsp, std::string id, json::value auth)
    : RoomMember(std::move(id)),
      nsp_(nsp),
      loop_(client.conn()->loop()),
      client_(&client),
      conn_(client.conn()),
      extras_(std::make_unique<Extras>()) {
  extras_->auth = std::move(auth);
}

SocketImpl::~SocketImpl() = default;

SocketImpl::Extras& SocketImpl::extras() {
  if (!extras_) extras_ = std::make_unique<Extras>();
  return *extras_;
}

void SocketImpl::release_extras() {
  if (extras_ && extras_->empty()) extras_.reset();
}

const SocketHandshake& SocketImpl::handshake() const noexcept {
  static const SocketHandshake kReleased;
  if (!extras_) return kReleased;
  if (!extras_->handshake && state_ != State::kGone) {
    const engineio::Handshake& request = conn_->handshake();
    extras_->handshake = std::make_unique<SocketHandshake>(
        SocketHandshake{std::move(extras_->auth), request.query, request.address, request.headers});
  }
  return extras_->handshake ? *extras_->handshake : kReleased;
}

void SocketImpl::keep_handshake() noexcept {
  extras().keep_handshake = true;
  (void)handshake();
}

void SocketImpl::on(std::string_view event, EventHandler handler) {
  if (state_ == State::kGone) return;
  extras().handlers.insert_or_assign(std::string(event), std::move(handler));
}

void SocketImpl::on_disconnect(DisconnectHandler handler) {
  if (state_ == State::kGone) return;
  extras().disconnect_handlers.push_back(std::move(handler));
}

void SocketImpl::send_text(std::string_view text, const std::vector<std::string>& attachments) {
  conn_->send_text(text);
  for (const std::string& bytes : attachments) conn_->send_binary(bytes);
}

void SocketImpl::emit(std::string_view event, const Payload& payload) {
  if (!connected()) return;
  send_text(encode_event(nsp_.name(), event, payload), payload.attachments);
}

void SocketImpl::emit_volatile(std::string_view event, const Payload& payload) {
  if (connected() && conn_->writable()) emit(event, payload);
}

void SocketImpl::emit_raw(std::string_view event, std::string_view args_json) {
  if (connected()) conn_->send_text(encode_event(nsp_.name(), event, args_json));
}

void SocketImpl::send(const engineio::EncodedPtr& batch) {
  if (connected()) conn_->send(batch);
}

void SocketImpl::emit_with_ack(std::string_view event, const Payload& payload, util::Millis timeout, AckHandler done) {
  const std::int64_t id = nsp_.next_ack_id();
  const std::string text = connected() ? encode_event(nsp_.name(), event, payload, id) : std::string();
  await_ack(id, timeout, std::move(done));
  if (connected()) send_text(text, payload.attachments);
}

void SocketImpl::await_ack(std::int64_t id, util::Millis timeout, AckHandler done) {
  const char* error = nullptr;
  if (!connected()) error = "disconnected";
  if (connected() && extras_ && extras_->acks &&
      extras_->acks->pending.size() >= client_->hub().options().max_pending_acks) {
    error = "too many pending";
  }
  if (error != nullptr) {
    loop_.post([error, done = std::move(done)]() mutable { done(error, {}); });
    return;
  }
  auto& acks = extras().acks;
  if (!acks) acks = std::make_unique<Acks>(loop_, [this] { expire_acks(); });
  acks->pending.add(id, loop_.now() + timeout, std::move(done));
  arm_ack_timer();
}

void SocketImpl::arm_ack_timer() {
  Acks& acks = *extras_->acks;
  if (const auto deadline = acks.pending.next_deadline()) {
    const auto delay = std::chrono::ceil<util::Millis>(*deadline - loop_.now());
    acks.timer.arm(std::max(delay, util::Millis(0)));
    return;
  }
  extras_->acks.reset();
  release_extras();
}

void SocketImpl::expire_acks() {
  const auto self = shared_from_this();
  for (auto& entry : extras_->acks->pending.take_expired(loop_.now())) {
    run_guarded(nsp_.name(), "acknowledgement", [&] { entry.handler("timeout", {}); });
  }
  if (extras_ && extras_->acks) arm_ack_timer();
}

void SocketImpl::handle_ack(Packet packet) {
  if (!extras_ || !extras_->acks) return;
  auto handler = extras_->acks->pending.take(packet.id);
  if (!handler) return;  // too late, or never asked for
  if (extras_->acks->pending.size() == 0) {
    extras_->acks.reset();
    release_extras();
  }
  Payload payload(std::move(packet.data.get_array()));
  payload.attachments = std::move(packet.attachments);
  run_guarded(nsp_.name(), "acknowledgement", [&] { (*handler)(nullptr, std::move(payload)); });
}

void SocketImpl::send_ack(std::int64_t id, const Payload& payload) {
  if (connected()) send_text(encode_ack(nsp_.name(), id, payload), payload.attachments);
}

void SocketImpl::send_ack_raw(std::int64_t id, std::string_view args_json) {
  if (connected()) conn_->send_text(encode_ack(nsp_.name(), id, args_json));
}

void SocketImpl::join(std::string_view room) {
  if (state_ == State::kPending) extras().early_rooms.emplace_back(room);
  if (connected()) nsp_.adapter()->add(*this, room);
}

void SocketImpl::leave(std::string_view room) {
  if (state_ == State::kPending) std::erase(extras().early_rooms, room);
  if (connected()) nsp_.adapter()->remove(*this, room);
}

std::vector<std::string> SocketImpl::rooms() const {
  if (!connected()) return {};
  return nsp_.adapter()->rooms_of(const_cast<SocketImpl&>(*this));
}

Broadcast SocketImpl::to(std::string room) {
  return broadcast().to(std::move(room));
}

Broadcast SocketImpl::except(std::string room) {
  return broadcast().except(std::move(room));
}

Broadcast SocketImpl::broadcast() {
  return {nsp_.adapter(), Target{.rooms = {}, .except = {id()}}};
}

void SocketImpl::disconnect(bool close) {
  if (client_ != nullptr) client_->disconnect(*this, close);
}

void SocketImpl::admit() {
  if (client_ != nullptr) client_->admit(*this);
}

void SocketImpl::refuse(const ConnectError& error) {
  if (client_ != nullptr) client_->refuse(*this, error);
}

void SocketImpl::open() {
  const SocketPtr self = shared_from_this();
  state_ = State::kConnected;
  Adapter& adapter = *nsp_.adapter();
  adapter.connect(*this);
  if (extras_) {
    for (const std::string& room : std::exchange(extras_->early_rooms, {})) adapter.add(*this, room);
  }
  std::string text = client_->protocol() == 4
                         ? encode_packet({PacketType::kConnect, nsp_.name(), -1, json::object{{"sid", id()}}, {}})
                         : encode_packet({PacketType::kConnect, nsp_.name(), -1, nullptr, {}});
  conn_->send_text(text);
  nsp_.connected(self);
  if (!extras_ || extras_->keep_handshake) return;
  extras_->handshake.reset();
  extras_->auth = nullptr;
  release_extras();
}

void SocketImpl::handle(Packet packet) {
  if (packet.type == PacketType::kAck) return handle_ack(std::move(packet));
  if (packet.type == PacketType::kEvent) handle_event(std::move(packet));
}

void SocketImpl::handle_event(Packet packet) {
  json::array& args = packet.data.get_array();
  const json::value name = std::move(args.front());
  args.erase(args.begin());
  std::string number;
  if (!name.is_string()) append_json(number, name);

  Event event;
  event.name = name.is_string() ? std::string_view(name.get_string().data(), name.get_string().size()) : number;
  event.payload.args = std::move(args);
  event.payload.attachments = std::move(packet.attachments);
  if (packet.id >= 0) event.ack = Ack(weak_from_this(), packet.id);

  if (extras_) {
    const auto own = extras_->handlers.find(event.name);
    if (own != extras_->handlers.end()) {
      const EventHandler handler = own->second;  // a copy: it may replace itself
      run_guarded(nsp_.name(), event.name, [&] { handler(*this, event); });
      return;
    }
  }
  if (const EventHandler* handler = nsp_.handler(event.name)) {
    run_guarded(nsp_.name(), event.name, [&] { (*handler)(*this, event); });
  }
}

void SocketImpl::close(std::string_view reason) {
  if (state_ == State::kGone) return;
  const SocketPtr self = shared_from_this();
  const bool was_connected = connected();
  state_ = State::kGone;
  client_ = nullptr;
  // Taken along: handlers may still ask for a kept handshake, but cannot add to what is going.
  if (was_connected) nsp_.adapter()->remove_all(*this);
  if (extras_ && extras_->acks) {
    auto acks = std::move(extras_->acks);
    for (auto& entry : acks->pending.take_all()) {
      run_guarded(nsp_.name(), "acknowledgement", [&] { entry.handler("disconnected", {}); });
    }
  }
  if (was_connected) {
    if (extras_) {
      for (const DisconnectHandler& handler : extras_->disconnect_handlers) {
        run_guarded(nsp_.name(), "disconnect", [&] { handler(*this, reason); });
      }
    }
    nsp_.disconnected(*this, reason);
  }
  if (!extras_) return;
  // Handlers often hold the socket: they have to go, or neither ever would.
  extras_->handlers.clear();
  extras_->disconnect_handlers.clear();
  if (!extras_->keep_handshake) extras_.reset();
}

}  // namespace chillin::socketio
