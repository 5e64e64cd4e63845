#pragma once

#include <string>

namespace chillin::app {

[[nodiscard]] std::string version();  ///< "0.1.0"
[[nodiscard]] std::string commit();   ///< 12 characters, or "unknown"

}  // namespace chillin::app
