#pragma once

#include <string>

#include "app/config.h"

namespace chillin::app {

/// What signed addresses are signed with: SESSION_SECRET, or the one kept in `<data_dir>/secret`, which is made at the
/// first start and readable by its owner only. Throws std::runtime_error with one line for the operator.
[[nodiscard]] std::string signing_secret(const Config& config);

}  // namespace chillin::app
