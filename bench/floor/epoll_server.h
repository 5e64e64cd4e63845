#pragma once

#include "floor/options.h"

namespace chillin::bench {

/// Serves until the process is ended. One loop per thread, each with its own listener on the port.
/// Returns only on an error at the start, with a line on stderr.
int run_epoll_server(const FloorOptions& options);

}  // namespace chillin::bench
