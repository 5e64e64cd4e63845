#pragma once

#include <string>

namespace chillin::socketio {
class Server;
}
namespace chillin::storage {
class SqliteStorage;
}

namespace chillin::app {

/// The state of this server in Prometheus text format 0.0.4.
[[nodiscard]] std::string metrics_text(socketio::Server& io, storage::SqliteStorage& store);

}  // namespace chillin::app
