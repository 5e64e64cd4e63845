#include "chat/message_trace.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "util/log.h"

namespace chillin::chat {

namespace {

constexpr std::size_t kKept = 4'096;
constexpr std::size_t kTraceDigits = 32;
constexpr std::size_t kParentDigits = 16;

struct Book {
  std::mutex mutex;
  std::unordered_map<std::string, std::string> traces;  // guarded by mutex
  std::deque<std::string> order;                        // guarded by mutex; oldest first
};

Book& book() {
  static Book the_book;
  return the_book;
}

std::string key_of(std::string_view author_key, std::string_view temp_id) {
  return std::string(author_key).append("\n").append(temp_id);
}

bool is_hex(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_zero(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), [](char c) { return c == '0'; });
}

}  // namespace

bool tracing() noexcept {
  return util::log_enabled(util::LogLevel::kDebug);
}

bool is_trace_id(std::string_view text) noexcept {
  return text.size() == kTraceDigits && is_hex(text) && !is_zero(text);
}

std::optional<std::string> parse_traceparent(std::string_view text) {
  constexpr std::size_t kTrace = 3;
  constexpr std::size_t kParent = kTrace + kTraceDigits + 1;
  constexpr std::size_t kFlags = kParent + kParentDigits + 1;
  constexpr std::size_t kSize = kFlags + 2;
  // A later version may append to it, after another dash.
  const bool whole = text.size() == kSize || (text.size() > kSize && text[kSize] == '-' && !text.starts_with("00"));
  if (!whole || text.starts_with("ff") || !is_hex(text.substr(0, 2)) || text[kTrace - 1] != '-' ||
      text[kParent - 1] != '-' || text[kFlags - 1] != '-' || !is_hex(text.substr(kFlags, 2))) {
    return std::nullopt;
  }
  const std::string_view parent = text.substr(kParent, kParentDigits);
  const std::string_view trace = text.substr(kTrace, kTraceDigits);
  if (!is_trace_id(trace) || !is_hex(parent) || is_zero(parent)) return std::nullopt;
  return std::string(trace);
}

void remember_trace(std::string_view author_key, std::string_view temp_id, std::string trace_id) {
  if (!tracing() || temp_id.empty()) return;
  std::string key = key_of(author_key, temp_id);
  Book& b = book();
  const std::lock_guard lock(b.mutex);
  const auto [at, is_new] = b.traces.insert_or_assign(key, std::move(trace_id));
  if (!is_new) return;
  b.order.push_back(std::move(key));
  if (b.order.size() <= kKept) return;
  b.traces.erase(b.order.front());
  b.order.pop_front();
}

std::optional<std::string> given_trace(std::string_view author_key, std::string_view temp_id) {
  if (!tracing() || temp_id.empty()) return std::nullopt;
  Book& b = book();
  const std::lock_guard lock(b.mutex);
  if (b.traces.empty()) return std::nullopt;
  const auto it = b.traces.find(key_of(author_key, temp_id));
  return it == b.traces.end() ? std::nullopt : std::optional(it->second);
}

std::string trace_of(const Message& message) {
  return given_trace(message.author_key, message.temp_id).value_or(trace_of(message.id));
}

std::string trace_of(MessageId id) {
  std::array<char, kTraceDigits + 1> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx%016llx", static_cast<unsigned long long>(id.room.value),
                static_cast<unsigned long long>(id.seq.value));
  return digits.data();
}

}  // namespace chillin::chat
