#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace chillin::util {

enum class LogLevel { kTrace, kDebug, kInfo, kWarn, kError, kOff };
enum class LogFormat { kJson, kText };

/// One key and value of a structured log line. Values are ids, counts and durations; never message bodies, tokens or
/// passwords.
struct LogField {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;
  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  template <std::signed_integral I>
  LogField(std::string_view k, I v) : key(k), value(static_cast<std::int64_t>(v)) {}
  template <std::unsigned_integral U>
    requires(!std::same_as<U, bool>)
  LogField(std::string_view k, U v) : key(k), value(static_cast<std::uint64_t>(v)) {}
  LogField(std::string_view k, double v) : key(k), value(v) {}
  template <std::same_as<bool> B>  // a template, so that no pointer becomes a bool
  LogField(std::string_view k, B v) : key(k), value(v) {}
};
using LogFields = std::initializer_list<LogField>;

/// Sets level and form of everything logged from now on; lines go to standard error, one write a line. Call it before
/// threads start.
void log_setup(LogLevel level, LogFormat format);

[[nodiscard]] bool log_enabled(LogLevel level) noexcept;

/// Writes one line: `event` is a short constant in snake_case ("listening", "slow_reader_closed"), the fields say
/// which. JSON: {"ts":"...Z","level":"info","event":...,fields}; text: time, level, event, key=value. Thread-safe, does
/// not throw.
void log_write(LogLevel level, std::string_view event, LogFields fields) noexcept;

inline void log_debug(std::string_view event, LogFields fields = {}) {
  if (log_enabled(LogLevel::kDebug)) log_write(LogLevel::kDebug, event, fields);
}
inline void log_info(std::string_view event, LogFields fields = {}) {
  if (log_enabled(LogLevel::kInfo)) log_write(LogLevel::kInfo, event, fields);
}
inline void log_warn(std::string_view event, LogFields fields = {}) {
  if (log_enabled(LogLevel::kWarn)) log_write(LogLevel::kWarn, event, fields);
}
inline void log_error(std::string_view event, LogFields fields = {}) {
  if (log_enabled(LogLevel::kError)) log_write(LogLevel::kError, event, fields);
}

}  // namespace chillin::util
