#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "legacy/fields.h"

namespace chillin::legacy {

struct OldMessage {
  std::string user;                           ///< normalised
  std::string text;                           ///< as it is kept
  std::optional<util::WallMillis> timestamp;  ///< nullopt: it has none that can be read
};

/// A message of messages.json. Rejected without a user or a text, by `admin` (whose notices are not kept today), and
/// longer than `max_length` code points.
[[nodiscard]] Reading<Read<OldMessage>> read_message(const Record& record, std::size_t max_length);

}  // namespace chillin::legacy
