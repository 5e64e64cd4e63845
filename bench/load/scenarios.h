#pragma once

#include "load/options.h"
#include "load/report.h"

namespace chillin::bench {

/// Runs the mode of `options` and adds its figures to `report`. Returns false when something was lost, doubled,
/// reordered, refused or closed, or when not every connection could join.
bool run_scenario(const Options& options, Report& report);

}  // namespace chillin::bench
