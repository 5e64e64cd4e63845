#pragma once

#include "floor/options.h"

namespace chillin::bench {

/// The same as run_epoll_server on Asio's sockets: own frames, shared, gathered into one write.
int run_asio_server(const FloorOptions& options);

}  // namespace chillin::bench
