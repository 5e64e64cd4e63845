#include "load/options.h"

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string_view>

#include "common/probe_text.h"

namespace chillin::bench {
namespace {

constexpr const char* kUsage = R"(bench_load MODE --port N [options]

Modes
  handshake   connect, upgrade, open, join with acknowledgement; server CPU per handshake, also by tenths
  idle        join and stay; resident memory of the server per connection
  rate        paced sends at --rate deliveries a second; latency, CPU per delivery, loss
  saturate    --senders senders a room keep --window acknowledged sends in flight
  sends       every connection is such a sender; acknowledged sends a second

Options
  --protocol socketio|floor   floor: bare WebSocket, in room K by connecting to /?room=K, own message = acknowledgement
  --host A --port N           the server (127.0.0.1)
  --pid P                     the server's process, for CPU and memory
  --connections N --rooms R   connection i is in room i % R (1000, 10)
  --senders S --window W      (1, 16)
  --rate D                    deliveries a second over all rooms (10000)
  --concurrency C             handshakes in flight (64)
  --sources K                 source addresses 127.0.0.1 ... 127.0.0.K (8)
  --threads T                 (1)
  --text-bytes B              (64)
  --warm N                    idle: connections opened and closed before the second baseline (0)
  --warmup S --duration S     seconds of traffic before and in the measured window (1, 5)
  --hold S                    seconds before memory and settled CPU are read (3)
  --json                      one JSON object instead of a table
  --strict                    exit with 1 on any loss, duplicate, reordering, refusal or closed connection
)";

[[noreturn]] void fail(const std::string& what) {
  std::fprintf(stderr, "bench_load: %s (--help lists the options)\n", what.c_str());
  std::exit(2);
}

uint32_t to_number(std::string_view name, const char* text, uint32_t low, uint32_t high) {
  char* end = nullptr;
  const unsigned long value = std::strtoul(text, &end, 10);
  if (end == text || *end != '\0' || value < low || value > high) {
    fail(std::string(name) + ": expected a number from " + std::to_string(low) + " to " + std::to_string(high) +
         ", got '" + text + "'");
  }
  return static_cast<uint32_t>(value);
}

double to_seconds(std::string_view name, const char* text) {
  char* end = nullptr;
  const double value = std::strtod(text, &end);
  if (end == text || *end != '\0' || !(value >= 0) || value > 3600) {
    fail(std::string(name) + ": expected seconds from 0 to 3600, got '" + text + "'");
  }
  return value;
}

Mode to_mode(std::string_view name) {
  for (const Mode mode : {Mode::kHandshake, Mode::kIdle, Mode::kRate, Mode::kSaturate, Mode::kSends}) {
    if (name == mode_name(mode)) return mode;
  }
  fail("unknown mode '" + std::string(name) + "'");
}

}  // namespace

const char* mode_name(Mode mode) {
  switch (mode) {
    case Mode::kHandshake:
      return "handshake";
    case Mode::kIdle:
      return "idle";
    case Mode::kRate:
      return "rate";
    case Mode::kSaturate:
      return "saturate";
    case Mode::kSends:
      return "sends";
  }
  return "?";
}

Options parse_options(int argc, char** argv) {
  Options o;
  std::map<std::string_view, std::function<void(std::string_view, const char*)>> valued;
  const auto number = [&valued](std::string_view name, uint32_t& target, uint32_t low, uint32_t high) {
    valued[name] = [&target, low, high](std::string_view n, const char* v) { target = to_number(n, v, low, high); };
  };
  const auto seconds = [&valued](std::string_view name, double& target) {
    valued[name] = [&target](std::string_view n, const char* v) { target = to_seconds(n, v); };
  };
  number("--connections", o.connections, 1, 1'000'000);
  number("--rooms", o.rooms, 1, 1'000'000);
  number("--senders", o.senders, 1, 1'000'000);
  number("--window", o.window, 1, 100'000);
  number("--rate", o.rate, 1, 100'000'000);
  number("--concurrency", o.concurrency, 1, 100'000);
  number("--sources", o.sources, 1, 250);
  number("--threads", o.threads, 1, 64);
  number("--text-bytes", o.text_bytes, kProbeMin, 500);
  number("--warm", o.warm, 0, 1'000'000);
  seconds("--warmup", o.warmup_s);
  seconds("--duration", o.duration_s);
  seconds("--hold", o.hold_s);
  valued["--host"] = [&o](std::string_view, const char* v) { o.host = v; };
  valued["--port"] = [&o](std::string_view n, const char* v) {
    o.port = static_cast<uint16_t>(to_number(n, v, 1, 65535));
  };
  valued["--pid"] = [&o](std::string_view n, const char* v) {
    o.pid = static_cast<pid_t>(to_number(n, v, 1, 0x7FFFFFFF));
  };
  valued["--protocol"] = [&o](std::string_view, const char* v) {
    if (std::string_view(v) == "floor") {
      o.protocol = Protocol::kFloor;
    } else if (std::string_view(v) == "socketio") {
      o.protocol = Protocol::kSocketIo;
    } else {
      fail(std::string("--protocol: expected socketio or floor, got '") + v + "'");
    }
  };

  bool have_mode = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view arg = argv[i];
    if (arg == "--help" || arg == "-h") {
      std::fputs(kUsage, stdout);
      std::exit(0);
    }
    if (arg == "--json") {
      o.json = true;
    } else if (arg == "--strict") {
      o.strict = true;
    } else if (const auto found = valued.find(arg); found != valued.end()) {
      if (i + 1 == argc) fail(std::string(arg) + " needs a value");
      found->second(arg, argv[++i]);
    } else if (!have_mode && !arg.starts_with("-")) {
      o.mode = to_mode(arg);
      have_mode = true;
    } else {
      fail("unknown argument '" + std::string(arg) + "'");
    }
  }
  if (!have_mode) fail("which mode?");
  if (o.port == 0) fail("--port is needed");
  if (o.rooms > o.connections) fail("--rooms: more rooms than connections");
  return o;
}

}  // namespace chillin::bench
