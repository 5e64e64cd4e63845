#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "engineio/session.h"
#include "session_checker.h"

namespace chillin::engineio::test {

/// Drives one Session with events in any order at all, two bytes each, and checks every answer (SessionChecker).
class HostileSession {
 public:
  HostileSession(int protocol, TransportKind transport, bool text_only)
      : session_(config(), protocol, transport, text_only, now_), checker_(transport) {}

  void step(std::uint8_t what, std::uint8_t argument) {
    switch (what % 12) {
      case 0:
        run([&](Actions& out) { session_.on_poll(now_, out); }, true);
        break;
      case 1:
        if (!session_.poll_waiting()) break;
        checker_.poll_aborted();
        run([&](Actions& out) { session_.on_poll_aborted(out); });
        break;
      case 2:
      case 3:
        packet(source(what), argument);
        break;
      case 4:
        if (!valid(source(argument))) break;
        run([&](Actions& out) { session_.on_parse_error(source(argument), out); });
        break;
      case 5:
        if (!session_.can_upgrade()) break;
        session_.on_probe_opened(argument % 2 == 0, now_);
        checker_.probe_opened();
        break;
      case 6:
        if (!session_.upgrading()) break;
        session_.on_probe_closed();
        checker_.probe_closed();
        break;
      case 7:
        now_ += util::Millis(argument * 4);
        run([&](Actions& out) { session_.on_time(now_, out); });
        checker_.expect(session_.deadline() > now_, "a deadline that has passed already");
        break;
      case 8:
        send(argument);
        break;
      case 9:
        run([&](Actions& out) { session_.flush(out); });
        break;
      case 10:
        if (argument < 16) run([&](Actions& out) { session_.close(now_, out); });
        break;
      default:
        end(argument);
        break;
    }
    checker_.expect(session_.queued_bytes() <= config().max_queued_bytes, "more is queued than the limit allows");
  }
  [[nodiscard]] bool closed() const { return checker_.closed(); }

 private:
  static const SessionConfig& config() {
    static const SessionConfig c{.ping_interval = util::Millis(300),
                                 .ping_timeout = util::Millis(200),
                                 .upgrade_timeout = util::Millis(500),
                                 .max_queued_bytes = 2'000,
                                 .close_timeout = util::Millis(1'000),
                                 .noop_pace = util::Millis(100)};
    return c;
  }
  template <class F>
  void run(F&& f, bool request = false) {
    Actions actions;
    f(actions);
    checker_.check(session_, actions, request);
  }
  static Source source(unsigned value) { return static_cast<Source>(value % 3); }
  /// A WebSocket that does not exist sends nothing.
  [[nodiscard]] bool valid(Source from) const {
    if (from == Source::kProbe) return session_.upgrading();
    return from == Source::kPolling || session_.transport() == TransportKind::kWebSocket;
  }
  void packet(Source from, std::uint8_t argument) {
    if (argument & 0x80U) from = Source::kProbe;
    if (!valid(from)) return;
    const Packet p{
        .type = static_cast<PacketType>(argument % 7), .binary = false, .data = argument & 0x40U ? "probe" : ""};
    run([&](Actions& out) { session_.on_packet(from, p, now_, out); });
  }
  void send(std::uint8_t argument) {
    if (session_.transport() != TransportKind::kPolling) return;
    const auto batch = EncodedBuilder().text(std::string(argument * 2, 'x')).binary("y").finish();
    run([&](Actions& out) { session_.queue(batch, argument % 3, argument % 4, out); });
  }
  void end(std::uint8_t argument) {
    if (argument >= 8) return;
    if (argument % 2 == 0) {
      run([&](Actions& out) { session_.discard(CloseReason::kServerShuttingDown, out); });
    } else if (session_.transport() == TransportKind::kWebSocket) {
      run([&](Actions& out) { session_.on_websocket_closed(CloseReason::kTransportClose, out); });
    }
  }

  util::SteadyTime now_{std::chrono::seconds(1'000)};
  Session session_;
  SessionChecker checker_;
};

}  // namespace chillin::engineio::test
