// An Engine.IO server that echoes every message: what the public engine.io-protocol suites talk to, and the tests of
// tests/integration/engineio_*. Its defaults are those the suites ask for.
//
//   engineio_echo_server [--port 3000] [--threads 1] [--ping-interval 300] [--ping-timeout 200] ...
//
// Prints "listening on port N" once it serves, and with --log a line "open <sid> <transport> <EIO>" and "close <sid>
// <reason>" for every session. With --commands a few messages are orders instead (see Echo::obey). SIGINT and SIGTERM
// close every session and end it.
#include <signal.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "engineio/server.h"
#include "net/http.h"
#include "net/loop.h"

namespace {

using namespace chillin;

struct Settings {
  long port = 3000;
  long threads = 1;
  bool log = false;
  bool commands = false;
  engineio::Options engine;
};

/// Echoes for one socket, and lives as long as its session.
class Echo final : public engineio::SocketHandler {
 public:
  Echo(engineio::SocketPtr socket, const Settings& settings) : socket_(std::move(socket)), settings_(settings) {
    if (settings_.log) {
      const char* transport = socket_->transport() == engineio::TransportKind::kPolling ? "polling" : "websocket";
      std::printf("open %s %s %d\n", socket_->id().c_str(), transport, socket_->protocol());
    }
    socket_->release_handshake();
  }

  void on_message(std::string_view data, bool binary) override {
    if (settings_.commands && !binary && obey(data)) return;
    if (binary) {
      socket_->send_binary(data);
    } else {
      socket_->send_text(data);
    }
  }

  void on_close(std::string_view reason) override {
    if (settings_.log)
      std::printf("close %s %.*s\n", socket_->id().c_str(), static_cast<int>(reason.size()), reason.data());
    delete this;
  }

 private:
  /// "!close": close the session after "bye". "!burst N SIZE": N messages "0...", "1...", of SIZE characters, of one
  /// shared batch. "!writable": whether something sent now would leave at once. "!queued": bytes that wait.
  bool obey(std::string_view order) {
    if (order == "!close") {
      socket_->send_text("bye");
      socket_->close();
      return true;
    }
    if (order == "!writable") {
      socket_->send_text(socket_->writable() ? "yes" : "no");
      return true;
    }
    int count = 0;
    int size = 0;
    if (std::sscanf(std::string(order).c_str(), "!burst %d %d", &count, &size) != 2) return false;
    engineio::EncodedBuilder builder;
    for (int i = 0; i < count; ++i) {
      std::string text = std::to_string(i) + ":";
      text.resize(std::max(text.size(), static_cast<std::size_t>(size)), 'x');
      builder.text(text);
    }
    socket_->send(builder.finish());
    return true;
  }

  engineio::SocketPtr socket_;
  const Settings& settings_;
};

[[noreturn]] void usage(const std::string& problem) {
  std::fprintf(
      stderr,
      "engineio_echo_server: %s\n"
      "options: --port N --threads N --ping-interval MS --ping-timeout MS --upgrade-timeout MS --max-payload BYTES\n"
      "  --max-queued BYTES --handshakes-per-second N --origin ORIGIN --transport polling|websocket\n"
      "  --refuse-header NAME --no-eio3 --commands --log\n",
      problem.c_str());
  std::exit(2);
}

Settings parse(int argc, char** argv) {
  Settings s;
  s.engine.ping_interval = util::Millis(300);
  s.engine.ping_timeout = util::Millis(200);
  s.engine.max_payload = 1'000'000;
  s.engine.cors.origins = {"*"};
  const auto number = [](std::string_view name, std::string_view text) {
    long value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || value < 0) {
      usage(std::string(name) + " takes a number, not '" + std::string(text) + "'");
    }
    return value;
  };
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--log") {
      s.log = true;
      continue;
    }
    if (name == "--commands") {
      s.commands = true;
      continue;
    }
    if (name == "--no-eio3") {
      s.engine.allow_eio3 = false;
      continue;
    }
    if (i + 1 == argc) usage("unknown option or value missing: " + std::string(name));
    const std::string value = argv[++i];
    if (name == "--port") {
      s.port = number(name, value);
    } else if (name == "--threads") {
      s.threads = number(name, value);
    } else if (name == "--ping-interval") {
      s.engine.ping_interval = util::Millis(number(name, value));
    } else if (name == "--ping-timeout") {
      s.engine.ping_timeout = util::Millis(number(name, value));
    } else if (name == "--upgrade-timeout") {
      s.engine.upgrade_timeout = util::Millis(number(name, value));
    } else if (name == "--max-payload") {
      s.engine.max_payload = static_cast<std::size_t>(number(name, value));
    } else if (name == "--max-queued") {
      s.engine.max_queued_bytes = static_cast<std::size_t>(number(name, value));
    } else if (name == "--handshakes-per-second") {
      s.engine.handshakes_per_second = static_cast<double>(number(name, value));
    } else if (name == "--origin") {
      s.engine.cors.origins = {value};
    } else if (name == "--transport") {
      s.engine.polling = value == "polling";
      s.engine.websocket = value == "websocket";
    } else if (name == "--refuse-header") {
      s.engine.allow_request = [value](const net::HttpRequest& request) -> std::optional<engineio::Refusal> {
        if (request.header(value).empty()) return std::nullopt;
        return engineio::Refusal{.status = 403, .message = "Not with " + value};
      };
    } else {
      usage("unknown option " + std::string(name));
    }
  }
  if (s.port > 65535) usage("--port is at most 65535");
  if (s.threads < 1) usage("--threads is at least 1");
  return s;
}

}  // namespace

int main(int argc, char** argv) {
  const Settings settings = parse(argc, argv);
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  // Blocked before any thread starts, so that only sigwait below sees them.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  ::signal(SIGPIPE, SIG_IGN);

  net::LoopGroup loops(static_cast<int>(settings.threads));
  engineio::Server engine(loops, settings.engine, [&](engineio::SocketPtr socket) {
    engineio::Socket& s = *socket;
    s.set_handler(new Echo(std::move(socket), settings));  // deletes itself in on_close, which comes exactly once
  });
  net::HttpServer http(
      loops, {},
      [&](std::shared_ptr<net::HttpExchange> exchange) {
        if (engine.handles(exchange->request())) return engine.handle(std::move(exchange));
        exchange->respond({.status = 404, .headers = {{"Content-Type", "text/plain"}}, .body = "not found"});
      },
      [&](const net::HttpRequest&) { return settings.engine.max_payload + 1024; });
  // Both families, because the suites say "localhost"; a machine without IPv6 has the other one only.
  auto port = http.listen("::", static_cast<std::uint16_t>(settings.port));
  if (!port.ok() && port.error().code != util::Error::Code::kConflict) {
    port = http.listen("0.0.0.0", static_cast<std::uint16_t>(settings.port));
  }
  if (!port.ok()) {
    std::fprintf(stderr, "engineio_echo_server: %s\n", port.error().detail.c_str());
    return 1;
  }
  std::printf("listening on port %d\n", int{port.value()});

  int signal = 0;
  sigwait(&stop, &signal);
  http.stop_accepting();
  std::promise<void> closed;
  engine.close_all([&] { closed.set_value(); });
  closed.get_future().wait();
  http.abort_all();
  loops.stop();
  std::printf("stopped\n");
  return 0;
}
