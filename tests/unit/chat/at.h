#pragma once

#include <cstdint>

#include "util/clock.h"

namespace chillin::chat {

/// A moment of the steady clock, for what takes events and time.
inline util::SteadyTime at(std::int64_t ms) {
  return util::SteadyTime(util::Millis(ms));
}

}  // namespace chillin::chat
