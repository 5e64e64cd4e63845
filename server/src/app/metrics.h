#pragma once

#include <string>

namespace chillin::socketio {
class Server;
}
namespace chillin::app {

class Storage;

/// The state of this server in Prometheus text format 0.0.4.
[[nodiscard]] std::string metrics_text(socketio::Server& io, const Storage& store);

}  // namespace chillin::app
