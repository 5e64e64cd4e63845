#include "engineio/socket_impl.h"

#include <chrono>
#include <utility>

#include "engineio/engine_metrics.h"
#include "net/ws_frame.h"
#include "util/log.h"

namespace chillin::engineio {
namespace {

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

net::WsClose close_code(CloseReason reason) {
  switch (reason) {
    case CloseReason::kServerShuttingDown:
      return net::WsClose::kGoingAway;
    case CloseReason::kParseError:
    case CloseReason::kTransportError:
      return net::WsClose::kProtocolError;
    case CloseReason::kSlowReader:
      return net::WsClose::kPolicy;
    default:
      return net::WsClose::kNormal;
  }
}

/// Codes that the WebSocket layer closes with when the peer broke its rules; the reference reports those as errors.
CloseReason reason_of(std::uint16_t code) {
  switch (static_cast<net::WsClose>(code)) {
    case net::WsClose::kProtocolError:
    case net::WsClose::kInvalidData:
    case net::WsClose::kTooBig:
      return CloseReason::kTransportError;
    case net::WsClose::kPolicy:
      return CloseReason::kSlowReader;
    default:
      return CloseReason::kTransportClose;
  }
}

bool is_octet_stream(const net::HttpRequest& request) {
  return request.header("Content-Type") == "application/octet-stream";
}

}  // namespace

/// Borrows the loop's list of actions for one event; an event inside an event gets a list of its own.
class SocketImpl::Turn {
 public:
  explicit Turn(SocketImpl& socket) : home_(socket.home_), self_(socket.shared_from_this()) {
    actions.swap(home_.spare_actions);
  }
  ~Turn() {
    actions.clear();
    home_.spare_actions.swap(actions);
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  LoopState& home_;
  std::shared_ptr<SocketImpl> self_;  // whatever the user does, the socket outlives the event

 public:
  Actions actions;
};

SocketImpl::SocketImpl(Server::Impl& server, LoopState& home, Birth birth)
    : server_(server),
      home_(home),
      polling_(birth.transport == TransportKind::kPolling ? std::make_unique<PollingLink>() : nullptr),
      handshake_(std::move(birth.handshake)),
      id_(std::move(birth.id)),
      session_(server.session_config, birth.protocol, birth.transport, birth.text_only, home.loop.now()),
      timer_(home.loop, [this] { on_timer(); }) {}

/// With the loops stopped, connections may outlive their sockets.
SocketImpl::~SocketImpl() {
  if (websocket_) websocket_->set_handler(nullptr);
  if (polling_ && polling_->probe) polling_->probe->websocket->set_handler(nullptr);
}

const Handshake& SocketImpl::handshake() const noexcept {
  static const Handshake released;
  return handshake_ ? *handshake_ : released;
}

void SocketImpl::open_polling(net::HttpExchange& exchange, std::string_view open_data) {
  Turn turn(*this);
  session_.open(open_data, turn.actions);
  // Answered in this very call: nothing needs to be held.
  for (Action& a : turn.actions) {
    if (auto* answer = std::get_if<action::AnswerPoll>(&a))
      server_.respond(exchange, poll_answer(std::move(answer->payload)));
  }
  arm_timer();
}

void SocketImpl::open_websocket(std::shared_ptr<net::WebSocket> websocket, std::string_view open_data) {
  websocket_ = std::move(websocket);
  websocket_->set_handler(this);
  Turn turn(*this);
  session_.open(open_data, turn.actions);
  carry_out(turn.actions, Caller::kNetwork, nullptr);
}

void SocketImpl::on_get(std::shared_ptr<net::HttpExchange> exchange) {
  Turn turn(*this);
  session_.on_poll(home_.loop.now(), turn.actions);
  carry_out(turn.actions, Caller::kNetwork, &exchange);
}

void SocketImpl::on_post(net::HttpExchange& exchange) {
  Turn turn(*this);
  const net::HttpRequest& request = exchange.request();
  if (request.body.size() > server_.options.max_payload) {
    server_.respond(exchange, error_answer(false, 413, ErrorCode::kBadRequest, "Payload too large"));
    return;
  }
  const bool binary = is_octet_stream(request);
  const bool poll_waited = session_.poll_waiting();
  bool good = true;
  if (binary && session_.protocol() != 3) {
    session_.on_transport_error(turn.actions);
    carry_out(turn.actions, Caller::kNetwork, nullptr);
    good = false;
  }
  PayloadReader reader(session_.protocol(), request.body, binary, {.max_bytes = server_.options.max_payload});
  std::uint64_t packets = 0;
  while (good && session_.state() != Session::State::kClosed) {
    Packet packet;
    const auto step = reader.next(packet);
    if (step == PayloadReader::Step::kEnd) break;
    good = step == PayloadReader::Step::kPacket;
    if (good) {
      ++packets;
      session_.on_packet(Source::kPolling, packet, home_.loop.now(), turn.actions);
    } else {
      session_.on_parse_error(Source::kPolling, turn.actions);
    }
    carry_out(turn.actions, Caller::kNetwork, nullptr);
  }
  server_.count_packets(home_, packets, 0);
  if (closed_ == CloseReason::kTransportError) good = false;
  if (closed_ == CloseReason::kTransportClose && !poll_waited) {
    home_.farewells.remember(id_, {session_.protocol(), session_.text_only()}, home_.loop.now());
  }
  if (good) {
    server_.respond(exchange, post_answer());
  } else {
    server_.respond_error(exchange, ErrorCode::kBadRequest);
  }
}

void SocketImpl::on_upgrade(net::HttpExchange& exchange, bool text_only) {
  const bool wanted = session_.can_upgrade();
  auto websocket = exchange.accept_websocket(server_.websocket_options, {});
  if (!websocket) return;
  if (!wanted) {
    // Accepted and closed, as the reference has it: the client sees a close and not an error it may not expect.
    websocket->close(net::WsClose::kNormal, {});
    return;
  }
  polling_->probe = std::make_unique<Probe>(*this, websocket);
  websocket->set_handler(polling_->probe.get());
  session_.on_probe_opened(text_only, home_.loop.now());
  arm_timer();
}

bool SocketImpl::still_open() {
  if (home_.loop.now() >= session_.deadline()) on_timer();
  return session_.state() != Session::State::kClosed;
}

void SocketImpl::shut_down() {
  Turn turn(*this);
  session_.discard(CloseReason::kServerShuttingDown, turn.actions);
  carry_out(turn.actions, Caller::kNetwork, nullptr);
}

void SocketImpl::send(const EncodedPtr& batch, std::size_t first, std::size_t count) {
  if (session_.state() != Session::State::kOpen) return;
  server_.count_packets(home_, 0, count);
  if (websocket_) {
    send_now(*batch, first, count);
    return;
  }
  Turn turn(*this);
  session_.queue(batch, first, count, turn.actions);
  carry_out(turn.actions, Caller::kUser, nullptr);
  post_flush();
}

void SocketImpl::send_text(std::string_view data) {
  if (session_.state() != Session::State::kOpen) return;
  if (!websocket_) return Socket::send(EncodedBuilder().text(data).finish());
  server_.count_packets(home_, 0, 1);
  std::string frame;
  frame.reserve(net::kMaxWsHeaderBytes + 1 + data.size());
  net::append_ws_header(frame, net::WsOpcode::kText, data.size() + 1);
  frame += '4';
  frame += data;
  websocket_->send(util::Slice(util::SharedBuffer(std::move(frame))));
}

void SocketImpl::send_binary(std::string_view bytes) {
  if (session_.state() != Session::State::kOpen) return;
  Socket::send(EncodedBuilder().binary(bytes).finish());
}

void SocketImpl::send_now(const Encoded& batch, std::size_t first, std::size_t count) {
  if (!session_.text_only()) {
    websocket_->send(batch.ws_frames(session_.protocol(), first, count));
    return;
  }
  std::string text;
  for (std::size_t i = first; i < first + count && i < batch.packets(); ++i) {
    text.clear();
    append_text_packet(text, session_.protocol(),
                       {.type = PacketType::kMessage, .binary = batch.binary(i), .data = batch.data(i)});
    websocket_->send_text(text);
  }
}

bool SocketImpl::writable() const noexcept {
  if (session_.state() != Session::State::kOpen) return false;
  if (websocket_) return websocket_->queued_bytes() == 0;
  return session_.poll_waiting() && session_.queue_empty();
}

std::size_t SocketImpl::queued_bytes() const noexcept {
  return websocket_ ? websocket_->queued_bytes() : session_.queued_bytes();
}

void SocketImpl::close() {
  Turn turn(*this);
  session_.close(home_.loop.now(), turn.actions);
  carry_out(turn.actions, Caller::kUser, nullptr);
}

void SocketImpl::on_message(std::string_view data, bool binary) {
  Turn turn(*this);
  server_.count_packets(home_, 1, 0);
  std::string scratch;
  if (const auto packet = decode_ws_packet(session_.protocol(), data, binary, scratch)) {
    session_.on_packet(Source::kWebSocket, *packet, home_.loop.now(), turn.actions);
  } else {
    session_.on_parse_error(Source::kWebSocket, turn.actions);
  }
  carry_out(turn.actions, Caller::kNetwork, nullptr);
}

void SocketImpl::on_closed(std::uint16_t code, std::string_view) {
  Turn turn(*this);
  websocket_.reset();
  if (session_.state() == Session::State::kClosed) {
    if (home_.lingering.erase(shared_from_this()) > 0) server_.release();
    return;
  }
  session_.on_websocket_closed(reason_of(code), turn.actions);
  carry_out(turn.actions, Caller::kNetwork, nullptr);
}

void SocketImpl::on_drained() {
  tell_drained();
}

void SocketImpl::on_probe_message(std::string_view data, bool binary) {
  Turn turn(*this);
  std::string scratch;
  if (const auto packet = decode_ws_packet(session_.protocol(), data, binary, scratch)) {
    session_.on_packet(Source::kProbe, *packet, home_.loop.now(), turn.actions);
  } else {
    session_.on_parse_error(Source::kProbe, turn.actions);
  }
  carry_out(turn.actions, Caller::kNetwork, nullptr);
}

void SocketImpl::on_probe_closed() {
  Turn turn(*this);
  session_.on_probe_closed();
  if (polling_) polling_->probe.reset();
}

void SocketImpl::on_timer() {
  Turn turn(*this);
  server_.fold_counters(home_);
  session_.on_time(home_.loop.now(), turn.actions);
  carry_out(turn.actions, Caller::kNetwork, nullptr);
}

/// Deadlines mostly move away, so the timer is left alone until it fires and looks again.
void SocketImpl::arm_timer() {
  const util::SteadyTime deadline = session_.deadline();
  if (deadline == util::SteadyTime::max()) {
    timer_.cancel();
    return;
  }
  if (timer_.armed() && armed_for_ <= deadline) return;
  armed_for_ = deadline;
  timer_.arm(std::chrono::ceil<util::Millis>(deadline - home_.loop.now()));
}

void SocketImpl::carry_out(Actions& actions, Caller caller, std::shared_ptr<net::HttpExchange>* request) {
  // By index: a message that is delivered may add no action here, but what it calls runs events of its own.
  for (std::size_t i = 0; i < actions.size(); ++i) {
    std::visit(Overloaded{
                   [&](action::Deliver& a) {
                     if (handler_ != nullptr) handler_->on_message(a.data, a.binary);
                   },
                   [&](action::HoldPoll&) { hold_poll(*request); },
                   [&](action::RejectRequest&) { server_.respond_error(**request, ErrorCode::kBadRequest); },
                   [&](action::AnswerPoll& a) { answer_poll(poll_answer(std::move(a.payload))); },
                   [&](action::RejectPoll&) { answer_poll(error_answer(false, 400, ErrorCode::kBadRequest)); },
                   [&](action::SendText& a) { websocket_->send_text(a.text); },
                   [&](action::SendQueue& a) { send_queue(a.packets); },
                   [&](action::ProbePong&) { polling_->probe->websocket->send_text("3probe"); },
                   [&](action::AdoptProbe&) { adopt_probe(); },
                   [&](action::CloseProbe&) { close_probe(); },
                   [&](action::CloseWebSocket& a) { close_websocket(a.reason); },
                   [&](action::Drained&) { tell_drained(); },
                   [&](action::Closed& a) { finish(a.reason, caller); },
               },
               actions[i]);
  }
  actions.clear();
  arm_timer();
}

void SocketImpl::hold_poll(std::shared_ptr<net::HttpExchange> exchange) {
  polling_->poll = std::move(exchange);
  polling_->poll->on_aborted([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || !self->polling_) return;
    Turn turn(*self);
    self->polling_->poll.reset();
    self->session_.on_poll_aborted(turn.actions);
    self->carry_out(turn.actions, Caller::kNetwork, nullptr);
  });
}

void SocketImpl::answer_poll(net::HttpResponse response) {
  if (!polling_ || !polling_->poll) return;
  const auto exchange = std::move(polling_->poll);
  polling_->poll = nullptr;
  server_.respond(*exchange, std::move(response));
}

void SocketImpl::post_flush() {
  if (!polling_ || polling_->flush_posted || !session_.wants_flush()) return;
  // At the end of the turn, so that all of its packets leave in one answer.
  polling_->flush_posted = true;
  home_.loop.post([weak = weak_from_this()] {
    const auto self = weak.lock();
    if (!self || !self->polling_) return;
    self->polling_->flush_posted = false;
    Turn turn(*self);
    self->session_.flush(turn.actions);
    self->carry_out(turn.actions, Caller::kNetwork, nullptr);
  });
}

void SocketImpl::send_queue(const std::vector<Outgoing>& packets) {
  for (const Outgoing& item : packets) {
    if (item.batch) {
      send_now(*item.batch, item.first, item.count);
    } else {
      websocket_->send_text(std::string(1, static_cast<char>('0' + static_cast<int>(item.control))));
    }
  }
}

void SocketImpl::adopt_probe() {
  // Called from the probe's own on_message, which touches nothing of it afterwards.
  const auto link = std::move(polling_);
  websocket_ = std::move(link->probe->websocket);
  websocket_->set_handler(this);
  server_.stats.upgrades.fetch_add(1, std::memory_order_relaxed);
  server_.stats.polling_sessions.fetch_sub(1, std::memory_order_relaxed);
  server_.stats.websocket_sessions.fetch_add(1, std::memory_order_relaxed);
  count_session(TransportKind::kPolling, session_.protocol(), -1);
  count_session(TransportKind::kWebSocket, session_.protocol(), 1);
}

void SocketImpl::close_probe() {
  if (!polling_ || !polling_->probe) return;
  const auto probe = std::move(polling_->probe);
  probe->websocket->set_handler(nullptr);
  probe->websocket->close(net::WsClose::kNormal, {});
}

void SocketImpl::close_websocket(CloseReason reason) {
  if (!websocket_) return;
  const bool nothing_to_tell = reason == CloseReason::kForcedClose || reason == CloseReason::kTransportClose;
  websocket_->close(close_code(reason), nothing_to_tell ? std::string_view() : to_string(reason));
}

void SocketImpl::finish(CloseReason reason, Caller caller) {
  closed_ = reason;
  auto& gauge = polling_ ? server_.stats.polling_sessions : server_.stats.websocket_sessions;
  gauge.fetch_sub(1, std::memory_order_relaxed);
  count_session(polling_ ? TransportKind::kPolling : TransportKind::kWebSocket, session_.protocol(), -1);
  if (polling_ && reason == CloseReason::kSlowReader) count_slow_poller();
  server_.open_sessions.fetch_sub(1, std::memory_order_relaxed);
  server_.fold_counters(home_);
  const auto self = shared_from_this();
  if (const auto found = home_.sessions.find(std::string_view(id_)); found != home_.sessions.end()) {
    home_.sessions.erase(found);
  }
  if (websocket_) {
    home_.lingering.insert(self);
  } else {
    server_.release();
  }
  util::log_debug("session_closed", {{"sid", id_}, {"reason", to_string(reason)}});
  if (caller == Caller::kUser) {
    home_.loop.post([self, reason] { self->tell_closed(reason); });
  } else {
    tell_closed(reason);
  }
}

void SocketImpl::tell_closed(CloseReason reason) {
  handshake_.reset();
  if (SocketHandler* handler = std::exchange(handler_, nullptr)) handler->on_close(to_string(reason));
}

void SocketImpl::tell_drained() {
  if (handler_ != nullptr && session_.state() != Session::State::kClosed) handler_->on_drain();
}

}  // namespace chillin::engineio
