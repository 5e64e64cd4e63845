#include "engineio/session.h"

#include <algorithm>
#include <utility>

namespace chillin::engineio {
namespace {

constexpr std::string_view kProbe = "probe";
/// A ping that is this late (a loop that was held up) gives the client its whole time-out from now on.
constexpr util::Millis kLateTimer{50};
/// What a queued packet costs beside its data: separators, the queue's own entry.
constexpr std::size_t kPacketOverhead = 32;

std::size_t cost(const Outgoing& item) {
  if (!item.batch) return kPacketOverhead;
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < item.count; ++i) bytes += item.batch->data(item.first + i).size() + kPacketOverhead;
  return bytes;
}

char digit(PacketType type) {
  return static_cast<char>('0' + static_cast<int>(type));
}

}  // namespace

std::string_view to_string(CloseReason reason) noexcept {
  switch (reason) {
    case CloseReason::kTransportClose:
      return "transport close";
    case CloseReason::kTransportError:
      return "transport error";
    case CloseReason::kPingTimeout:
      return "ping timeout";
    case CloseReason::kParseError:
      return "parse error";
    case CloseReason::kForcedClose:
      return "forced close";
    case CloseReason::kServerShuttingDown:
      return "server shutting down";
    case CloseReason::kSlowReader:
      return "slow reader";
  }
  return "transport error";
}

Session::Session(const SessionConfig& config, int protocol, TransportKind transport, bool text_only,
                 util::SteadyTime now)
    : config_(config),
      polling_(transport == TransportKind::kPolling ? std::make_unique<Polling>() : nullptr),
      heartbeat_at_(protocol == 3 ? now + config.ping_interval + config.ping_timeout : now + config.ping_interval),
      protocol_(static_cast<std::uint8_t>(protocol)),
      text_only_(text_only) {}

void Session::open(std::string_view open_data, Actions& out) {
  const Packet packet{.type = PacketType::kOpen, .binary = false, .data = open_data};
  if (!polling_) {
    std::string text;
    append_text_packet(text, protocol_, packet);
    out.emplace_back(action::SendText{std::move(text)});
    return;
  }
  out.emplace_back(action::HoldPoll{});
  out.emplace_back(action::AnswerPoll{encode_payload(protocol_, text_only_, {&packet, 1})});
}

void Session::on_poll(util::SteadyTime now, Actions& out) {
  if (!polling_ || state_ == State::kClosed) {
    out.emplace_back(action::RejectRequest{});
    return;
  }
  Polling& p = *polling_;
  if (p.poll_waiting) {
    // Two at once mean that the client has lost track of its first one; the reference ends the session, and so do we.
    out.emplace_back(action::RejectRequest{});
    finish(CloseReason::kTransportError, PacketType::kClose, out);
    return;
  }
  out.emplace_back(action::HoldPoll{});
  p.poll_waiting = true;
  if (!p.queue.empty()) {
    flush(out);
  } else if (state_ == State::kClosing) {
    finish(CloseReason::kForcedClose, PacketType::kClose, out);
  } else if (p.probed && now >= p.next_noop) {
    release_poll_with_noop(now, out);
  }
}

void Session::on_poll_aborted(Actions& out) {
  if (!poll_waiting() || state_ == State::kClosed) return;
  polling_->poll_waiting = false;
  finish(CloseReason::kTransportError, PacketType::kClose, out);
}

void Session::on_packet(Source source, const Packet& packet, util::SteadyTime now, Actions& out) {
  if (state_ == State::kClosed) return;
  if (source == Source::kProbe) {
    on_probe_packet(packet, now, out);
    return;
  }
  // A straggler of the transport that was left behind by an upgrade.
  if ((source == Source::kPolling) != (polling_ != nullptr)) return;
  if (packet.type == PacketType::kClose) {
    finish(CloseReason::kTransportClose, PacketType::kNoop, out);
    return;
  }
  if (state_ != State::kOpen) return;

  if (awaiting_pong_ && !pong_extended_ && packet.type != PacketType::kPong) {
    // The client is alive, its pong is just behind something big: more time, once.
    pong_extended_ = true;
    heartbeat_at_ = now + config_.ping_timeout;
  }
  switch (packet.type) {
    case PacketType::kMessage:
      out.emplace_back(action::Deliver{packet.data, packet.binary});
      return;
    case PacketType::kPing:
      if (protocol_ != 3) return on_transport_error(out);
      heartbeat_at_ = now + config_.ping_interval + config_.ping_timeout;
      send_control(PacketType::kPong, out);
      return;
    case PacketType::kPong:
      if (protocol_ == 3) return on_transport_error(out);
      if (polling_ && polling_->ping_queued) return;
      awaiting_pong_ = false;
      heartbeat_at_ = now + config_.ping_interval;
      return;
    // Of no meaning here; the reference passes them over as well.
    case PacketType::kOpen:
    case PacketType::kClose:
    case PacketType::kUpgrade:
    case PacketType::kNoop:
      return;
  }
}

void Session::on_parse_error(Source source, Actions& out) {
  if (state_ == State::kClosed) return;
  if (source == Source::kProbe) {
    end_upgrade(out);
    return;
  }
  if ((source == Source::kPolling) != (polling_ != nullptr)) return;
  finish(CloseReason::kParseError, PacketType::kClose, out);
}

void Session::on_transport_error(Actions& out) {
  if (state_ != State::kClosed) finish(CloseReason::kTransportError, PacketType::kClose, out);
}

bool Session::can_upgrade() const noexcept {
  return state_ != State::kClosed && polling_ && !polling_->upgrading;
}

void Session::on_probe_opened(bool text_only, util::SteadyTime now) {
  if (!can_upgrade()) return;
  polling_->upgrading = true;
  polling_->probed = false;
  polling_->probe_text_only = text_only;
  polling_->upgrade_deadline = now + config_.upgrade_timeout;
}

void Session::on_probe_closed() noexcept {
  if (upgrading()) polling_->upgrading = polling_->probed = false;
}

void Session::on_probe_packet(const Packet& packet, util::SteadyTime now, Actions& out) {
  if (!upgrading()) return;
  Polling& p = *polling_;
  if (packet.type == PacketType::kPing && packet.data == kProbe) {
    out.emplace_back(action::ProbePong{});
    p.probed = true;
    // The client can finish only when no poll is under way: end the waiting one now, and later ones after a pause, lest
    // a client that goes on polling spins.
    p.next_noop = now;
    if (p.poll_waiting) release_poll_with_noop(now, out);
    p.next_noop = now + config_.noop_pace;
    return;
  }
  if (packet.type == PacketType::kUpgrade) {
    finish_upgrade(out);
    return;
  }
  end_upgrade(out);
}

void Session::finish_upgrade(Actions& out) {
  const std::unique_ptr<Polling> p = std::move(polling_);
  text_only_ = p->probe_text_only;
  // A client that finishes with a poll under way gives that poll up.
  if (p->poll_waiting) out.emplace_back(action::RejectPoll{});
  out.emplace_back(action::AdoptProbe{});
  if (!p->queue.empty()) {
    out.emplace_back(action::SendQueue{std::move(p->queue)});
    out.emplace_back(action::Drained{});
  }
  if (state_ == State::kClosing) finish(CloseReason::kForcedClose, PacketType::kNoop, out);
}

void Session::end_upgrade(Actions& out) {
  if (!upgrading()) return;
  polling_->upgrading = polling_->probed = false;
  out.emplace_back(action::CloseProbe{});
}

void Session::on_websocket_closed(CloseReason reason, Actions& out) {
  if (polling_ || state_ == State::kClosed) return;
  state_ = State::kClosed;
  out.emplace_back(action::Closed{reason});
}

void Session::on_time(util::SteadyTime now, Actions& out) {
  if (state_ == State::kClosed) return;
  if (upgrading() && now >= polling_->upgrade_deadline) end_upgrade(out);
  if (state_ == State::kClosing) {
    if (now >= polling_->close_deadline) finish(CloseReason::kForcedClose, PacketType::kClose, out);
    return;
  }
  if (now >= heartbeat_at_) on_heartbeat_due(now, out);
  if (state_ == State::kOpen && poll_waiting() && polling_->probed && now >= polling_->next_noop) {
    release_poll_with_noop(now, out);
  }
}

void Session::on_heartbeat_due(util::SteadyTime now, Actions& out) {
  if (protocol_ != 3 && !awaiting_pong_) {
    awaiting_pong_ = true;
    pong_extended_ = false;
    const util::SteadyTime sent_at = now - heartbeat_at_ <= kLateTimer ? heartbeat_at_ : now;
    heartbeat_at_ = sent_at + config_.ping_timeout;
    if (polling_) polling_->ping_queued = true;
    send_control(PacketType::kPing, out);
    if (now < heartbeat_at_) return;
  }
  finish(CloseReason::kPingTimeout, PacketType::kClose, out);
}

void Session::queue(const EncodedPtr& batch, std::size_t first, std::size_t count, Actions& out) {
  if (state_ != State::kOpen || !polling_ || first >= batch->packets()) return;
  count = std::min(count, batch->packets() - first);
  if (count == 0) return;
  Outgoing item{.batch = batch, .first = static_cast<std::uint32_t>(first), .count = static_cast<std::uint32_t>(count)};
  polling_->bytes += cost(item);
  polling_->queue.push_back(std::move(item));
  if (polling_->bytes <= config_.max_queued_bytes) return;
  // A waiting poll takes it all, however much one turn produced: only who does not read is slow.
  if (polling_->poll_waiting) return flush(out);
  finish(CloseReason::kSlowReader, PacketType::kClose, out);
}

bool Session::wants_flush() const noexcept {
  return poll_waiting() && !polling_->queue.empty();
}

void Session::flush(Actions& out) {
  if (state_ == State::kClosed || !wants_flush()) return;
  out.emplace_back(action::AnswerPoll{take_payload(nullptr)});
  out.emplace_back(action::Drained{});
}

void Session::close(util::SteadyTime now, Actions& out) {
  if (state_ != State::kOpen) return;
  if (!polling_ || (polling_->poll_waiting && polling_->queue.empty())) {
    finish(CloseReason::kForcedClose, PacketType::kClose, out);
    return;
  }
  // What is queued goes first, in a payload of its own: a client that finds the close packet behind a message has
  // closed before it looks at the message (socket.io-client 4 hands messages on in a later task).
  flush(out);
  state_ = State::kClosing;
  polling_->close_deadline = now + config_.close_timeout;
}

void Session::discard(CloseReason reason, Actions& out) {
  if (state_ != State::kClosed) finish(reason, PacketType::kClose, out);
}

util::SteadyTime Session::deadline() const noexcept {
  if (state_ == State::kClosed) return util::SteadyTime::max();
  if (!polling_) return heartbeat_at_;
  util::SteadyTime at = state_ == State::kClosing ? polling_->close_deadline : heartbeat_at_;
  if (polling_->upgrading) at = std::min(at, polling_->upgrade_deadline);
  if (polling_->probed && polling_->poll_waiting) at = std::min(at, polling_->next_noop);
  return at;
}

void Session::send_control(PacketType type, Actions& out) {
  if (!polling_) {
    out.emplace_back(action::SendText{std::string(1, digit(type))});
    return;
  }
  Outgoing item{.batch = nullptr, .first = 0, .count = 1, .control = type};
  polling_->bytes += cost(item);
  polling_->queue.push_back(std::move(item));
  if (polling_->poll_waiting) return flush(out);
  if (polling_->bytes > config_.max_queued_bytes) finish(CloseReason::kSlowReader, PacketType::kClose, out);
}

/// Ends the waiting poll with what is queued and one packet more.
void Session::release_poll(PacketType extra, Actions& out) {
  out.emplace_back(action::AnswerPoll{take_payload(&extra)});
}

void Session::release_poll_with_noop(util::SteadyTime now, Actions& out) {
  polling_->next_noop = now + config_.noop_pace;
  if (polling_->queue.empty()) return release_poll(PacketType::kNoop, out);
  flush(out);
}

Payload Session::take_payload(const PacketType* extra) {
  Polling& p = *polling_;
  std::vector<Packet> packets;
  for (const Outgoing& item : p.queue) {
    if (!item.batch) packets.push_back({.type = item.control, .binary = false, .data = {}});
    for (std::size_t i = item.first; item.batch && i < item.first + item.count; ++i) {
      packets.push_back({.type = PacketType::kMessage, .binary = item.batch->binary(i), .data = item.batch->data(i)});
    }
  }
  if (extra != nullptr) packets.push_back({.type = *extra, .binary = false, .data = {}});
  Payload payload = encode_payload(protocol_, text_only_, packets);
  p.queue.clear();
  p.bytes = 0;
  p.ping_queued = false;
  p.poll_waiting = false;
  return payload;
}

void Session::finish(CloseReason reason, PacketType poll_answer, Actions& out) {
  state_ = State::kClosed;
  if (!polling_) {
    out.emplace_back(action::CloseWebSocket{reason});
  } else {
    if (polling_->poll_waiting) release_poll(poll_answer, out);
    if (polling_->upgrading) out.emplace_back(action::CloseProbe{});
    polling_->upgrading = polling_->probed = false;
    polling_->queue.clear();
    polling_->bytes = 0;
  }
  out.emplace_back(action::Closed{reason});
}

}  // namespace chillin::engineio
