#include "net/websocket_connection.h"

#include <utility>

#include "util/log.h"
#include "util/metrics.h"

namespace chillin::net {

namespace {
// A reader that did not take its data will hardly take the close frame either; it gets a moment to.
constexpr util::Millis kSlowReaderGrace{1'000};
constexpr std::size_t kMaxCloseReason = 123;
// The other transport's series is engineio's.
const util::metrics::Counter kSlowReaders("chillin_slow_readers_closed_total",
                                          "Sessions closed because the client did not take what was sent to it.",
                                          util::metrics::labels("transport", {"websocket"}));

constexpr auto kAbnormal = static_cast<std::uint16_t>(WsClose::kAbnormal);

/// At most 123 bytes that end at a character's end (RFC 6455 section 5.5).
std::string_view clipped_reason(std::string_view reason) noexcept {
  if (reason.size() <= kMaxCloseReason) return reason;
  std::size_t n = kMaxCloseReason;
  while (n > 0 && (static_cast<unsigned char>(reason[n]) & 0xc0U) == 0x80U) --n;
  return reason.substr(0, n);
}

}  // namespace

WebSocketConnection::WebSocketConnection(TcpConnection& tcp, const WebSocketOptions& options)
    : tcp_(&tcp),
      max_queued_bytes_(options.max_queued_bytes),
      loop_(tcp.loop().loop()),
      close_timeout_(options.close_timeout),
      parser_(options.max_message_bytes) {}

const std::string& WebSocketConnection::peer_address() const noexcept {
  static const std::string gone;
  return tcp_ != nullptr ? tcp_->peer_address() : gone;
}

void WebSocketConnection::feed_later(std::string bytes) {
  extra().early_bytes = std::move(bytes);
  feeding_later_ = true;
  loop_.post([self = shared_from_this()] {
    self->feeding_later_ = false;
    std::string early = std::move(self->extra_->early_bytes);
    if (self->tcp_ != nullptr) self->on_data(early);
  });
}

void WebSocketConnection::send(util::Slice frames) {
  if (state_ != State::kOpen) return;
  tcp_->send(std::move(frames));
  if (tcp_->queued_bytes() > max_queued_bytes_) check_queue();
}

void WebSocketConnection::check_queue() {
  // What was queued in this turn only has not been offered to the kernel yet.
  tcp_->try_write_now();
  if (tcp_ != nullptr && state_ == State::kOpen && tcp_->queued_bytes() > max_queued_bytes_) give_up_on_slow_reader();
}

void WebSocketConnection::give_up_on_slow_reader() {
  kSlowReaders.add();
  util::log_warn("slow_reader_closed",
                 {{"peer", tcp_->peer_address()}, {"queued_bytes", static_cast<std::uint64_t>(tcp_->queued_bytes())}});
  tcp_->drop_queued();
  constexpr std::string_view reason = "slow reader";
  extra().close_code = static_cast<std::uint16_t>(WsClose::kPolicy);
  extra().close_reason = reason;
  send_close_frame(static_cast<std::uint16_t>(WsClose::kPolicy), reason);
  begin_closing(kSlowReaderGrace);
}

void WebSocketConnection::send_message(WsOpcode opcode, std::string_view payload) {
  if (state_ != State::kOpen) return;
  std::string frame;
  append_ws_frame(frame, opcode, payload);
  send(util::Slice(util::SharedBuffer(std::move(frame))));
}

void WebSocketConnection::send_text(std::string_view text) {
  send_message(WsOpcode::kText, text);
}
void WebSocketConnection::send_binary(std::string_view bytes) {
  send_message(WsOpcode::kBinary, bytes);
}

void WebSocketConnection::send_close_frame(std::uint16_t code, std::string_view reason) {
  std::string payload;
  if (code != static_cast<std::uint16_t>(WsClose::kNoStatus)) {
    payload += static_cast<char>(code >> 8);
    payload += static_cast<char>(code & 0xff);
    payload += clipped_reason(reason);
  }
  std::string frame;
  append_ws_frame(frame, WsOpcode::kClose, payload);
  tcp_->send(util::Slice(util::SharedBuffer(std::move(frame))));
}

void WebSocketConnection::begin_closing(util::Millis timeout) {
  state_ = State::kClosing;
  extra().close_timer = std::make_unique<Timer>(loop_, [this] { abort(); });
  extra().close_timer->arm(timeout);
}

void WebSocketConnection::close(WsClose code, std::string_view reason) {
  if (state_ != State::kOpen) return;
  send_close_frame(static_cast<std::uint16_t>(code), reason);
  begin_closing(close_timeout_);
}

void WebSocketConnection::abort() {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  if (extra_) extra_->close_timer.reset();
  if (TcpConnection* tcp = std::exchange(tcp_, nullptr)) tcp->abort();
  loop_.post([self = shared_from_this()] {
    const std::uint16_t code = self->extra_ ? self->extra_->close_code : kAbnormal;
    self->tell_closed(code, self->extra_ ? std::string(self->extra_->close_reason) : std::string());
  });
}

void WebSocketConnection::tell_closed(std::uint16_t code, std::string_view reason) {
  if (std::exchange(told_, true)) return;
  if (Handler* handler = std::exchange(handler_, nullptr)) handler->on_closed(code, reason);
}

void WebSocketConnection::on_data(std::span<char> bytes) {
  if (feeding_later_) {
    extra_->early_bytes.append(bytes.data(), bytes.size());
    return;
  }
  if (state_ == State::kClosed) return;
  parser_.feed(bytes, *this);
}

bool WebSocketConnection::on_message(std::string_view data, bool binary) {
  // While closing, only the peer's close frame matters any more.
  if (state_ == State::kOpen && handler_ != nullptr) handler_->on_message(data, binary);
  return state_ != State::kClosed;
}

bool WebSocketConnection::on_ping(std::string_view payload) {
  if (state_ != State::kOpen) return state_ != State::kClosed;
  if (pong_queued_) {
    // A flood of pings without reading costs one answer: "the most recently processed Ping frame" (section 5.5.3).
    extra().waiting_pong = payload;
    extra().pong_waits = true;
    return true;
  }
  pong_queued_ = true;
  send_message(WsOpcode::kPong, payload);
  return state_ != State::kClosed;
}

bool WebSocketConnection::on_close(std::uint16_t code, std::string_view reason) {
  const bool answer = state_ == State::kOpen;
  state_ = State::kClosed;
  if (extra_) extra_->close_timer.reset();
  TcpConnection* tcp = tcp_;
  if (answer) send_close_frame(code, {});
  tcp_ = nullptr;
  tcp->close_gracefully(false);
  tell_closed(code, reason);
  return false;
}

void WebSocketConnection::on_violation(const WsViolation& violation) {
  if (state_ == State::kOpen) send_close_frame(static_cast<std::uint16_t>(violation.code), violation.reason);
  state_ = State::kClosed;
  if (extra_) extra_->close_timer.reset();
  // The peer is likely to be sending still, and should see why it was closed.
  std::exchange(tcp_, nullptr)->close_gracefully(true);
  tell_closed(static_cast<std::uint16_t>(violation.code), violation.reason);
}

void WebSocketConnection::on_eof() {
  std::exchange(tcp_, nullptr)->abort();
  on_closed();
}

void WebSocketConnection::on_closed() {
  tcp_ = nullptr;
  state_ = State::kClosed;
  if (extra_) extra_->close_timer.reset();
  if (told_) return;
  const std::uint16_t code = extra_ ? extra_->close_code : kAbnormal;
  const std::string reason = extra_ ? extra_->close_reason : std::string();
  tell_closed(code, reason);
}

void WebSocketConnection::on_detached() noexcept {
  tcp_ = nullptr;
  state_ = State::kClosed;
  told_ = true;
  handler_ = nullptr;
}

void WebSocketConnection::on_drained() {
  pong_queued_ = false;
  if (state_ != State::kOpen) return;
  if (extra_ && std::exchange(extra_->pong_waits, false)) {
    pong_queued_ = true;
    const std::string payload = std::move(extra_->waiting_pong);
    send_message(WsOpcode::kPong, payload);
  }
  if (std::exchange(drain_wanted_, false) && handler_ != nullptr) handler_->on_drained();
}

}  // namespace chillin::net
