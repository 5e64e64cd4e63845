#include "util/log.h"

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cmath>

#include "util/clock.h"
#include "util/json_writer.h"
#include "util/text.h"

namespace chillin::util {

namespace {

std::atomic<LogLevel> g_level{LogLevel::kInfo};
std::atomic<LogFormat> g_format{LogFormat::kText};

struct LevelText {
  std::string_view name;
  std::string_view padded;
  std::string_view colour;
};

constexpr std::array<LevelText, 6> kLevels = {{{"trace", "trace", "\x1b[90m"},
                                               {"debug", "debug", "\x1b[90m"},
                                               {"info", "info ", "\x1b[32m"},
                                               {"warn", "warn ", "\x1b[33m"},
                                               {"error", "error", "\x1b[31m"},
                                               {"off", "off  ", ""}}};
constexpr std::string_view kPlain = "\x1b[0m";
constexpr std::string_view kDim = "\x1b[90m";

const LevelText& text_of(LogLevel level) {
  return kLevels[static_cast<std::size_t>(level)];
}

/// A value may come from the network (an address, a file name); a line of JSON must stay valid whatever it holds.
std::string printable(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (static_cast<unsigned char>(c) >= 0x80) c = '?';
  }
  return out;
}

void append_string(std::string& out, std::string_view text) {
  append_json_string(out, is_utf8(text) ? text : std::string_view(printable(text)));
}

void append_double(std::string& out, double value) {
  if (!std::isfinite(value)) {
    out += "null";  // JSON has no NaN and no infinity
    return;
  }
  char digits[32];
  out.append(digits, std::to_chars(digits, digits + sizeof digits, value).ptr);
}

struct AppendJson {
  std::string& out;
  void operator()(std::string_view v) const { append_string(out, v); }
  void operator()(std::int64_t v) const { append_json_number(out, v); }
  void operator()(std::uint64_t v) const { append_json_number(out, v); }
  void operator()(double v) const { append_double(out, v); }
  void operator()(bool v) const { out += v ? "true" : "false"; }
};

/// Bare words stay bare; everything that could be mistaken for two values, or move the cursor of a terminal, is quoted.
bool needs_quotes(std::string_view text) {
  if (text.empty()) return true;
  for (const char c : text) {
    const auto b = static_cast<unsigned char>(c);
    if (b <= 0x20 || b >= 0x7F || c == '"' || c == '=' || c == '\\') return true;
  }
  return false;
}

struct AppendText {
  std::string& out;
  void operator()(std::string_view v) const {
    if (needs_quotes(v)) {
      append_string(out, v);
    } else {
      out += v;
    }
  }
  template <class V>
  void operator()(V v) const {
    AppendJson{out}(v);
  }
};

std::string json_line(LogLevel level, std::string_view event, const LogFields& fields) {
  std::string line;
  line.reserve(160);
  line += "{\"ts\":\"";
  append_iso8601(line, system_clock().wall());
  line += "\",\"level\":\"";
  line += text_of(level).name;
  line += "\",\"event\":";
  append_string(line, event);
  for (const LogField& field : fields) {
    line += ',';
    append_string(line, field.key);
    line += ':';
    std::visit(AppendJson{line}, field.value);
  }
  line += "}\n";
  return line;
}

std::string text_line(LogLevel level, std::string_view event, const LogFields& fields, bool colours) {
  const auto paint = [colours](std::string_view code) { return colours ? code : std::string_view(); };
  std::string line;
  line.reserve(160);
  line += paint(kDim);
  append_iso8601(line, system_clock().wall());
  line += paint(kPlain);
  line += ' ';
  line += paint(text_of(level).colour);
  line += text_of(level).padded;
  line += paint(kPlain);
  line += ' ';
  line += event;
  for (const LogField& field : fields) {
    line += ' ';
    line += paint(kDim);
    line += field.key;
    line += '=';
    line += paint(kPlain);
    std::visit(AppendText{line}, field.value);
  }
  line += '\n';
  return line;
}

/// One write(2) a line, so that lines of several threads and processes do not mix (up to PIPE_BUF on a pipe). What a
/// full non-blocking pipe does not take is dropped: a log must not stop the server.
void write_line(std::string_view line) noexcept {
  while (!line.empty()) {
    const ssize_t n = ::write(STDERR_FILENO, line.data(), line.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      return;
    }
    line.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace

void log_setup(LogLevel level, LogFormat format) {
  g_level.store(level, std::memory_order_relaxed);
  g_format.store(format, std::memory_order_relaxed);
}

bool log_enabled(LogLevel level) noexcept {
  return level != LogLevel::kOff && level >= g_level.load(std::memory_order_relaxed);
}

void log_write(LogLevel level, std::string_view event, LogFields fields) noexcept {
  const int saved_errno = errno;
  try {
    if (g_format.load(std::memory_order_relaxed) == LogFormat::kJson) {
      write_line(json_line(level, event, fields));
    } else {
      write_line(text_line(level, event, fields, ::isatty(STDERR_FILENO) == 1));
    }
  } catch (...) {  // NOLINT(bugprone-empty-catch): out of memory; the line is lost, its writer goes on
  }
  errno = saved_errno;
}

}  // namespace chillin::util
