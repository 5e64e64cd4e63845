#pragma once

#include <signal.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <future>
#include <map>
#include <string>
#include <string_view>

#include "net/loop.h"
#include "socketio/server.h"

namespace chillin::conformance {

/// Options of the command line: `--name N`, each a number, with its default; an unknown one ends the program with
/// status 2.
using Numbers = std::map<std::string, long, std::less<>>;

inline Numbers parse_numbers(int argc, char** argv, Numbers numbers) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    const auto found = name.starts_with("--") ? numbers.find(name.substr(2)) : numbers.end();
    const std::string_view text = i + 1 < argc ? argv[++i] : "";
    long value = -1;
    std::from_chars(text.data(), text.data() + text.size(), value);
    if (found == numbers.end() || value < 0) {
      std::fprintf(stderr, "%s: unknown option or bad number: %s %s\noptions:", argv[0], argv[i - 1], argv[i]);
      for (const auto& [known, standard] : numbers) std::fprintf(stderr, " --%s (%ld)", known.c_str(), standard);
      std::fprintf(stderr, "\n");
      std::exit(2);
    }
    found->second = value;
  }
  return numbers;
}

/// Serves what `setup` registers, on `port`, until SIGINT or SIGTERM; returns the exit status. Prints "listening on
/// port N". `at_end`: what has to stop before the server does.
inline int serve(const socketio::Options& options, int threads, long port,
                 const std::function<void(socketio::Server&)>& setup, const std::function<void()>& at_end = {}) {
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  // Blocked before any thread starts, so that only sigwait below sees them.
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGINT);
  sigaddset(&stop, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &stop, nullptr);
  ::signal(SIGPIPE, SIG_IGN);

  net::LoopGroup loops(threads);
  socketio::Server io(loops, options);
  setup(io);
  const auto bound = io.listen("0.0.0.0", static_cast<std::uint16_t>(port));
  if (!bound.ok()) {
    std::fprintf(stderr, "%s\n", bound.error().detail.c_str());
    loops.stop();
    return 1;
  }
  std::printf("listening on port %d\n", int{bound.value()});

  int signal = 0;
  sigwait(&stop, &signal);
  if (at_end) at_end();
  std::promise<void> closed;
  io.close([&] { closed.set_value(); });
  closed.get_future().wait();
  loops.stop();
  std::printf("stopped\n");
  return 0;
}

}  // namespace chillin::conformance
