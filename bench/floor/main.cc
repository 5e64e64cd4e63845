#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "floor/asio_server.h"
#include "floor/epoll_server.h"
#include "floor/options.h"

namespace {

constexpr const char* kUsage =
    R"(bench_floor epoll|asio --port N [--host A] [--threads T] [--frame-bytes B] [--fault lose|repeat]

The bare servers that the chat is measured against. A WebSocket opened at /?room=K is in room K; what it sends goes to the
whole room in frames of B bytes (250). No JSON, no acknowledgement, nothing kept.
--fault (epoll only) loses or repeats every 20th message, to show that the load generator notices.
)";

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "bench_floor: %s\n%s", what, kUsage);
  std::exit(2);
}

}  // namespace

int main(int argc, char** argv) {
  using namespace chillin::bench;
  FloorOptions options;
  if (argc < 2) fail("epoll or asio?");
  const std::string_view kind = argv[1];
  if (kind == "--help" || kind == "-h") {
    std::fputs(kUsage, stdout);
    return 0;
  }
  if (kind != "epoll" && kind != "asio") fail("epoll or asio?");
  options.asio = kind == "asio";
  for (int i = 2; i < argc; i += 2) {
    const std::string_view name = argv[i];
    if (i + 1 == argc) fail("an option needs a value");
    const unsigned long value = std::strtoul(argv[i + 1], nullptr, 10);
    if (name == "--host") {
      options.host = argv[i + 1];
    } else if (name == "--fault" && std::string_view(argv[i + 1]) == "lose") {
      options.fault = Fault::kLose;
    } else if (name == "--fault" && std::string_view(argv[i + 1]) == "repeat") {
      options.fault = Fault::kRepeat;
    } else if (name == "--port" && value > 0 && value < 65536) {
      options.port = static_cast<uint16_t>(value);
    } else if (name == "--threads" && value > 0 && value <= 64) {
      options.threads = static_cast<uint32_t>(value);
    } else if (name == "--frame-bytes" && value <= 65535) {
      options.frame_bytes = static_cast<uint32_t>(value);
    } else {
      fail("unknown option, or a value out of range");
    }
  }
  if (options.port == 0) fail("--port is needed");
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
  }
  return options.asio ? run_asio_server(options) : run_epoll_server(options);
}
