#include "app/metrics.h"

#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <string_view>

#include "app/version.h"
#include "socketio/server.h"
#include "storage/sqlite/sqlite_storage.h"

namespace chillin::app {

namespace {

// Writes metrics one after the other; HELP and TYPE stand once per name, as the format wants it.
class MetricsWriter {
 public:
  MetricsWriter& family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    out_.append("# HELP ").append(name).append(" ").append(help).append("\n");
    out_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
    return *this;
  }
  MetricsWriter& sample(double value, std::string_view labels = {}) {
    char text[40];
    std::snprintf(text, sizeof text, " %.17g\n", value);
    out_.append(name_).append(labels).append(text);
    return *this;
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
  std::string_view name_;
};

template <class T>
double number(const std::atomic<T>& value) {
  return static_cast<double>(value.load(std::memory_order_relaxed));
}

double resident_bytes() {
  long pages = 0;
  if (FILE* f = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(f, "%*d %ld", &pages) != 1) pages = 0;
    std::fclose(f);
  }
  return static_cast<double>(pages) * static_cast<double>(sysconf(_SC_PAGESIZE));
}

}  // namespace

std::string metrics_text(socketio::Server& io, storage::SqliteStorage& store) {
  const auto& engine = io.engine().stats();
  const auto storage = store.stats();
  MetricsWriter m;
  m.family("chillin_build_info", "gauge", "Version and commit of the running program.");
  m.sample(1, "{version=\"" + version() + "\",commit=\"" + commit() + "\"}");
  m.family("chillin_connections", "gauge", "Open Engine.IO sessions by transport.");
  m.sample(number(engine.polling_sessions), "{transport=\"polling\"}");
  m.sample(number(engine.websocket_sessions), "{transport=\"websocket\"}");
  m.family("chillin_handshakes_total", "counter", "Engine.IO sessions opened.").sample(number(engine.handshakes));
  m.family("chillin_upgrades_total", "counter", "Sessions that moved to WebSocket.").sample(number(engine.upgrades));
  m.family("chillin_packets_received_total", "counter", "Engine.IO packets from clients.")
      .sample(number(engine.packets_in));
  m.family("chillin_packets_sent_total", "counter", "Engine.IO packets to clients.").sample(number(engine.packets_out));
  m.family("chillin_sockets", "gauge", "Connected sockets of the chat.");
  m.sample(static_cast<double>(io.of("/").size()));
  m.family("chillin_storage_commits_total", "counter", "Transactions committed.");
  m.sample(static_cast<double>(storage.commits));
  m.family("chillin_storage_commit_failures_total", "counter", "Transactions that failed.");
  m.sample(static_cast<double>(storage.failed_commits));
  m.family("chillin_storage_writes_total", "counter", "Writes answered; over commits: the size of a group commit.");
  m.sample(static_cast<double>(storage.requests));
  m.family("chillin_storage_queue", "gauge", "Writes waiting for the next transaction.");
  m.sample(static_cast<double>(storage.queued));
  m.family("process_resident_memory_bytes", "gauge", "Resident memory.").sample(resident_bytes());
  return m.take();
}

}  // namespace chillin::app
