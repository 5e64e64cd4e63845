#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string_view>

#include "util/clock.h"

namespace chillin::legacy {

/// ISO 8601 as JavaScript and people write it: date, `T` or a space, hours and minutes, then optionally seconds,
/// fractions (cut after milliseconds) and `Z` or an offset; without one it is UTC. nullopt for anything else, for days
/// that no calendar has, and before 1970 or after 9999.
[[nodiscard]] std::optional<util::WallMillis> parse_time(std::string_view text);

/// The same, or a number of milliseconds since 1970.
[[nodiscard]] std::optional<util::WallMillis> parse_time(const boost::json::value* value);

}  // namespace chillin::legacy
