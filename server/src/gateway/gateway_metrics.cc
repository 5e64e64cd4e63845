#include "gateway/gateway_metrics.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace chillin::gateway {

namespace {

namespace metrics = util::metrics;

constexpr std::array<std::string_view, 12> kEvents = {"join",          "leave",       "sendMessage", "typing",
                                                      "stopTyping",    "loadHistory", "sync",        "editMessage",
                                                      "deleteMessage", "react",       "markRead",    "setStatus"};
constexpr std::size_t kSendMessage = 2;
static_assert(kEvents[kSendMessage] == "sendMessage");
constexpr std::size_t kCodes = static_cast<std::size_t>(chat::ErrorCode::kInternal) + 1;

std::vector<std::string> code_labels(const std::vector<std::string>& before) {
  std::vector<std::string> out;
  for (const auto& prefix : before) {
    for (std::size_t i = 0; i < kCodes; ++i) {
      std::string labels = prefix;
      if (!labels.empty()) labels += ',';
      labels.append("code=\"").append(chat::code_name(static_cast<chat::ErrorCode>(i))).append("\"");
      out.push_back(std::move(labels));
    }
  }
  return out;
}

// The codes of refusals, then OK and DUPLICATE.
std::vector<std::string> send_labels() {
  auto out = code_labels({std::string()});
  for (auto& more : metrics::labels("code", {"OK", "DUPLICATE"})) out.push_back(std::move(more));
  return out;
}

const metrics::Histogram kDuration("chillin_event_duration_seconds",
                                   "From an event's arrival to its acknowledgement, waiting included.",
                                   metrics::Scale::kSeconds, metrics::labels("event", kEvents));
const metrics::Counter kRefused("chillin_events_refused_total", "Events that were answered with an error.",
                                code_labels(metrics::labels("event", kEvents)));
const metrics::Counter kSends("chillin_sends_total", "Answers to sendMessage.", send_labels());

const metrics::Counter kLogins("chillin_logins_total", "Log-ins.",
                               metrics::labels("result", {"ok", "refused", "rate_limited", "error"}));
const metrics::Counter kRegistrations("chillin_registrations_total", "Accounts asked for.",
                                      metrics::labels("result", {"ok", "refused", "rate_limited", "error"}));

std::size_t result_of(const chat::Error* error) noexcept {
  if (error == nullptr) return 0;
  switch (error->code) {
    case chat::ErrorCode::kRateLimited:
      return 2;
    case chat::ErrorCode::kUnavailable:
    case chat::ErrorCode::kInternal:
      return 3;
    default:
      return 1;
  }
}

}  // namespace

std::size_t event_number(std::string_view event) noexcept {
  for (std::size_t i = 0; i < kEvents.size(); ++i) {
    if (kEvents[i] == event) return i;
  }
  std::fprintf(stderr, "metrics: the event '%.*s' does not stand in gateway_metrics.cc\n",
               static_cast<int>(event.size()), event.data());
  std::abort();
}

void count_event(std::size_t event, metrics::Time arrived, const chat::Error* error) noexcept {
  kDuration[event].since(arrived);
  if (error == nullptr) return;
  const auto code = static_cast<std::size_t>(error->code);
  kRefused.add_to(event * kCodes + code);
  if (event == kSendMessage) kSends.add_to(code);
}

void count_sent(bool duplicate) noexcept {
  kSends.add_to(kCodes + (duplicate ? 1 : 0));
}

void count_login(const chat::Error* error) noexcept {
  kLogins.add_to(result_of(error));
}

void count_registration(const chat::Error* error) noexcept {
  kRegistrations.add_to(result_of(error));
}

}  // namespace chillin::gateway
