#include "app/metrics.h"

#include <unistd.h>

#include <cstdint>
#include <cstdio>

#include "app/metrics_writer.h"
#include "app/storage.h"
#include "app/version.h"
#include "socketio/server.h"

namespace chillin::app {

namespace {

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

std::string metrics_text(socketio::Server& io, const Storage& store, bool blobs_up) {
  const auto& engine = io.engine().stats();
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
  store.write_metrics(m);
  m.family("chillin_blob_store_up", "gauge", "1 while the store of avatars and uploads answers.");
  m.sample(blobs_up ? 1 : 0);
  m.family("process_resident_memory_bytes", "gauge", "Resident memory.").sample(resident_bytes());
  return m.take();
}

}  // namespace chillin::app
