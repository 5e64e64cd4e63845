#pragma once

#include "app/metrics_writer.h"

namespace chillin::app {

/// The `process_...` metrics that every Prometheus client has, from /proc. Takes microseconds, so a loop may do it.
void write_process_metrics(MetricsWriter& m);

}  // namespace chillin::app
