#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include "app/commands.h"
#include "app/file_limit.h"
#include "app/server.h"
#include "util/log.h"
#include "util/metrics.h"

namespace chillin::app {

namespace {

// A log line can be missed; somebody who starts it by hand should see where to click.
void print_address(const Config& config, std::uint16_t port) {
  const std::string host =
      config.host == "0.0.0.0" || config.host == "127.0.0.1" || config.host == "::" ? "localhost" : config.host;
  std::printf("Chillin is ready at http://%s:%u\n", host.c_str(), static_cast<unsigned>(port));
  std::fflush(stdout);
}

}  // namespace

int serve(const Config& config) {
  util::log_setup(config.log_level, config.log_format);
  // Signals are taken by sigwait below and nowhere else, so they are blocked before any thread starts and inherits the
  // mask.
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  util::metrics::set_enabled(config.metrics);
  const FileLimit limit = raise_file_limit();
  util::log_info("open_file_limit", {{"open_files", static_cast<std::uint64_t>(limit.open_files)},
                                     {"connections", static_cast<std::uint64_t>(limit.connections)}});
  auto server = Server::start(config, limit.connections);
  if (!server) {
    std::fprintf(stderr, "chillin: %s\n", server.error().c_str());
    return 1;
  }
  util::log_info("listening", {{"host", config.host},
                               {"port", static_cast<int>((*server)->port())},
                               {"io_threads", config.io_threads},
                               {"data_dir", config.data_dir}});
  print_address(config, (*server)->port());

  int signal = 0;
  sigwait(&stop_signals, &signal);
  util::log_info("stopping", {{"signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"},
                              {"drain_seconds", static_cast<std::int64_t>(config.drain.count())}});
  // Whoever asks twice does not want to wait. What was acknowledged has been committed: this loses no more than kill
  // -9. The thread ends with the process.
  std::thread([stop_signals] {
    int again = 0;
    sigwait(&stop_signals, &again);
    util::log_warn("stopped_at_once", {{"signal", again == SIGTERM ? "SIGTERM" : "SIGINT"}});
    std::_Exit(1);
  }).detach();
  (*server)->shutdown();
  util::log_info("stopped");
  return 0;
}

}  // namespace chillin::app
