#pragma once

#include <string>

namespace chillin::socketio {
class Server;
}
namespace chillin::app {

class Storage;

/// The state of this server in Prometheus text format 0.0.4. `blobs_up`: whether the store of files answers.
[[nodiscard]] std::string metrics_text(socketio::Server& io, const Storage& store, bool blobs_up);

}  // namespace chillin::app
