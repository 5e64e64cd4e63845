#pragma once

#include <string>
#include <string_view>

namespace chillin::gateway {

/// The OpenAPI 3.1 description of the REST routes, as JSON.
[[nodiscard]] std::string openapi_json(std::string_view version);

}  // namespace chillin::gateway
