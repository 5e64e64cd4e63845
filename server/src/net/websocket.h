#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/loop.h"
#include "util/shared_buffer.h"

namespace chillin::net {

struct WebSocketOptions {
  std::size_t max_message_bytes = 1'000'000;  ///< a longer message closes with 1009
  std::size_t max_queued_bytes =
      4'000'000;                      ///< unsent bytes; a reader too slow for it is closed with 1008 "slow reader"
  util::Millis close_timeout{5'000};  ///< how long to wait for the peer's close frame
};

/// Close codes of RFC 6455 section 7.4.1 that this server sends or reports.
enum class WsClose : std::uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kNoStatus = 1005,
  kAbnormal = 1006,
  kInvalidData = 1007,
  kPolicy = 1008,
  kTooBig = 1009,
  kInternal = 1011,
};

/// A server-side WebSocket connection (RFC 6455, no extensions). Answers pings and the closing handshake itself.
/// Confined to: loop(). Owner: shared by the loop (while the connection is open) and by its user.
class WebSocket {
 public:
  /// Told on the WebSocket's loop. It must outlive the WebSocket or be taken away with set_handler(nullptr).
  class Handler {
   public:
    virtual ~Handler() = default;
    /// A whole message; `data` is valid during the call only. Text was checked to be UTF-8.
    virtual void on_message(std::string_view data, bool binary) = 0;
    /// Once, last. `code` as in RFC 6455 7.1.5: 1005 no code came, 1006 the connection broke.
    virtual void on_closed(std::uint16_t code, std::string_view reason) = 0;
    /// The send queue is empty again; told only after queued_bytes() was asked and was not 0: nearly every write
    /// empties the queue, and nearly nobody waits for it.
    virtual void on_drained() {}
  };

  virtual ~WebSocket() = default;

  /// Set it in the same turn in which the WebSocket was accepted; messages come from the next turn on.
  virtual void set_handler(Handler* handler) noexcept = 0;
  [[nodiscard]] virtual Loop& loop() noexcept = 0;

  /// Queues one or more whole frames that are encoded already (ws_frame.h), by reference. Written at the end of the
  /// turn, with everything else that is queued, in one gathered write. Ignored after close.
  virtual void send(util::Slice frames) = 0;

  /// A hint that send() follows soon: fetches what it will touch into the cache, and changes nothing.
  virtual void expect_send() const noexcept {}

  /// Encodes and queues one message. For what goes to one recipient only.
  virtual void send_text(std::string_view text) = 0;
  virtual void send_binary(std::string_view bytes) = 0;

  /// Bytes accepted by send and not yet by the kernel.
  [[nodiscard]] virtual std::size_t queued_bytes() const noexcept = 0;

  /// Sends what is queued, then a close frame; on_closed follows when the peer answered or close_timeout passed.
  virtual void close(WsClose code, std::string_view reason) = 0;

  /// Drops the connection now; on_closed(1006) follows, not inline.
  virtual void abort() = 0;

  [[nodiscard]] virtual const std::string& peer_address() const noexcept = 0;
};

}  // namespace chillin::net
