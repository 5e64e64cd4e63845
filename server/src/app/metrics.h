#pragma once

#include <string>

namespace chillin::socketio {
class Server;
}
namespace chillin::app {

class Storage;

struct ServerState {
  bool blobs_up = true;  ///< whether the store of files answers
  bool draining = false;
};

/// The state of this server, and what the process has counted, in Prometheus text format 0.0.4: docs/metrics.md. Any
/// loop.
[[nodiscard]] std::string metrics_text(socketio::Server& io, const Storage& store, const ServerState& state);

}  // namespace chillin::app
