#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "engineio/session.h"
#include "session_checker.h"

namespace chillin::engineio::test {

using std::chrono::milliseconds;

inline constexpr auto kPolling = TransportKind::kPolling;
inline constexpr auto kWebSocket = TransportKind::kWebSocket;

inline EncodedPtr text(std::string_view data) {
  return EncodedBuilder().text(data).finish();
}

/// A session, its clock, and a log of its actions in words.
class Bench {
 public:
  explicit Bench(TransportKind transport, int protocol = 4, SessionConfig c = {}, bool text_only = false)
      : config(c), session(config, protocol, transport, text_only, now), checker_(transport) {}

  std::string open() {
    Actions out;
    session.open("{}", out);
    return words(out, session.transport() == kPolling);
  }
  std::string get() {
    Actions out;
    session.on_poll(now, out);
    return words(out, true);
  }
  std::string abort_get() {
    Actions out;
    checker_.poll_aborted();
    session.on_poll_aborted(out);
    return words(out);
  }
  std::string packet(Source source, PacketType type, std::string_view data = {}, bool binary = false) {
    Actions out;
    session.on_packet(source, {type, binary, data}, now, out);
    return words(out);
  }
  std::string garbage(Source source) {
    Actions out;
    session.on_parse_error(source, out);
    return words(out);
  }
  std::string probe(bool text_only = false) {
    EXPECT_TRUE(session.can_upgrade());
    session.on_probe_opened(text_only, now);
    checker_.probe_opened();
    return packet(Source::kProbe, PacketType::kPing, "probe");
  }
  void open_probe() {
    session.on_probe_opened(false, now);
    checker_.probe_opened();
  }
  void lose_probe() {
    session.on_probe_closed();
    checker_.probe_closed();
  }
  std::string send(const EncodedPtr& batch) {
    Actions out;
    session.queue(batch, 0, batch->packets(), out);
    return words(out);
  }
  std::string flush() {
    Actions out;
    session.flush(out);
    return words(out);
  }
  std::string close() {
    Actions out;
    session.close(now, out);
    return words(out);
  }
  std::string discard(CloseReason reason = CloseReason::kServerShuttingDown) {
    Actions out;
    session.discard(reason, out);
    return words(out);
  }
  std::string websocket_closed(CloseReason reason = CloseReason::kTransportClose) {
    Actions out;
    session.on_websocket_closed(reason, out);
    return words(out);
  }
  /// Lets time pass to the moment, then tells the session if it asked to be told.
  std::string wait(milliseconds passed) {
    now += passed;
    if (now < session.deadline()) return "";
    Actions out;
    session.on_time(now, out);
    return words(out);
  }

  SessionConfig config;
  util::SteadyTime now{std::chrono::seconds(1'000)};
  Session session;

 private:
  std::string words(const Actions& actions, bool request = false) {
    checker_.check(session, actions, request);
    std::string log;
    for (const Action& a : actions) {
      if (!log.empty()) log += ", ";
      log += word(a);
    }
    return log;
  }
  static std::string word(const Action& a) {
    if (const auto* x = std::get_if<action::Deliver>(&a))
      return (x->binary ? "bytes " : "text ") + std::string(x->data);
    if (std::holds_alternative<action::HoldPoll>(a)) return "hold";
    if (std::holds_alternative<action::RejectRequest>(a)) return "reject request";
    if (const auto* x = std::get_if<action::AnswerPoll>(&a)) return "answer " + x->payload.body;
    if (std::holds_alternative<action::RejectPoll>(a)) return "reject poll";
    if (const auto* x = std::get_if<action::SendText>(&a)) return "send " + x->text;
    if (const auto* x = std::get_if<action::SendQueue>(&a)) return "send queue " + std::to_string(x->packets.size());
    if (std::holds_alternative<action::ProbePong>(a)) return "probe pong";
    if (std::holds_alternative<action::AdoptProbe>(a)) return "adopt";
    if (std::holds_alternative<action::CloseProbe>(a)) return "close probe";
    if (std::holds_alternative<action::CloseWebSocket>(a)) return "close websocket";
    if (std::holds_alternative<action::Drained>(a)) return "drained";
    return "closed: " + std::string(to_string(std::get<action::Closed>(a).reason));
  }

  SessionChecker checker_;
};

}  // namespace chillin::engineio::test
