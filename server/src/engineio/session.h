#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "engineio/encoded.h"
#include "engineio/options.h"
#include "engineio/packet_codec.h"
#include "util/clock.h"

namespace chillin::engineio {

/// Why a session ended, as the reference server names it; kSlowReader is ours.
enum class CloseReason : std::uint8_t {
  kTransportClose,
  kTransportError,
  kPingTimeout,
  kParseError,
  kForcedClose,
  kServerShuttingDown,
  kSlowReader,
};
[[nodiscard]] std::string_view to_string(CloseReason reason) noexcept;

/// Shared by all sessions of a server.
struct SessionConfig {
  util::Millis ping_interval{25'000};
  util::Millis ping_timeout{20'000};
  util::Millis upgrade_timeout{10'000};
  std::size_t max_queued_bytes = 4'000'000;  ///< of packets waiting for a poll
  util::Millis close_timeout{30'000};        ///< how long a close waits for the poll that carries it
  util::Millis noop_pace{100};               ///< between the noops that end polls during an upgrade
};

/// Where a packet came from.
enum class Source : std::uint8_t { kPolling, kWebSocket, kProbe };

/// Something waiting for a poll: packets of a shared batch, or (batch null) a packet without data.
struct Outgoing {
  EncodedPtr batch;
  std::uint32_t first = 0;
  std::uint32_t count = 0;
  PacketType control = PacketType::kNoop;
};

namespace action {
struct Deliver {  ///< hand a message to the user
  std::string_view data;
  bool binary = false;
};
struct HoldPoll {};       ///< the GET at hand becomes the waiting poll
struct RejectRequest {};  ///< answer the request at hand with 400
struct AnswerPoll {       ///< answer the waiting poll
  Payload payload;
};
struct RejectPoll {};  ///< answer the waiting poll with 400
struct SendText {      ///< one text frame on the WebSocket
  std::string text;
};
struct SendQueue {  ///< what waited for a poll leaves on the WebSocket, in order
  std::vector<Outgoing> packets;
};
struct ProbePong {};     ///< "3probe" on the probing WebSocket
struct AdoptProbe {};    ///< the probing WebSocket becomes the transport
struct CloseProbe {};    ///< close the probing WebSocket; the session goes on with polling
struct CloseWebSocket {  ///< close the transport, after what is queued on it
  CloseReason reason;
};
struct Drained {};  ///< nothing waits for a poll any more
struct Closed {     ///< last; nothing follows, whatever happens
  CloseReason reason;
};
}  // namespace action

using Action =
    std::variant<action::Deliver, action::HoldPoll, action::RejectRequest, action::AnswerPoll, action::RejectPoll,
                 action::SendText, action::SendQueue, action::ProbePong, action::AdoptProbe, action::CloseProbe,
                 action::CloseWebSocket, action::Drained, action::Closed>;
/// To be carried out in order.
using Actions = std::vector<Action>;

/// One Engine.IO session as a state machine: events and time go in, actions come out; no socket, no timer. Source of
/// its behaviour: engine.io-protocol revisions 4 and 3, and engine.io 6 where they are silent.
///
/// Its owner calls on_time() when deadline() has passed, and before any request of the client, so that a session whose
/// time is over is never revived by a late timer. An idle session on a WebSocket holds no heap memory. Confined to: one
/// thread. Owner: SocketImpl (or a test).
class Session {
 public:
  enum class State : std::uint8_t { kOpen, kClosing, kClosed };

  /// `config` must outlive the session. `text_only`: the first transport cannot take binary (`b64=1`).
  Session(const SessionConfig& config, int protocol, TransportKind transport, bool text_only, util::SteadyTime now);

  /// The handshake: first event, at once. On polling the request at hand is answered.
  void open(std::string_view open_data, Actions& out);

  /// A GET of this session arrived, and the transport is polling.
  void on_poll(util::SteadyTime now, Actions& out);
  /// The waiting GET's connection broke.
  void on_poll_aborted(Actions& out);
  void on_packet(Source source, const Packet& packet, util::SteadyTime now, Actions& out);
  /// What arrived was no packet.
  void on_parse_error(Source source, Actions& out);
  /// The client broke the rules of the transport itself.
  void on_transport_error(Actions& out);

  /// Whether a WebSocket may start to probe now.
  [[nodiscard]] bool can_upgrade() const noexcept;
  /// A WebSocket with this session's id was opened; only if can_upgrade().
  void on_probe_opened(bool text_only, util::SteadyTime now);
  void on_probe_closed() noexcept;
  /// The transport closed under the session.
  void on_websocket_closed(CloseReason reason, Actions& out);

  void on_time(util::SteadyTime now, Actions& out);

  /// Queues packets [first, first + count) for polling; nothing unless open. Over the limit: "slow reader". Only while
  /// the transport is polling: a WebSocket has a queue of its own.
  void queue(const EncodedPtr& batch, std::size_t first, std::size_t count, Actions& out);
  /// Whether a poll and packets wait for each other: call flush() when everything of this turn is queued.
  [[nodiscard]] bool wants_flush() const noexcept;
  void flush(Actions& out);

  /// Sends what is queued, then closes. On polling without a waiting GET that takes until the next one, or
  /// close_timeout.
  void close(util::SteadyTime now, Actions& out);
  /// Closes now, whatever is queued.
  void discard(CloseReason reason, Actions& out);

  /// When on_time() is due; time_point::max() once closed.
  [[nodiscard]] util::SteadyTime deadline() const noexcept;

  [[nodiscard]] State state() const noexcept { return state_; }
  [[nodiscard]] int protocol() const noexcept { return protocol_; }
  [[nodiscard]] TransportKind transport() const noexcept {
    return polling_ ? TransportKind::kPolling : TransportKind::kWebSocket;
  }
  [[nodiscard]] bool text_only() const noexcept { return text_only_; }
  [[nodiscard]] bool poll_waiting() const noexcept { return polling_ && polling_->poll_waiting; }
  [[nodiscard]] bool upgrading() const noexcept { return polling_ && polling_->upgrading; }
  /// Bytes waiting for a poll.
  [[nodiscard]] std::size_t queued_bytes() const noexcept { return polling_ ? polling_->bytes : 0; }
  [[nodiscard]] bool queue_empty() const noexcept { return !polling_ || polling_->queue.empty(); }

 private:
  /// Lives while the transport is polling.
  struct Polling {
    std::vector<Outgoing> queue;
    std::size_t bytes = 0;
    bool poll_waiting = false;
    bool ping_queued = false;  ///< the ping has not reached the client: a pong is no answer to it
    bool upgrading = false;
    bool probed = false;
    bool probe_text_only = false;
    util::SteadyTime upgrade_deadline{};
    util::SteadyTime next_noop{};
    util::SteadyTime close_deadline{};
  };

  void on_probe_packet(const Packet& packet, util::SteadyTime now, Actions& out);
  void finish_upgrade(Actions& out);
  void end_upgrade(Actions& out);
  void send_control(PacketType type, Actions& out);
  void release_poll(PacketType extra, Actions& out);
  void release_poll_with_noop(util::SteadyTime now, Actions& out);
  [[nodiscard]] Payload take_payload(const PacketType* extra);
  void finish(CloseReason reason, PacketType poll_answer, Actions& out);
  void on_heartbeat_due(util::SteadyTime now, Actions& out);

  const SessionConfig& config_;
  std::unique_ptr<Polling> polling_;
  util::SteadyTime
      heartbeat_at_;  ///< next ping or end of its time-out (revision 4); end of the client's silence (revision 3)
  State state_ = State::kOpen;
  std::uint8_t protocol_;
  bool text_only_;
  bool awaiting_pong_ = false;
  bool pong_extended_ = false;  ///< another packet has already bought time for this pong
};

}  // namespace chillin::engineio
