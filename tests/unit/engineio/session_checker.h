#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <variant>

#include "engineio/session.h"

namespace chillin::engineio::test {

/// Follows the actions of a Session as its owner would and ends the process at the first that cannot be carried out: an
/// answer to a poll that is not held, a second probe, anything after the end. Used by tests and by the fuzz target.
class SessionChecker {
 public:
  explicit SessionChecker(TransportKind first) : polling_(first == TransportKind::kPolling) {}

  void expect(bool condition, const char* what) const {
    if (condition) return;
    std::fprintf(stderr, "session invariant broken: %s\n", what);
    std::abort();
  }

  void probe_opened() { probe_ = true; }
  void probe_closed() { probe_ = false; }
  void poll_aborted() { poll_ = false; }

  /// `request`: whether a GET was at hand that these actions have to hold or reject.
  void check(const Session& session, const Actions& actions, bool request) {
    int request_answers = 0;
    for (const Action& a : actions) {
      const bool rejection = std::holds_alternative<action::RejectRequest>(a);
      expect(!closed_ || rejection, "an action after the end");
      if (std::holds_alternative<action::HoldPoll>(a)) {
        expect(polling_ && !poll_ && request, "a poll is held twice, or none is there");
        poll_ = true;
        ++request_answers;
      } else if (rejection) {
        expect(request, "no request to reject");
        ++request_answers;
      } else if (std::holds_alternative<action::AnswerPoll>(a) || std::holds_alternative<action::RejectPoll>(a)) {
        expect(polling_ && poll_, "no poll to answer");
        poll_ = false;
      } else if (std::holds_alternative<action::SendText>(a) || std::holds_alternative<action::SendQueue>(a) ||
                 std::holds_alternative<action::CloseWebSocket>(a)) {
        expect(!polling_, "no WebSocket to send on");
      } else if (std::holds_alternative<action::ProbePong>(a)) {
        expect(probe_, "no probe to answer");
      } else if (std::holds_alternative<action::AdoptProbe>(a)) {
        expect(probe_ && polling_ && !poll_, "no probe to adopt, or a poll left behind");
        probe_ = polling_ = false;
      } else if (std::holds_alternative<action::CloseProbe>(a)) {
        expect(probe_, "no probe to close");
        probe_ = false;
      } else if (const auto* end = std::get_if<action::Closed>(&a)) {
        closed_ = true;
        reason = to_string(end->reason);
        expect(!poll_ && !probe_, "a poll or probe outlives the session");
      }
    }
    expect(request_answers == (request ? 1 : 0), "a request was answered twice or never");
    expect((session.state() == Session::State::kClosed) == closed_, "state and actions disagree about the end");
    if (closed_) return;
    expect((session.transport() == TransportKind::kPolling) == polling_,
           "state and actions disagree about the transport");
    expect(session.poll_waiting() == poll_, "state and actions disagree about the poll");
    expect(session.upgrading() == probe_, "state and actions disagree about the probe");
  }

  [[nodiscard]] bool closed() const { return closed_; }
  [[nodiscard]] bool poll_held() const { return poll_; }
  std::string reason;

 private:
  bool polling_;
  bool poll_ = false;
  bool probe_ = false;
  bool closed_ = false;
};

}  // namespace chillin::engineio::test
