#include "app/metrics.h"

#include <atomic>

#include "app/metrics_writer.h"
#include "app/process_metrics.h"
#include "app/storage.h"
#include "app/version.h"
#include "socketio/server.h"
#include "util/metrics.h"

namespace chillin::app {

namespace {

template <class T>
double number(const std::atomic<T>& value) {
  return static_cast<double>(value.load(std::memory_order_relaxed));
}

}  // namespace

std::string metrics_text(socketio::Server& io, const Storage& store, const ServerState& state) {
  const auto& engine = io.engine().stats();
  MetricsWriter m;
  m.family("chillin_build_info", "gauge", "Version and commit of the running program.");
  m.sample(1, "{version=\"" + version() + "\",commit=\"" + commit() + "\"}");
  m.family("chillin_handshakes_total", "counter", "Engine.IO sessions opened.").sample(number(engine.handshakes));
  m.family("chillin_upgrades_total", "counter", "Sessions that moved to WebSocket.").sample(number(engine.upgrades));
  m.family("chillin_packets_received_total", "counter", "Engine.IO packets from clients.")
      .sample(number(engine.packets_in));
  m.family("chillin_packets_sent_total", "counter", "Engine.IO packets to clients.").sample(number(engine.packets_out));
  m.family("chillin_sockets", "gauge", "Connected sockets of the chat.");
  m.sample(static_cast<double>(io.of("/").size()));
  store.write_metrics(m);
  m.family("chillin_blob_store_up", "gauge", "1 while the store of avatars and uploads answers.");
  m.sample(state.blobs_up ? 1 : 0);
  m.family("chillin_draining", "gauge", "Whether the server is going away.").sample(state.draining ? 1 : 0);
  write_process_metrics(m);
  return m.take() + util::metrics::text();
}

}  // namespace chillin::app
